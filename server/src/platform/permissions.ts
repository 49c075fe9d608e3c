/**
 * Who of the staff may do what: the one table that routes refuse by, screens show by and the guide
 * is written from.
 */

export const ROLES = ['owner', 'admin', 'finance', 'support', 'analyst'] as const;
export type Role = (typeof ROLES)[number];

/** What each role is for, as the portal and the guide say it. */
export const ROLE_SUMMARIES: Readonly<Record<Role, string>> = {
  owner: 'Everything, including who else may sign in',
  admin: 'Everything but who may sign in',
  finance: 'Money: discounts, refunds, prices, and the figures',
  support: 'Helping users: finding them, boosts, gifts, trials, receipts',
  analyst: 'Looking at users, plans, money and figures',
};

interface PermissionTerms {
  /** What it allows, to be read after "may". */
  readonly summary: string;
  readonly roles: readonly Role[];
}

const everybody = ROLES;
const owners: readonly Role[] = ['owner'];
const administration: readonly Role[] = ['owner', 'admin'];
const finance: readonly Role[] = ['owner', 'admin', 'finance'];
const help: readonly Role[] = ['owner', 'admin', 'support'];
const figures: readonly Role[] = ['owner', 'admin', 'finance', 'analyst'];

export const PERMISSIONS = {
  'users.read': { summary: 'find users and read their profiles', roles: everybody },
  'users.write': { summary: 'rename users and write notes', roles: help },
  'users.export': { summary: 'export lists of users', roles: figures },
  'bulk.write': {
    summary: 'do to many users at once what they may do to one',
    roles: [...finance, 'support'],
  },
  'access.write': { summary: 'boost, gift, restrict, lift and extend trials', roles: help },
  'money.read': { summary: 'read subscriptions, invoices and payments', roles: everybody },
  'money.write': {
    summary: 'discount, refund, and change, pause or cancel subscriptions',
    roles: finance,
  },
  'receipts.write': { summary: 'send receipts again', roles: [...finance, 'support'] },
  'plans.read': { summary: 'read plans, features and prices', roles: everybody },
  'plans.write': { summary: 'edit and publish plans, and move subscribers', roles: administration },
  'codes.read': {
    summary: 'read promotion codes as customers type them, and export them',
    roles: finance,
  },
  'pricing.write': { summary: 'edit pricing rules and promotion codes', roles: finance },
  'operations.read': { summary: 'see queues, webhooks and health', roles: help },
  'operations.write': { summary: 'replay, reconcile and retry', roles: administration },
  'keys.write': { summary: 'make and revoke secret keys', roles: administration },
  'settings.write': { summary: 'change settings', roles: administration },
  'audit.read': { summary: 'read and export the audit trail', roles: finance },
  'metrics.read': { summary: 'read the figures of the business', roles: figures },
  'metrics.annotate': { summary: 'write annotations beside the figures', roles: figures },
  'inputs.write': { summary: 'tell spend, prices, rates, tickets and answers', roles: finance },
  'staff.read': { summary: 'see who may sign in', roles: administration },
  'staff.write': { summary: 'invite, change and deactivate members of staff', roles: owners },
} as const satisfies Readonly<Record<string, PermissionTerms>>;

export type Permission = keyof typeof PERMISSIONS;

export const ALL_PERMISSIONS = Object.keys(PERMISSIONS) as readonly Permission[];

export function may(role: Role, permission: Permission): boolean {
  const { roles }: PermissionTerms = PERMISSIONS[permission];
  return roles.includes(role);
}

export function permissionsOf(role: Role): readonly Permission[] {
  return ALL_PERMISSIONS.filter((permission) => may(role, permission));
}

export function isRole(text: string): text is Role {
  return (ROLES as readonly string[]).includes(text);
}

/** Whether one role may all that another may, so that nobody hands out more than they have. */
export function includesRole(role: Role, other: Role): boolean {
  return permissionsOf(other).every((permission) => may(role, permission));
}
