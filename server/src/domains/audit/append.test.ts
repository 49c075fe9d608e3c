import { afterAll, beforeAll, expect, test } from 'vitest';
import { openDatabase, type PostgresDatabase } from '../../adapters/postgres/index.ts';
import { useTestDatabase } from '../../../test/support/database.ts';
import { appendAudit, type AuditEntry } from './index.ts';

const testDatabase = useTestDatabase();
let database: PostgresDatabase;

beforeAll(() => {
  database = openDatabase({ url: testDatabase.url, schema: 'billing', applicationName: 'test' });
});
afterAll(() => database.close());

const entry: AuditEntry = {
  recordedMs: Date.UTC(2026, 2, 10, 12),
  actor: { kind: 'staff', id: '7' },
  action: 'plan.published',
  subject: { kind: 'plan', id: 'pro' },
  accountId: 12,
  reason: 'a new year',
  before: { limit: 1 },
  after: { limit: 2 },
  requestId: 'req_1',
  address: '192.0.2.7',
};

const stored = () => database.sql.selectFrom('audit_entries').selectAll().orderBy('id').execute();

test('an entry stands with its transaction and falls with it', async () => {
  await expect(
    database.transaction(async (tx) => {
      await appendAudit(tx, [entry]);
      throw new Error('the command failed');
    }),
  ).rejects.toThrow('the command failed');
  expect(await stored()).toEqual([]);

  const { recordedMs, actor, action, subject } = entry;
  const bare: AuditEntry = { recordedMs, actor, action, subject };
  await database.transaction((tx) => appendAudit(tx, [entry, bare]));
  await database.transaction((tx) => appendAudit(tx, []));
  const shared = {
    recorded_at: entry.recordedMs,
    actor_kind: 'staff',
    actor_id: '7',
    action: 'plan.published',
    subject_kind: 'plan',
    subject_id: 'pro',
  };
  const id = expect.any(Number) as number;
  const personal = { personal_digest: null };
  const nothing = { account_id: null, reason: null, before: null, after: null, request_id: null };
  expect(await stored()).toEqual([
    {
      ...shared,
      id,
      account_id: 12,
      reason: 'a new year',
      before: { limit: 1 },
      after: { limit: 2 },
      request_id: 'req_1',
      address: '192.0.2.7',
      ...personal,
    },
    { ...shared, id, ...nothing, address: null, ...personal },
  ]);
});

test('nobody can change, delete or truncate what is on record', async () => {
  const before = await stored();
  const permanent = { sqlState: '23000' };
  const update = database.sql.updateTable('audit_entries').set({ reason: 'another' });
  await expect(update.execute()).rejects.toMatchObject(permanent);
  await expect(database.sql.deleteFrom('audit_entries').execute()).rejects.toMatchObject(permanent);
  const truncate = { name: 'test_truncate', text: 'TRUNCATE audit_entries' };
  await expect(database.execute(truncate, [])).rejects.toMatchObject(permanent);
  expect(await stored()).toEqual(before);
});

test('an entry takes the request and the address from its actor', async () => {
  const actor = { kind: 'staff', id: '8', requestId: 'req_2', address: '192.0.2.8' } as const;
  const { recordedMs, action, subject } = entry;
  await database.transaction((tx) => appendAudit(tx, [{ recordedMs, actor, action, subject }]));
  expect((await stored()).at(-1)).toMatchObject({ request_id: 'req_2', address: '192.0.2.8' });
});
