import { sql } from 'kysely';
import { afterAll, beforeAll, describe, expect, test } from 'vitest';
import { DAY_MS } from '@whisperforge/kernel/period';
import { useTestDatabase } from '../../../test/support/database.ts';
import { openDatabase, type PostgresDatabase } from '../../adapters/postgres/index.ts';
import { loadAnchors } from './index.ts';
import { createAccounts, type Accounts } from './service.ts';

const created = useTestDatabase();
let database: PostgresDatabase;
let accounts: Accounts;

const NOW = Date.UTC(2026, 4, 20, 9, 30);
const email = 'somebody@example.com';

beforeAll(() => {
  database = openDatabase({ url: created.url, schema: 'billing', applicationName: 'test' });
  accounts = createAccounts({ database });
});

afterAll(() => database.close());

async function anchorsOf(accountId: number): Promise<readonly number[] | undefined> {
  return (await loadAnchors(database, [accountId])).get(accountId);
}

describe('a user', () => {
  test('is made with an account of their own, whose quota periods begin now', async () => {
    const user = await accounts.upsertUser('u1', { email, name: 'Some Body' }, NOW);
    expect(user).toMatchObject({ externalId: 'u1', email, name: 'Some Body', signedUpMs: NOW });
    const { rows } = await sql`
      SELECT owner_user_id, currency, quota_anchor, access_version FROM accounts
      WHERE id = ${user.accountId}`.execute(database.sql);
    const account = { currency: 'usd', quota_anchor: NOW, access_version: 1 };
    expect(rows).toEqual([{ owner_user_id: user.id, ...account }]);
    expect(await anchorsOf(user.accountId)).toEqual([NOW]);
    expect(await accounts.getUser('u1')).toEqual(user);
  });

  test('who signed up before has quota periods from then', async () => {
    const signedUpMs = NOW - 100 * DAY_MS;
    const user = await accounts.upsertUser('u2', { email, signedUpMs }, NOW);
    expect(user.signedUpMs).toBe(signedUpMs);
    expect(await anchorsOf(user.accountId)).toEqual([signedUpMs]);
  });

  test('whose clock is a little ahead signed up now; further ahead is refused', async () => {
    const ahead = await accounts.upsertUser('u3', { email, signedUpMs: NOW + 60_000 }, NOW);
    expect(ahead.signedUpMs).toBe(NOW);
    const far = accounts.upsertUser('u4', { email, signedUpMs: NOW + 3_600_000 }, NOW);
    await expect(far).rejects.toMatchObject({
      code: 'signed_up_in_future',
      kind: 'invalid',
      details: { fields: [{ field: '/signed_up_at' }] },
    });
    await expect(accounts.getUser('u4')).rejects.toMatchObject({ code: 'user_unknown' });
  });

  test('is renewed in what is said, keeps the rest, and no period moves', async () => {
    const made = await accounts.upsertUser(
      'u5',
      { email, name: 'First', country: 'AT', metadata: { team: 'red' } },
      NOW,
    );
    const later = NOW + DAY_MS;
    const renewed = await accounts.upsertUser(
      'u5',
      { email: 'other@example.com', name: 'Second', signedUpMs: later },
      later,
    );
    expect(renewed).toEqual({
      ...made,
      email: 'other@example.com',
      revision: 2,
      name: 'Second',
      updatedMs: later,
    });
    expect(await anchorsOf(made.accountId)).toEqual([NOW]);
  });

  test('that many make at once is one, with one account', async () => {
    const made = await Promise.all(
      Array.from({ length: 12 }, () => accounts.upsertUser('u6', { email }, NOW)),
    );
    expect(new Set(made.map((user) => user.accountId)).size).toBe(1);
    const { rows } = await sql<{ count: number }>`
      SELECT count(*) AS count FROM accounts WHERE owner_user_id IS NULL`.execute(database.sql);
    expect(rows).toEqual([{ count: 0 }]);
  });

  test('that there is not is told how to be made', async () => {
    await expect(accounts.getUser('nobody')).rejects.toMatchObject({
      code: 'user_unknown',
      kind: 'not_found',
      details: { message: 'There is no user nobody; PUT /v1/users/nobody makes one.' },
    });
  });
});
