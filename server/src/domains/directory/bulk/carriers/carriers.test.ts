import { sql } from 'kysely';
import { afterAll, beforeAll, beforeEach, expect, test } from 'vitest';
import { openDatabase, type PostgresDatabase } from '../../../../adapters/postgres/index.ts';
import { eventually } from '../../../../../test/support/eventually.ts';
import { startTestServer, useTestServer } from '../../../../../test/support/server.ts';
import { signInStaff, type SignedInStaff } from '../../../../../test/support/staff.ts';

const server = useTestServer();
const reason = 'what they were promised';
/** As many as the worker does at once. */
const AT_ONCE = 4;
let database: PostgresDatabase;
let support: SignedInStaff;
let admin: SignedInStaff;

beforeAll(async () => {
  database = openDatabase({ url: server.databaseUrl, schema: 'billing', applicationName: 'test' });
  admin = await signInStaff(server, 'admin');
});
afterAll(() => database?.close());
beforeEach(async () => {
  support = await signInStaff(server, 'support');
});

interface Followed {
  readonly bulk_deed: {
    readonly id: string;
    readonly state: string;
    readonly version: number;
    readonly staff: { readonly id: string };
    readonly carried_on_by: { readonly id: string };
  };
  readonly progress: Record<'total' | 'waiting' | 'done' | 'refused', number>;
}

async function ask<T>(method: string, path: string, body?: object, as = admin): Promise<T> {
  const answer = await server.request<T>(method, `/admin/v1/${path}`, body, as);
  expect([path, answer.status]).toEqual([path, 200]);
  return answer.body;
}

async function makeUsers(prefix: string, count: number): Promise<string[]> {
  const users = Array.from({ length: count }, (_, index) => `${prefix}-${index}`);
  for (const user of users) {
    await server.request('PUT', `/v1/users/${user}`, { email: `${user}@example.com` });
  }
  return users;
}

async function begun(users: readonly string[]): Promise<string> {
  const boost = { kind: 'boost', feature: 'audio_minutes', amount: 100, users };
  const wish = { ...boost, reason, expected_users: users.length };
  return (await ask<Followed>('POST', 'bulk-deeds', wish, support)).bulk_deed.id;
}

const follow = (id: string) => ask<Followed>('GET', `bulk-deeds/${id}`);

async function turn(name: 'stop' | 'resume', id: string): Promise<Followed['bulk_deed']> {
  const { version } = (await follow(id)).bulk_deed;
  return ask('POST', `bulk-deeds/${id}/${name}`, { version, reason: 'they still wait for it' });
}

async function reaches(id: string, state: string): Promise<Followed> {
  return eventually(async () => {
    const followed = await follow(id);
    return followed.bulk_deed.state === state ? followed : undefined;
  });
}

function demote({ staffId }: SignedInStaff): Promise<unknown> {
  const change = database.sql.updateTable('staff').set({ role: 'analyst' });
  return change.where('id', '=', staffId).execute();
}

/** Those that wait for accounts which somebody holds. */
async function countHeldUp(): Promise<number> {
  const { rows } = await sql<{ count: number }>`
    SELECT count(*) FROM pg_stat_activity
    WHERE datname = current_database() AND wait_event_type = 'Lock'`.execute(database.sql);
  return rows[0]!.count;
}

function startWorker() {
  return startTestServer(server.databaseUrl, { clock: server.clock, env: { ROLE: 'worker' } });
}

test('a demotion in the middle of a batch leaves all who are not done as they are', async () => {
  const id = await begun(await makeUsers('held', 10));
  await using stack = new AsyncDisposableStack();
  await database.transaction(async (tx) => {
    // The worker takes them all, and cannot do it to one.
    await tx.sql.selectFrom('accounts').select('id').forUpdate().execute();
    const worker = await startWorker();
    stack.defer(() => worker.close());
    await eventually(async () => (await countHeldUp()) >= AT_ONCE);
    await demote(support);
  });
  const { progress } = await reaches(id, 'stopped');
  expect(progress).toEqual({ total: 10, waiting: 10, done: 0, refused: 0 });
});

test('whoever may has it go on after that, on record as theirs', async () => {
  const users = await makeUsers('left', 6);
  const id = await begun(users);
  await demote(support);
  await using stack = new AsyncDisposableStack();
  const worker = await startWorker();
  stack.defer(() => worker.close());
  const stopped = await reaches(id, 'stopped');
  expect(stopped.progress).toMatchObject({ waiting: 6, done: 0 });
  expect(stopped.bulk_deed.carried_on_by.id).toBe(String(support.staffId));

  const theirs = { staff: { id: String(support.staffId) } };
  const carried = { carried_on_by: { id: String(admin.staffId) } };
  expect(await turn('resume', id)).toMatchObject({ ...theirs, ...carried });
  const done = await reaches(id, 'done');
  expect(done).toMatchObject({ bulk_deed: { ...theirs, ...carried }, progress: { done: 6 } });
  const entries = await database.sql
    .selectFrom('audit_entries')
    .innerJoin('users', 'users.account_id', 'audit_entries.account_id')
    .select(['actor_id', 'reason', 'request_id'])
    .where('external_id', 'like', 'left-%')
    .where('action', '=', 'access.quota_boosted')
    .execute();
  expect(entries).toHaveLength(6);
  const resumed = await database.sql
    .selectFrom('audit_entries')
    .select(['action', 'actor_id', 'request_id'])
    .where('subject_id', '=', id)
    .where('subject_kind', '=', 'bulk_deed')
    .where('action', 'in', ['bulk_deed.resumed', 'bulk_deed.done'])
    .orderBy('id')
    .execute();
  const who = { actor_id: String(admin.staffId), request_id: resumed[0]!.request_id };
  expect(resumed).toEqual([
    { action: 'bulk_deed.resumed', ...who },
    { action: 'bulk_deed.done', ...who },
  ]);
  expect(entries.every((entry) => entry.reason === reason)).toBe(true);
  expect(entries).toMatchObject(entries.map(() => who));
});
