import { afterAll, beforeAll, expect, test } from 'vitest';
import { manualClock } from '@whisperforge/kernel/clock';
import { openDatabase, type PostgresDatabase } from '../../adapters/postgres/index.ts';
import { useTestDatabase } from '../../../test/support/database.ts';
import { createKeys, type Keys } from './service.ts';

const testDatabase = useTestDatabase();
const clock = manualClock(Date.UTC(2026, 2, 10, 12));
const actor = { kind: 'cli', id: 'operator' } as const;
let database: PostgresDatabase;
let keys: Keys;

beforeAll(() => {
  database = openDatabase({ url: testDatabase.url, schema: 'billing', applicationName: 'test' });
  keys = createKeys({ database, clock });
});
afterAll(() => database.close());

const create = (name: string) => keys.create({ name, scopes: ['usage'], mode: 'test', actor });

const recorded = () =>
  database.sql
    .selectFrom('audit_entries')
    .select(['action', 'actor_kind', 'actor_id', 'subject_id', 'recorded_at', 'after'])
    .orderBy('id')
    .execute();

const published = () =>
  database.sql.selectFrom('outbox_events').select(['topic', 'payload']).orderBy('id').execute();

test('making and revoking a key are on record and told, once each', async () => {
  const { key, secret } = await create('backend');
  expect(await keys.authenticate(secret)).toEqual({ keyId: key.id, scopes: ['usage'] });
  clock.advanceBy(1_000);
  expect((await keys.revoke({ id: key.id, actor })).revokedMs).toBe(clock.nowMs());
  const again = await keys.revoke({ id: key.id, actor });
  expect(again.revokedMs).toBe(clock.nowMs());
  expect(await keys.authenticate(secret)).toBeUndefined();

  const shared = { actor_kind: 'cli', actor_id: 'operator', subject_id: String(key.id) };
  expect(await recorded()).toEqual([
    {
      ...shared,
      action: 'key.created',
      recorded_at: clock.nowMs() - 1_000,
      after: { name: 'backend', prefix: key.prefix, scopes: ['usage'] },
    },
    { ...shared, action: 'key.revoked', recorded_at: clock.nowMs(), after: null },
  ]);
  expect(await published()).toEqual([
    { topic: 'key.created', payload: { key_id: key.id } },
    { topic: 'key.revoked', payload: { key_id: key.id } },
  ]);
});

test('a key of another process is found as soon as it is made, and then remembered', async () => {
  const { secret: earlier } = await create('earlier');
  await keys.authenticate(earlier);
  const elsewhere = createKeys({ database, clock });
  const command = { name: 'elsewhere', scopes: ['read'], mode: 'test', actor } as const;
  const { key, secret } = await elsewhere.create(command);
  expect(await keys.authenticate(secret)).toBeUndefined();
  expect(await keys.lookUp(secret)).toEqual({ keyId: key.id, scopes: ['read'] });
  expect(await keys.authenticate(secret)).toEqual({ keyId: key.id, scopes: ['read'] });

  await elsewhere.revoke({ id: key.id, actor });
  expect(await keys.lookUp(secret)).toBeUndefined();
  expect(await keys.lookUp('wf_test_nobody_has_this')).toBeUndefined();
});

test('neither the key nor what it can be guessed from is stored', async () => {
  const { secret } = await create('stored');
  const stored = await database.sql.selectFrom('secret_keys').selectAll().execute();
  const told = JSON.stringify([stored, await recorded(), await published()]);
  expect(told).not.toContain(secret.slice(0, 16));
});

test('a secret from the environment is one key, however many start with it', async () => {
  const secret = 'a-secret-from-the-environment';
  const others = Array.from({ length: 8 }, () => createKeys({ database, clock }));
  const made = await Promise.all(others.map((other) => other.ensure(secret)));
  expect(new Set(made.map((key) => key.id)).size).toBe(1);
  expect(await keys.authenticate(secret)).toMatchObject({
    scopes: ['usage', 'read', 'users', 'billing'],
  });
  const named = (await keys.list()).filter((key) => key.name === 'API_SECRET_KEY');
  expect(named).toHaveLength(1);
});

test('a key without a name, and one that does not exist, are refused', async () => {
  await expect(create(' ')).rejects.toMatchObject({ code: 'key_invalid', kind: 'invalid' });
  await expect(create('n'.repeat(101))).rejects.toMatchObject({ code: 'key_invalid' });
  await expect(keys.revoke({ id: 999_999, actor })).rejects.toMatchObject({
    code: 'key_not_found',
    kind: 'not_found',
  });
});
