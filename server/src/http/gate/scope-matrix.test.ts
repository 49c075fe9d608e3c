import { afterAll, beforeAll, expect, test } from 'vitest';
import { manualClock } from '@whisperforge/kernel/clock';
import { openDatabase, type PostgresDatabase } from '../../adapters/postgres/index.ts';
import { createKeys } from '../../domains/keys/index.ts';
import { compose } from '../../main/compose.ts';
import { readConfig } from '../../main/config.ts';
import { createLogger } from '../../main/logger.ts';
import type { Route, Scope } from '../../platform/routes.ts';
import { useTestServer, type RequestOptions } from '../../../test/support/server.ts';
import { signInStaff } from '../../../test/support/staff.ts';
import { NONSENSE } from './staff-calls.fixture.ts';

const SCOPES: readonly Scope[] = ['usage', 'read', 'users', 'billing'];
/** How somebody asks: with a key of one scope, or without any. */
const OTHERS = ['nobody', 'customer', 'customer elsewhere', 'staff'] as const;
type Kind = Scope | (typeof OTHERS)[number];

const STRIPE = { STRIPE_SECRET_KEY: 'sk_test_scopes', STRIPE_WEBHOOK_SECRET: 'whsec_scopes' };
const server = useTestServer({ env: STRIPE });
let database: PostgresDatabase;
let routes: Route[];
const asked = new Map<Kind, RequestOptions>();

beforeAll(async () => {
  const url = server.databaseUrl;
  database = openDatabase({ url, schema: 'billing', applicationName: 'test' });
  const config = readConfig({ NODE_ENV: 'test', DATABASE_URL: url, ...STRIPE });
  const logger = createLogger('silent');
  const offered = compose({ config, database, clock: manualClock(0), logger }).routes;
  routes = offered.filter(({ scope }) => scope !== 'staff' && scope !== 'public');
  const keys = createKeys({ database, clock: server.clock });
  const actor = { kind: 'cli', id: 'test' } as const;
  for (const scope of SCOPES) {
    const { secret } = await keys.create({ name: scope, scopes: [scope], mode: 'test', actor });
    asked.set(scope, { secret });
  }
  await server.request('PUT', '/v1/users/u-1', { email: 'u-1@example.com' });
  const link = await server.request<{ url: string }>('POST', '/v1/account-links', { user: 'u-1' });
  const entered = await fetch(link.body.url, { redirect: 'manual' });
  const cookie = entered.headers.getSetCookie()[0]?.split(';')[0] ?? '';
  const headers = (site: string) => ({ cookie, 'sec-fetch-site': site });
  asked.set('customer', { secret: null, headers: headers('same-origin') });
  asked.set('customer elsewhere', { secret: null, headers: headers('cross-site') });
  asked.set('nobody', { secret: null });
  asked.set('staff', await signInStaff(server, 'owner'));
});
afterAll(() => database?.close());

/** What the gate must refuse with, by what the route says of itself; undefined where it lets in. */
function verdictOf({ scope, method }: Route, kind: Kind): string | undefined {
  const isKey = (SCOPES as readonly Kind[]).includes(kind);
  if (scope !== 'session') {
    if (!isKey) return 'secret_key_missing';
    return kind === scope ? undefined : 'scope_missing';
  }
  const isOwnPage = method === 'GET' || kind === 'customer' || kind === 'staff';
  if (!isOwnPage) return 'origin_foreign';
  return kind.startsWith('customer') ? undefined : 'session_missing';
}

const REFUSALS = new Set([
  'secret_key_missing',
  'secret_key_unknown',
  'scope_missing',
  'session_missing',
  'origin_foreign',
]);

async function faultOf(route: Route, kind: Kind): Promise<string | undefined> {
  const { method } = route;
  const path = route.path.replaceAll(/\{[a-z_]+\}/g, 'u-none');
  const body = method === 'GET' ? undefined : NONSENSE;
  const answer = await server.request(method, path, body, asked.get(kind));
  const { code } = answer.body as { readonly code?: string };
  const refused = code !== undefined && REFUSALS.has(code) ? code : undefined;
  const expected = verdictOf(route, kind);
  if (refused === expected && (answer.status < 500 || answer.status === 503)) return undefined;
  return `${kind}: ${method} ${path} answered ${answer.status} ${code}, not ${expected ?? 'in'}`;
}

test('every route of apps and customers admits who it is for, and nobody else', async () => {
  expect(new Set(routes.map(({ scope }) => scope))).toEqual(new Set([...SCOPES, 'session']));
  const faults: string[] = [];
  for (const route of routes) {
    const kinds = [...SCOPES, ...OTHERS];
    const found = await Promise.all(kinds.map((kind) => faultOf(route, kind)));
    faults.push(...found.filter((fault) => fault !== undefined));
  }
  expect(faults).toEqual([]);
});
