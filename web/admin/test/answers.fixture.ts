import type { AuditEntry } from '../src/api/audit.ts';
import type { OwnSession, Token } from '../src/api/own.ts';
import type { SessionAnswer } from '../src/api/contract/session.ts';
import type { UserRow } from '../src/api/contract/users.ts';
import type { Invitation, Member, RoleTable } from '../src/api/staff.ts';
import { MONEY_ANSWERS } from './money-answers.fixture.ts';
import { PROFILE, TIMELINE } from './profile-answers.fixture.ts';

export const NOW = '2026-03-10T12:00:00.000Z';
const usd = (amount: number) => ({ amount_minor: amount, currency: 'usd' });
const list = <T>(data: readonly T[]) => ({ data, next_cursor: null });

export const SESSION: SessionAnswer = {
  staff: {
    id: 1,
    email: 'owner@example.com',
    name: 'Olive Owner',
    role: 'owner',
    has_second_factor: false,
  },
  permissions: [
    'users.read',
    'users.write',
    'users.export',
    'bulk.write',
    'access.write',
    'money.read',
    'money.write',
    'receipts.write',
    'plans.read',
    'plans.write',
    'codes.read',
    'pricing.write',
    'operations.read',
    'operations.write',
    'keys.write',
    'settings.write',
    'audit.read',
    'metrics.read',
    'metrics.annotate',
    'inputs.write',
    'staff.read',
    'staff.write',
  ],
  csrf_token: 'token',
  expires_at: '2026-03-11T00:00:00.000Z',
  server: { version: '0.1.0', mode: 'development', now: NOW },
};

export const USERS: readonly UserRow[] = [
  {
    user: 'u_3f81a2',
    email: 'ada.lovelace@analytical.example',
    name: 'Ada Lovelace',
    plan: 'business',
    status: 'active',
    billing_cycle: 'yearly',
    mrr: usd(3_920),
    usage: { feature: 'audio_minutes', used: 812.5, limit: 1_000 },
    created_at: '2025-11-02T08:30:00.000Z',
    account_id: '17',
    stripe_customer_id: 'cus_QpL7mA2bXz81',
  },
  {
    user: 'auth0|63f2',
    email: 'grace@navy.example',
    name: null,
    plan: 'pro',
    status: 'past_due',
    billing_cycle: 'monthly',
    mrr: usd(1_900),
    usage: { feature: 'audio_minutes', used: 300, limit: 300 },
    created_at: '2026-01-20T17:05:00.000Z',
    account_id: '18',
    stripe_customer_id: 'cus_R91kkP04aTTe',
  },
  {
    user: 'u_9bb0',
    email: 'a.very.long.address.that.does.not.fit.anywhere@subdomain.of.some.university.example',
    name: 'Professor Emeritus Bartholomew Featherstonehaugh-Cholmondeley',
    plan: 'free',
    status: 'none',
    billing_cycle: null,
    mrr: null,
    usage: { feature: 'kb_files', used: 0, limit: 3 },
    created_at: '2026-03-09T23:59:00.000Z',
    account_id: '19',
    stripe_customer_id: null,
  },
];

export const AUDIT: readonly AuditEntry[] = [
  {
    id: 9,
    recorded_at: '2026-03-10T11:40:00.000Z',
    action: 'access.boost_granted',
    actor: { kind: 'staff', id: '2' },
    subject: { kind: 'account', id: '17' },
    reason: 'Our outage of Friday',
    before: { limit: 1_000 },
    after: { limit: 1_100, expires_at: '2026-04-02T08:30:00.000Z' },
    request_id: 'req-2n8x',
    address: '192.0.2.7',
    sealed: true,
  },
  {
    id: 8,
    recorded_at: '2026-03-10T08:00:00.000Z',
    action: 'plans.published',
    actor: { kind: 'system', id: 'seed' },
    subject: { kind: 'catalog', id: '1' },
    reason: null,
    before: null,
    after: { version: 1 },
    request_id: null,
    address: null,
    sealed: true,
  },
];

export const MEMBERS: readonly Member[] = [
  {
    id: 1,
    email: 'owner@example.com',
    name: 'Olive Owner',
    role: 'owner',
    version: 1,
    has_second_factor: true,
    signed_in_at: '2026-03-10T11:00:00.000Z',
    deactivated_at: null,
  },
  {
    id: 2,
    email: 'sam@example.com',
    name: 'Sam Support',
    role: 'support',
    version: 4,
    has_second_factor: false,
    signed_in_at: '2026-03-03T11:00:00.000Z',
    deactivated_at: null,
  },
];

const INVITATIONS: readonly Invitation[] = [
  {
    id: 1,
    email: 'new@example.com',
    role: 'finance',
    created_at: '2026-03-09T11:00:00.000Z',
    expires_at: '2026-03-16T11:00:00.000Z',
  },
];

const ROLE_TABLE: RoleTable = {
  roles: [
    { role: 'owner', summary: 'Everything, including who else may sign in' },
    { role: 'admin', summary: 'Everything but who may sign in' },
    { role: 'finance', summary: 'Money' },
    { role: 'support', summary: 'Helping users' },
    { role: 'analyst', summary: 'Looking' },
  ],
  permissions: [
    {
      permission: 'users.read',
      summary: 'find users and read their profiles',
      roles: ['owner', 'admin', 'finance', 'support', 'analyst'],
    },
    {
      permission: 'access.write',
      summary: 'boost, gift, restrict, lift and extend trials',
      roles: ['owner', 'admin', 'support'],
    },
    { permission: 'staff.write', summary: 'invite and change members of staff', roles: ['owner'] },
  ],
};

const SESSIONS: readonly OwnSession[] = [
  {
    id: 3,
    created_at: '2026-03-10T11:00:00.000Z',
    last_seen_at: NOW,
    address: '192.0.2.7',
    user_agent: 'Mozilla/5.0 (X11; Linux x86_64; rv:140.0) Gecko/20100101 Firefox/140.0',
    is_this: true,
  },
  {
    id: 2,
    created_at: '2026-03-01T11:00:00.000Z',
    last_seen_at: '2026-03-09T11:00:00.000Z',
    address: '198.51.100.3',
    user_agent: 'Mozilla/5.0 (iPhone; CPU iPhone OS 19_0 like Mac OS X) Safari/604.1',
    is_this: false,
  },
];

const TOKENS: readonly Token[] = [
  {
    id: 1,
    name: 'Nightly export',
    role: 'analyst',
    prefix: 'wfs_4k2m',
    created_at: '2026-03-01T11:00:00.000Z',
    expires_at: '2026-03-31T11:00:00.000Z',
  },
];

/** A server where all is well, for whoever is signed in as an owner. */
export const WELL: Readonly<Record<string, unknown>> = {
  'GET session': SESSION,
  'GET demo': { demo: null },
  'GET sign-in-methods': { password: true, oidc: null },
  'GET users': list(USERS),
  'GET users/u_3f81a2': PROFILE,
  'GET users/u_3f81a2/timeline': list(TIMELINE),
  'GET users/u_3f81a2/prices': list([]),
  ...MONEY_ANSWERS,
  'GET views': list([]),
  'GET audit': list(AUDIT),
  'GET audit/9': { ...AUDIT[0], proof: 'signed' },
  'GET staff': list(MEMBERS),
  'GET invitations': list(INVITATIONS),
  'GET roles': ROLE_TABLE,
  'GET sessions': list(SESSIONS),
  'GET tokens': list(TOKENS),
};
