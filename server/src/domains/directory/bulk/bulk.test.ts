import { sql } from 'kysely';
import { formatInstant } from '@whisperforge/kernel/clock';
import { afterAll, beforeAll, beforeEach, expect, test } from 'vitest';
import { openDatabase, type PostgresDatabase } from '../../../adapters/postgres/index.ts';
import { eventually } from '../../../../test/support/eventually.ts';
import { spawnServer } from '../../../../test/scenarios/support/server-process.ts';
import { startTestServer, useTestServer } from '../../../../test/support/server.ts';
import { signInStaff, type SignedInStaff } from '../../../../test/support/staff.ts';
import type { Role } from '../../../platform/permissions.ts';

/** At full size 10,000. */
const USERS = Number(process.env['BULK_USERS'] ?? 120);

const server = useTestServer();
const reason = 'what they were promised';
let database: PostgresDatabase;
let support: SignedInStaff;

beforeAll(async () => {
  database = openDatabase({ url: server.databaseUrl, schema: 'billing', applicationName: 'test' });
});
afterAll(() => database?.close());
beforeEach(async () => {
  support = await signInStaff(server, 'support');
});

interface Answer {
  code?: string;
  users?: number;
  permission?: string;
  errors?: { field: string }[];
  preview: {
    users: number;
    refused: number;
    sample: { user: string; email: string }[];
    refusals: { code: string; users: number }[];
    refused_users: { user: string; code: string }[];
  };
  id: string;
  state: string;
  version: number;
  bulk_deed: { id: string; state: string; version: number; users: number };
  progress: Record<'total' | 'waiting' | 'done' | 'refused', number>;
  refusals: { code: string; users: number }[];
  data: { user: string; state: string; code: string | null }[];
  next_cursor: string | null;
}

async function ask(method: string, path: string, body?: unknown, as = support): Promise<Answer> {
  return (await server.request<Answer>(method, `/admin/v1/${path}`, body, as)).body;
}

/** So many users, as the app has told of them; answers what they are called. */
async function makeUsers(prefix: string, count: number): Promise<string[]> {
  const at = formatInstant(server.clock.nowMs());
  await database.transaction(async (tx) => {
    await sql`
      WITH made AS (
        INSERT INTO accounts (currency, quota_anchor, created_at)
        SELECT 'usd', ${at}, ${at} FROM generate_series(1, ${count}) RETURNING id
      ), anchored AS (
        INSERT INTO quota_anchors SELECT id, ${at} FROM made
      )
      INSERT INTO users (external_id, account_id, email, signed_up_at, created_at, updated_at)
      SELECT name, id, name || '@example.com', ${at}, ${at}, ${at}
      FROM (SELECT id, ${prefix} || '-' || (row_number() OVER (ORDER BY id) - 1) AS name
        FROM made) AS named`.execute(tx.sql);
    await sql`
      UPDATE accounts SET owner_user_id = users.id FROM users
      WHERE users.account_id = accounts.id AND owner_user_id IS NULL`.execute(tx.sql);
  });
  return Array.from({ length: count }, (_, index) => `${prefix}-${index}`);
}

/** Previews it and does what was previewed. */
async function begin(wish: object, as = support): Promise<Answer> {
  const { preview } = await ask('POST', 'bulk-deeds', { ...wish, reason, dry_run: true }, as);
  const body = { ...wish, reason, expected_users: preview.users };
  return ask('POST', 'bulk-deeds', body, as);
}

async function withWorkers<T>(count: number, work: () => Promise<T>): Promise<T> {
  await using stack = new AsyncDisposableStack();
  for (let index = 0; index < count; index += 1) {
    const options = { clock: server.clock, env: { ROLE: 'worker' } };
    const worker = await startTestServer(server.databaseUrl, options);
    stack.defer(() => worker.close());
  }
  return await work();
}

async function progressOf(id: string): Promise<Answer> {
  return ask('GET', `bulk-deeds/${id}`);
}

async function done(id: string): Promise<void> {
  const boundMs = 60_000 + USERS * 100;
  await eventually(async () => (await progressOf(id)).bulk_deed.state === 'done', boundMs);
}

/** How often each user of that prefix was boosted. */
async function boostsOf(prefix: string): Promise<number[]> {
  const rows = await database.sql
    .selectFrom('users')
    .leftJoin('subscription_overrides', 'subscription_overrides.account_id', 'users.account_id')
    .select((of) => of.fn.count<number>('subscription_overrides.id').as('boosts'))
    .where('external_id', 'like', `${prefix}-%`)
    .groupBy('users.id')
    .orderBy('users.id')
    .execute();
  return rows.map(({ boosts }) => boosts);
}

const boost = { kind: 'boost', feature: 'audio_minutes', amount: 100 };

test(
  `${USERS} users are boosted once each, with who, why and which request on record`,
  async () => {
    const users = await makeUsers('all', USERS);
    await withWorkers(1, async () => {
      const list = { q: 'all-' };
      await eventually(async () => {
        const wish = { ...boost, list, reason, dry_run: true };
        return (await ask('POST', 'bulk-deeds', wish)).preview.users === users.length;
      });
      const begun = await begin({ ...boost, list });
      expect(begun.bulk_deed).toMatchObject({ state: 'running', users: USERS });
      await done(begun.bulk_deed.id);
      const { progress, refusals } = await progressOf(begun.bulk_deed.id);
      expect(progress).toEqual({ total: USERS, waiting: 0, done: USERS, refused: 0 });
      expect(refusals).toEqual([]);
    });
    expect(new Set(await boostsOf('all'))).toEqual(new Set([1]));
    const asked = { user: 'all-0', feature: 'audio_minutes', amount: 150 };
    const { body } = await server.request<{ allowed: boolean }>('POST', '/v1/check', asked);
    expect(body.allowed).toBe(true);
    const entries = await database.sql
      .selectFrom('audit_entries')
      .select(['actor_id', 'reason', 'request_id', 'address'])
      .where('action', '=', 'access.quota_boosted')
      .execute();
    expect(entries).toHaveLength(USERS);
    expect(new Set(entries.map(({ actor_id: id }) => id))).toEqual(
      new Set([String(support.staffId)]),
    );
    expect(new Set(entries.map((entry) => entry.reason))).toEqual(new Set([reason]));
    expect(new Set(entries.map((entry) => entry.request_id)).size).toBe(1);
    expect(entries[0]!.request_id).not.toBeNull();
    expect(entries[0]!.address).not.toBeNull();
  },
  USERS * 200 + 120_000,
);

/** As time does it, for those whom a killed worker has taken. */
async function forgetTakers(id: string): Promise<void> {
  await database.sql
    .updateTable('bulk_deed_users')
    .set({ taken_until: '2020-01-01T00:00:00Z' })
    .where('bulk_deed_id', '=', Number(id))
    .where('state', '=', 'waiting')
    .execute();
}

test('a worker that is killed, and two at once after it, leave each user done once', async () => {
  const users = await makeUsers('killed', 150);
  await using victim = spawnServer({
    databaseUrl: server.databaseUrl,
    secretKey: server.secretKey,
    role: 'all',
    env: { STRIPE_API_BASE: 'http://127.0.0.1:9' },
  });
  await victim.serving;
  const { bulk_deed: deed } = await begin({ ...boost, users });
  await eventually(async () => (await progressOf(deed.id)).progress.done > 0);
  victim.signal('SIGKILL');
  await victim.ended;
  const { progress } = await progressOf(deed.id);
  expect(progress.done + progress.waiting).toBe(150);
  const boosts = (await boostsOf('killed')).reduce((sum, each) => sum + each, 0);
  expect(boosts).toBe(progress.done);
  await forgetTakers(deed.id);
  await withWorkers(2, () => done(deed.id));
  expect((await progressOf(deed.id)).progress).toMatchObject({ done: 150, refused: 0 });
  expect(new Set(await boostsOf('killed'))).toEqual(new Set([1]));
}, 60_000);

test('a stop in the middle ends it until it is resumed', async () => {
  const users = await makeUsers('stopped', 100);
  const { bulk_deed: deed } = await begin({ ...boost, users });
  await withWorkers(1, async () => {
    await eventually(async () => (await progressOf(deed.id)).progress.done > 0);
    const { version } = (await progressOf(deed.id)).bulk_deed;
    const stopped = await ask('POST', `bulk-deeds/${deed.id}/stop`, { version, reason });
    if (stopped.code === 'bulk_deed_done') return;
    expect(stopped.state).toBe('stopped');
    const before = await boostsOf('stopped');
    const other = await begin({ ...boost, users: await makeUsers('after', 3) });
    await done(other.bulk_deed.id);
    expect(await boostsOf('stopped')).toEqual(before);
    const stale = { version, reason };
    expect((await ask('POST', `bulk-deeds/${deed.id}/resume`, stale)).code).toBe('stale_version');
    const turn = { version: stopped.version, reason };
    expect((await ask('POST', `bulk-deeds/${deed.id}/resume`, turn)).state).toBe('running');
    await done(deed.id);
  });
  expect(new Set(await boostsOf('stopped'))).toEqual(new Set([1]));
  const { version } = (await progressOf(deed.id)).bulk_deed;
  const late = await ask('POST', `bulk-deeds/${deed.id}/stop`, { version, reason });
  expect(late.code).toBe('bulk_deed_done');
}, 60_000);

test('the preview says who would be refused and why, and they are refused so', async () => {
  const users = await makeUsers('mixed', 8);
  await withWorkers(1, async () => {
    const first = await begin({ kind: 'restrict', users: users.slice(0, 3) });
    await done(first.bulk_deed.id);
    const wish = { kind: 'gift', plan: 'pro', users };
    const { preview } = await ask('POST', 'bulk-deeds', { ...wish, reason, dry_run: true });
    expect(preview).toMatchObject({
      users: 8,
      refused: 3,
      refusals: [{ code: 'plan_change_in_force', users: 3 }],
    });
    expect(preview.refused_users.map(({ user }) => user).toSorted()).toEqual(users.slice(0, 3));
    expect(preview.sample).toHaveLength(5);
    const { bulk_deed: deed } = await begin(wish);
    await done(deed.id);
    const { progress, refusals } = await progressOf(deed.id);
    expect(progress).toEqual({ total: 8, waiting: 0, done: 5, refused: 3 });
    expect(refusals).toEqual([{ code: 'plan_change_in_force', users: 3 }]);
    const report = await ask('GET', `bulk-deeds/${deed.id}/users?state=refused&limit=2`);
    expect(report.data).toHaveLength(2);
    const path = `bulk-deeds/${deed.id}/users?state=refused&limit=2&cursor=${report.next_cursor}`;
    expect((await ask('GET', path)).data).toHaveLength(1);
    const lifted = await begin({ kind: 'lift', users });
    await done(lifted.bulk_deed.id);
    expect((await progressOf(lifted.bulk_deed.id)).progress).toMatchObject({ done: 3, refused: 5 });
  });
  const owner = await signInStaff(server, 'owner');
  const path = '/admin/v1/bulk-deeds/1/users/export.csv';
  const csv = await server.request<string>('GET', path, undefined, owner);
  expect(csv.body.split('\r\n')[0]).toBe('user,email,name,state,code,detail,settled_at');
  const taken = await database.sql
    .selectFrom('audit_entries')
    .select(['actor_id', 'subject_id'])
    .where('action', '=', 'directory.users_exported')
    .execute();
  expect(taken).toEqual([{ actor_id: String(owner.staffId), subject_id: 'bulk_deed:1' }]);
}, 60_000);

test('a list that holds others by now, or terms that are none, begin nothing', async () => {
  const admin = await signInStaff(server, 'admin');
  const users = await makeUsers('guarded', 3);
  const wish = { ...boost, users, reason };
  const changed = await ask('POST', 'bulk-deeds', { ...wish, expected_users: 2 });
  expect([changed.code, changed.users]).toEqual(['bulk_users_changed', 3]);
  const refused: [object, string, string?][] = [
    [{ ...wish }, 'bulk_users_missing', '/expected_users'],
    [{ ...wish, users: ['nobody-at-all'], expected_users: 1 }, 'bulk_users_unknown'],
    [{ ...wish, list: {}, expected_users: 3 }, 'bulk_users_missing', '/users'],
    [{ ...wish, plan: 'pro', expected_users: 3 }, 'bulk_deed_incomplete', '/plan'],
    [{ kind: 'boost', users, reason, expected_users: 3 }, 'bulk_deed_incomplete', '/amount'],
    [{ ...wish, feature: 'sla', expected_users: 3 }, 'feature_not_counted'],
    [{ kind: 'gift', plan: 'none', users, reason, dry_run: true }, 'plan_unknown'],
    [{ kind: 'discount', percent_off: 5, users, reason, dry_run: true }, 'discount_impossible'],
  ];
  for (const [body, code, field] of refused) {
    const answer = await ask('POST', 'bulk-deeds', body, admin);
    expect([JSON.stringify(body), answer.code]).toEqual([JSON.stringify(body), code]);
    if (field !== undefined) expect(answer.errors?.[0]?.field).toBe(field);
  }
  expect(await boostsOf('guarded')).toEqual([0, 0, 0]);
});

test('what a role may not do to one user it may not do to many', async () => {
  const users = await makeUsers('allowed', 1);
  const kinds: [object, readonly Role[]][] = [
    [boost, ['owner', 'admin', 'support']],
    [{ kind: 'note', text: 'Called us.' }, ['owner', 'admin', 'support']],
    [{ kind: 'discount', percent_off: 5, duration: 'once' }, ['owner', 'admin', 'finance']],
  ];
  for (const role of ['owner', 'admin', 'finance', 'support', 'analyst'] as const) {
    const as = await signInStaff(server, role);
    for (const [terms, roles] of kinds) {
      const wish = { ...terms, users, reason, dry_run: true };
      const { code } = await ask('POST', 'bulk-deeds', wish, as);
      expect([role, terms, code === 'permission_missing']).toEqual([
        role,
        terms,
        !roles.includes(role),
      ]);
    }
  }
});
