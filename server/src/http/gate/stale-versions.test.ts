import { afterAll, beforeAll, expect, test } from 'vitest';
import { describeStored } from '../../../test/scenarios/input/stored.ts';
import { useTestServer } from '../../../test/support/server.ts';
import { signInStaff, type SignedInStaff } from '../../../test/support/staff.ts';
import type { PostgresDatabase } from '../../adapters/postgres/index.ts';
import { openRows, staffRoutes, type StaffRoute } from './staff-calls.fixture.ts';

const server = useTestServer();
const USER = 'stale-user';
const NO_VERSION = 987_654;
const reason = 'somebody was faster';
let rows: PostgresDatabase;
let owner: SignedInStaff;
/** What stands for `{user}`, `{id}` and the like, by the beginning of a path. */
const named: Record<string, string> = {};

interface Made {
  id: string;
  version: number;
  content: object;
  migration: { id: string };
  bulk_deed: { id: string };
  data: {
    key: string;
    name: string;
    rule_type: string;
    conditions: object;
    effect: object;
    feature: string;
  }[];
}

async function make(method: string, path: string, body?: object): Promise<Made> {
  const answer = await server.request<Made>(method, `/admin/v1/${path}`, body, owner);
  expect([path, answer.status, answer.status === 200 ? '' : answer.body]).toEqual([path, 200, '']);
  return answer.body;
}

beforeAll(async () => {
  rows = openRows(server.databaseUrl);
  owner = await signInStaff(server, 'owner');
  await server.request('PUT', `/v1/users/${USER}`, { email: `${USER}@example.com` });
  const other = await signInStaff(server, 'support');
  const { id, version, content } = await make('POST', 'plan-drafts', { plan: 'business', reason });
  const changed = { ...content, name: 'Business, renamed' };
  const saved = await make('PUT', `plan-drafts/${id}`, { version, content: changed, reason });
  await make('POST', `plan-drafts/${id}/publish`, { version: saved.version, reason });
  const move = { plan: 'business', from_version: 1, to_version: 2, when: 'renewal', reason };
  const note = { kind: 'note', text: 'Called us.', users: [USER], expected_users: 1, reason };
  const view = { list: 'users', name: 'Mine', query: {}, shared: false };
  const annotation = { day: '2026-03-01', kind: 'note', title: 'A day', detail: '' };
  const [rule] = (await make('GET', 'pricing-rules')).data;
  const price = { plan: 'enterprise', billing_cycle: 'monthly', currency: 'usd', amount: '300.00' };
  await make('POST', `users/${USER}/prices`, { ...price, reason });
  await insertInvoice();
  const profile = await make('GET', `users/${USER}`);
  await make('POST', `users/${USER}/restriction`, { version: profile.version, reason });
  const { key, name, rule_type: kind, conditions, effect } = rule!;
  values['rule'] = { name, rule_type: kind, conditions, effect };
  values['content'] = changed;
  Object.assign(named, {
    'users/': USER,
    'features/': (await make('GET', 'features')).data[0]!.feature,
    'plan-drafts/': (await make('POST', 'plan-drafts', { plan: 'pro', reason })).id,
    'pricing-rules/': key,
    'plans/': 'business',
    'packs/': 'minutes_100',
    'event-types/': 'audio_minutes',
    'invoices/': 'in_1',
    'staff/': String(other.staffId),
    'plan-migrations/': (await make('POST', 'plan-migrations', move)).migration.id,
    'bulk-deeds/': (await make('POST', 'bulk-deeds', note)).bulk_deed.id,
    'views/': (await make('POST', 'views', view)).id,
    'annotations/': (await make('POST', 'annotations', annotation)).id,
  });
});
afterAll(() => rows?.close());

async function insertInvoice(): Promise<void> {
  const { account_id: accountId } = await rows.sql
    .selectFrom('users')
    .select('account_id')
    .where('external_id', '=', USER)
    .executeTakeFirstOrThrow();
  const at = '2026-03-01T00:00:00Z';
  const sums = { subtotal_minor: 100, total_minor: 100, amount_due_minor: 100 };
  const invoice = { stripe_invoice_id: 'in_1', account_id: accountId, status: 'paid', ...sums };
  await rows.sql
    .insertInto('invoices')
    .values({
      ...invoice,
      currency: 'usd',
      amount_paid_minor: 100,
      amount_remaining_minor: 0,
      attempt_count: 1,
      created_at: at,
      updated_at: at,
      lines: '[]',
      metadata: '{}',
    })
    .execute();
}

interface Fields {
  readonly properties?: Readonly<Record<string, object>>;
  readonly required?: readonly string[];
}

/** They ask Stripe first, and are tried against its sandbox, where their domain is tested. */
const AT_STRIPE: readonly string[] = [
  'POST /admin/v1/users/{user}/subscription/change',
  'POST /admin/v1/users/{user}/stripe-customer/relink',
  'POST /admin/v1/invoices/{invoice}/refunds',
];

/** Those that ask which version was looked at. */
function versioned(): StaffRoute[] {
  return staffRoutes(rows, server.databaseUrl).filter(
    ({ method, path, body, query }) =>
      !AT_STRIPE.includes(`${method} ${path}`) &&
      [body, query].some((said: Fields | undefined) => 'version' in (said?.properties ?? {})),
  );
}

/** What stands in the fields that are required, so that nothing but the version is wrong. */
function valueOf({ path }: StaffRoute, field: string): unknown {
  if (path.endsWith('/prices') && field === 'amount') return '400.00';
  if (path.endsWith('/prices') && field === 'plan') return 'enterprise';
  if (path.includes('/annotations/') && field === 'kind') return 'note';
  return values[field];
}

const values: Record<string, unknown> = {
  version: NO_VERSION,
  reason,
  kind: 'metered',
  name: 'Audio minutes',
  when_missing: 'deny',
  on_unavailable: 'deny',
  billing_cycle: 'monthly',
  currency: 'usd',
  feature: 'audio_minutes',
  amount: 100,
  plan: 'pro',
  when: 'now',
  until: '2026-12-01T00:00:00Z',
  pack: { name: '100 minutes', feature: 'audio_minutes', amount: '100', prices: { usd: '6.00' } },
  event_type: { name: 'Audio minutes', counts: [] },
  coupon: 'none',
  preview_token: 'none',
  stripe_customer_id: 'cus_1',
  day: '2026-03-01',
  title: 'A day',
  query: {},
  shared: false,
};

/** Where it is one of two that has to be said. */
const BESIDES: Readonly<Record<string, object>> = {
  'POST /admin/v1/users/{user}/discounts': { percent_off: 5, duration: 'once' },
  'PATCH /admin/v1/users/{user}': { name: 'Another' },
  'PATCH /admin/v1/staff/{id}': { name: 'Another' },
  'POST /admin/v1/users/{user}/prices': { version: NO_VERSION },
};

function pathFor({ path }: StaffRoute): string {
  const place = Object.keys(named).find((each) => path.startsWith(`/admin/v1/${each}`));
  const first = place === undefined ? '' : (named[place] ?? '');
  return path.replace(/\{[a-z_]+\}/, first).replace(/\{[a-z_]+\}/, '1');
}

test('every deed that asks for a version refuses another one, and nothing is changed', async () => {
  const routes = versioned();
  expect(routes.length).toBeGreaterThan(25);
  const stored = await describeStored(server.databaseUrl);
  const refusals = new Map<string, unknown>();
  for (const route of routes) {
    const name = `${route.method} ${route.path}`;
    const fields: Fields | undefined = route.body ?? route.query;
    const required = fields?.required ?? [];
    const entries = required.map((field) => [field, valueOf(route, field)] as const);
    const said = { ...Object.fromEntries<unknown>(entries), ...BESIDES[name] };
    const query = new URLSearchParams(said as Record<string, string>).toString();
    const [path, body] =
      route.body === undefined ? [`${pathFor(route)}?${query}`, undefined] : [pathFor(route), said];
    const answer = await server.request<{ code?: string }>(route.method, path, body, owner);
    if (answer.status !== 409 || answer.body.code !== 'stale_version') {
      refusals.set(name, answer.body);
    }
  }
  expect(Object.fromEntries(refusals)).toEqual({});
  expect(await describeStored(server.databaseUrl)).toEqual(stored);
}, 60_000);
