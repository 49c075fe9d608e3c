import { randomText } from '@whisperforge/kernel/ids';
import { afterAll, beforeAll, expect, test } from 'vitest';
import { createTestDatabase, type TestDatabase } from '../../support/database.ts';
import { startTestServer } from '../../support/server.ts';
import { readDatabase } from './database-reader.ts';
import type { Ledger } from './ledger.ts';
import { startLoad } from './load.ts';
import { randomFrom } from './random.ts';
import { expectTruth } from './truth.ts';

let database: TestDatabase;
let ledger: Ledger;

/** A short load on a server that nothing happens to, for all tests to tamper with what it left. */
beforeAll(async () => {
  database = await createTestDatabase();
  const secretKey = `wf_test_${randomText(40)}`;
  const server = await startTestServer(database.url, { secretKey });
  const load = await startLoad({
    databaseUrl: database.url,
    secretKey,
    random: randomFrom(1),
    workers: 4,
    where: () => Promise.resolve(server.url),
    isPassing: () => false,
  });
  await load.afterMore(200);
  await load.finish();
  await server.close();
  ({ ledger } = load);
});

afterAll(async () => {
  await database.drop();
});

test('what a server has stored under load is what callers were told', async () => {
  await expectTruth(database.url, ledger);
});

const ONE_EVENT = '(SELECT id FROM usage_events ORDER BY id LIMIT 1)';
const ONE_HOLD = "(SELECT id FROM reservations WHERE status = 'held' LIMIT 1)";
const COPY = `account_id, user_id, event_type, occurred_at, recorded_at, resource_consumed,
  cost_cents, model, provider, tokens_in, tokens_out, counted, over_limit, late, reservation_id,
  metadata`;

test.each([
  ['an event that is lost', `DELETE FROM usage_events WHERE id = ${ONE_EVENT}`],
  [
    'an event that is there twice',
    `INSERT INTO usage_events (${COPY}) SELECT ${COPY} FROM usage_events WHERE id = ${ONE_EVENT}`,
  ],
  [
    'an event of another amount',
    `UPDATE usage_events SET resource_consumed = resource_consumed + 1 WHERE id = ${ONE_EVENT}`,
  ],
  ['a reservation that is lost', `DELETE FROM reservations WHERE id = ${ONE_HOLD}`],
  [
    'a reservation in another state',
    `UPDATE reservations SET status = 'released' WHERE id = ${ONE_HOLD}`,
  ],
  ['a key that is lost', 'DELETE FROM usage_keys WHERE key = (SELECT min(key) FROM usage_keys)'],
  [
    'a balance that is no sum',
    "UPDATE balances SET used = used + 0.000001 WHERE feature = 'ai_tokens'",
  ],
  [
    'a hold that the balance does not show',
    "UPDATE balances SET reserved = 0 WHERE feature = 'audio_minutes' AND reserved > 0",
  ],
  ['a level that was not set', "UPDATE balances SET used = 99 WHERE feature = 'kb_files'"],
])('%s is found', async (_title, tampering) => {
  await using tampered = await readDatabase(database.url);
  await tampered.rows('BEGIN');
  await tampered.rows(tampering);
  await expect(expectTruth(tampered, ledger)).rejects.toThrow(
    /differences among|balances are sums|no limit/,
  );
  await tampered.rows('ROLLBACK');
  await expectTruth(database.url, ledger);
});
