/**
 * The house: its rooms, who may enter which, and the order between the domains. The checks in this
 * folder read everything from here, so that moving a wall is one change with a decision record.
 */

/** Lowest first. A domain knows the domains before it and none after it. */
export const ranks: readonly string[] = [
  'audit',
  'outbox',
  'keys',
  'accounts',
  'staff',
  'flags',
  'plans',
  'pricing',
  'subscriptions',
  'entitlements',
  'usage',
  'access',
  'billing',
  'experiments',
  'analytics',
  'predictions',
  'alerts',
  'integrations',
  'branding',
  'privacy',
  'operations',
  'directory',
];

export type RoomName =
  | 'kernel'
  | 'platform'
  | 'domains'
  | 'adapters'
  | 'http'
  | 'jobs'
  | 'main'
  | 'server tests'
  | 'sdk'
  | 'web'
  | 'stripe-sandbox'
  | 'examples'
  | 'tools'
  | 'bench'
  | 'root';

export interface Room {
  readonly name: RoomName;
  readonly folder: string;
  /** The other rooms that its source may import; its tests may reach further. */
  readonly enters: readonly RoomName[];
}

const server: readonly RoomName[] = ['platform', 'domains', 'adapters', 'http', 'jobs', 'main'];
const outside: readonly RoomName[] = ['kernel', ...server, 'sdk', 'web', 'stripe-sandbox'];

export const rooms: readonly Room[] = [
  { name: 'kernel', folder: 'kernel', enters: [] },
  { name: 'platform', folder: 'server/src/platform', enters: ['kernel'] },
  { name: 'domains', folder: 'server/src/domains', enters: ['kernel', 'platform'] },
  { name: 'adapters', folder: 'server/src/adapters', enters: ['kernel', 'platform', 'domains'] },
  {
    name: 'http',
    folder: 'server/src/http',
    enters: ['kernel', 'platform', 'domains', 'adapters', 'jobs'],
  },
  {
    name: 'jobs',
    folder: 'server/src/jobs',
    enters: ['kernel', 'platform', 'domains', 'adapters'],
  },
  { name: 'main', folder: 'server/src/main', enters: ['kernel', ...server] },
  { name: 'server tests', folder: 'server/test', enters: [...outside, 'tools', 'examples'] },
  { name: 'sdk', folder: 'sdk', enters: [] },
  { name: 'web', folder: 'web', enters: ['kernel', 'sdk'] },
  { name: 'stripe-sandbox', folder: 'stripe-sandbox', enters: [] },
  { name: 'examples', folder: 'examples', enters: ['sdk'] },
  { name: 'tools', folder: 'tools', enters: outside },
  { name: 'bench', folder: 'bench', enters: [...outside, 'tools', 'server tests'] },
  { name: 'root', folder: '', enters: [...outside, 'tools', 'server tests'] },
];

/** Rooms whose folders may hold only folders that are known by name. */
export const partedRooms: ReadonlyMap<RoomName, readonly string[]> = new Map([
  ['domains', ranks],
  [
    'adapters',
    ['postgres', 'stripe', 'redis', 'mail', 'oidc', 'slack', 'posthog', 'sentry', 'notion'],
  ],
]);

/**
 * The rooms that are built. A rule about a room that has lost all its files would pass without
 * having looked at anything, so an empty room here is a finding, and so is a room not listed.
 */
export const builtFolders: readonly string[] = [
  'kernel',
  'sdk',
  'examples',
  'tools',
  'bench',
  'stripe-sandbox',
  'web',
  'server/test',
  'server/src/platform',
  'server/src/domains/audit',
  'server/src/domains/outbox',
  'server/src/domains/keys',
  'server/src/domains/accounts',
  'server/src/domains/staff',
  'server/src/domains/plans',
  'server/src/domains/pricing',
  'server/src/domains/subscriptions',
  'server/src/domains/entitlements',
  'server/src/domains/usage',
  'server/src/domains/access',
  'server/src/domains/billing',
  'server/src/domains/analytics',
  'server/src/domains/operations',
  'server/src/domains/directory',
  'server/src/adapters/postgres',
  'server/src/adapters/stripe',
  'server/src/adapters/mail',
  'server/src/adapters/oidc',
  'server/src/http',
  'server/src/jobs',
  'server/src/main',
];

export interface RankedFolder {
  readonly folder: string;
  /** Lowest first. A part knows the parts before it and none after it; a loose file is one too. */
  readonly ranks: readonly string[];
}

/** Folders outside of the domains whose parts are ranked, each as its README says why. */
export const rankedFolders: readonly RankedFolder[] = [
  {
    folder: 'stripe-sandbox/src',
    ranks: [
      'clock.ts',
      'engine',
      'http',
      'money',
      'events',
      'clocks',
      'customers',
      'meters',
      'catalogue',
      'payments',
      'billing',
      'pages',
      'webhooks',
      'control',
      'resources',
      'sandbox.ts',
      'index.ts',
      'cli.ts',
    ],
  },
  {
    folder: 'stripe-sandbox/src/billing',
    ranks: ['invoices', 'subscriptions', 'invoice-requests'],
  },
];

/**
 * What the tests of every room may use, since it knows of no room: a browser, and the door of the
 * Stripe that tests talk to.
 */
export const sharedTestFolders: readonly string[] = ['tools/browser', 'stripe-sandbox/src'];

/** Where the parts of the outside world may be named; tests, tools and bench may name all. */
export const vendorFolders: ReadonlyMap<string, readonly string[]> = new Map([
  ['stripe', ['server/src/adapters/stripe']],
  ['ioredis', ['server/src/adapters/redis']],
  ['nodemailer', ['server/src/adapters/mail']],
  ['better-auth', ['server/src/adapters/oidc']],
  ['@slack/webhook', ['server/src/adapters/slack']],
  ['posthog-node', ['server/src/adapters/posthog']],
  ['@sentry/node', ['server/src/adapters/sentry']],
  ['@notionhq/client', ['server/src/adapters/notion']],
  ['pg', ['server/src/adapters/postgres', 'server/src/jobs']],
  ['graphile-worker', ['server/src/adapters/postgres', 'server/src/jobs']],
  ['kysely', ['server/src/adapters/postgres', 'server/src/platform']],
]);

/** The sandbox knows Stripe's objects through the types of the SDK and nothing else of it. */
export const vendorTypeFolders: ReadonlyMap<string, readonly string[]> = new Map([
  ['stripe', ['stripe-sandbox']],
]);

/** The frameworks whose types, and only types, the SDK's middleware of that name may import. */
export const middlewarePackages: readonly string[] = ['express', 'fastify', 'hono', 'next'];

export function roomOf(path: string): Room | undefined {
  let found: Room | undefined;
  for (const room of rooms) {
    const inside = room.folder === '' ? !path.includes('/') : path.startsWith(`${room.folder}/`);
    if (inside && (found === undefined || room.folder.length > found.folder.length)) found = room;
  }
  return found;
}

/** The domain or adapter that a path belongs to. */
export function partOf(path: string): string | undefined {
  const room = roomOf(path);
  if (room === undefined || !partedRooms.has(room.name)) return undefined;
  const rest = path.slice(room.folder.length + 1);
  const slash = rest.indexOf('/');
  return slash < 0 ? undefined : rest.slice(0, slash);
}

export function domainOf(path: string): string | undefined {
  return roomOf(path)?.name === 'domains' ? partOf(path) : undefined;
}

/** `store.ts`, `store-facts.ts`, or a file in a folder `store`. */
export function isStore(path: string): boolean {
  return /\/store(-[a-z0-9-]+|\/[a-z0-9-]+)?\.ts$/.test(path);
}

export function isService(path: string): boolean {
  return /\/(service(-[a-z0-9-]+)?|[a-z0-9-]+-service)\.ts$/.test(path);
}
