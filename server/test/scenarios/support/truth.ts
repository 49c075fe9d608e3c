import assert from 'node:assert/strict';
import { formatQuantity, type Quantity } from '@whisperforge/kernel/quantity';
import { readDatabase, type DatabaseReader } from './database-reader.ts';
import { quantity, type BookedEvent, type KnownHold, type Ledger } from './ledger.ts';
import { LIMITED_MINUTES, LIMITED_USER } from './load-users.ts';

/**
 * Throws unless the database holds exactly what the ledger says: every acknowledged event once and
 * no other, each reservation in its state, each key, and balances that are the sums of them.
 */
export async function expectTruth(of: string | DatabaseReader, ledger: Ledger): Promise<void> {
  if (typeof of !== 'string') return compare(of, ledger);
  await using database = await readDatabase(of);
  await compare(database, ledger);
}

async function compare(database: DatabaseReader, ledger: Ledger): Promise<void> {
  expectSame(await storedEvents(database), [...ledger.events.values()].map(writeEvent));
  expectSame(await storedHolds(database), [...ledger.holds.values()].map(writeHold));
  const keys = await database.rows<{ key: string }>('SELECT key FROM usage_keys');
  expectSame(
    keys.map(({ key }) => key),
    [...ledger.keys],
  );
  const levels = await database.rows<{ user: string; used: string }>(
    `SELECT u.external_id AS user, b.used::text FROM balances b JOIN users u USING (account_id)
     WHERE b.feature = 'kb_files' AND u.external_id LIKE 'load-level-%'`,
  );
  expectSame(
    levels.map(({ user, used }) => `${user} ${formatQuantity(quantity(used))}`),
    [...ledger.levels].map(([user, amount]) => `${user} ${amount}`),
  );
  expectSame(await storedMinutes(database), expectedMinutes(ledger));
  await expectBalanced(database);
  await expectWithinLimit(database);
}

/** Throws where a balance is not the sum of what was booked and what is held. */
export async function expectBalanced(database: DatabaseReader): Promise<void> {
  assert.deepEqual(await database.rows(UNBALANCED), [], 'balances are sums');
}

const UNBALANCED = `
  SELECT b.account_id, b.feature, b.used, b.reserved, booked.amount AS booked, held.amount AS held
  FROM balances b
  FULL JOIN (SELECT account_id, key AS feature, sum(value::numeric) AS amount
    FROM usage_events, jsonb_each_text(counted) GROUP BY 1, 2) AS booked
    USING (account_id, feature)
  FULL JOIN (SELECT account_id, feature, sum(amount) AS amount FROM reservations
    WHERE status = 'held' GROUP BY 1, 2) AS held USING (account_id, feature)
  WHERE (b.used IS DISTINCT FROM coalesce(booked.amount, 0) AND b.period_end IS NOT NULL)
    OR b.reserved IS DISTINCT FROM coalesce(held.amount, 0)`;

/** Lines that are on one side only, the first few of them; the same line twice is two. */
function expectSame(stored: readonly string[], expected: readonly string[]): void {
  const count = new Map<string, number>();
  for (const line of stored) count.set(line, (count.get(line) ?? 0) + 1);
  for (const line of expected) count.set(line, (count.get(line) ?? 0) - 1);
  const differing = [...count].filter(([, surplus]) => surplus !== 0);
  const shown = differing
    .slice(0, 10)
    .map(([line, surplus]) => `${surplus > 0 ? 'unexpected' : 'missing'} (${surplus}): ${line}`);
  assert.deepEqual(shown, [], `${differing.length} differences among ${expected.length}`);
}

function writeEvent(event: BookedEvent): string {
  const cost = event.costCents === null ? null : formatQuantity(quantity(event.costCents));
  return [
    event.id,
    event.user,
    event.eventType,
    formatQuantity(quantity(event.amount)),
    `tokens ${event.tokensIn} ${event.tokensOut}`,
    `cost ${cost}`,
    `reservation ${event.reservationId}`,
  ].join(' ');
}

async function storedEvents(database: DatabaseReader): Promise<string[]> {
  const rows = await database.rows<{
    id: string;
    user: string;
    event_type: string;
    amount: string;
    tokens_in: string | null;
    tokens_out: string | null;
    cost_cents: string | null;
    reservation_id: string | null;
  }>(
    `SELECT e.metadata->>'id' AS id, u.external_id AS user, e.event_type,
       e.resource_consumed::text AS amount, e.tokens_in, e.tokens_out, e.cost_cents::text,
       e.reservation_id
     FROM usage_events e JOIN users u ON u.id = e.user_id AND u.account_id = e.account_id`,
  );
  return rows.map((row) =>
    writeEvent({
      id: row.id,
      user: row.user,
      eventType: row.event_type,
      amount: row.amount,
      tokensIn: row.tokens_in === null ? null : Number(row.tokens_in),
      tokensOut: row.tokens_out === null ? null : Number(row.tokens_out),
      costCents: row.cost_cents,
      reservationId: row.reservation_id,
    }),
  );
}

function writeHold(hold: KnownHold): string {
  const { id, user, feature, amount, status } = hold;
  return [id, user, feature, formatQuantity(quantity(amount)), status].join(' ');
}

async function storedHolds(database: DatabaseReader): Promise<string[]> {
  const rows = await database.rows<{ [Key in keyof KnownHold]: KnownHold[Key] }>(
    `SELECT r.id, u.external_id AS user, r.feature, r.amount::text, r.status
     FROM reservations r JOIN users u ON u.id = r.user_id`,
  );
  return rows.map(writeHold);
}

/** Used and held minutes of each user, by what was acknowledged alone. */
function expectedMinutes(ledger: Ledger): string[] {
  const minutes = new Map<string, { used: Quantity; reserved: Quantity }>();
  const of = (user: string): { used: Quantity; reserved: Quantity } => {
    const known = minutes.get(user) ?? { used: 0n, reserved: 0n };
    minutes.set(user, known);
    return known;
  };
  for (const event of ledger.events.values()) {
    if (event.eventType === 'audio_processed') of(event.user).used += quantity(event.amount);
  }
  for (const hold of ledger.holds.values()) {
    if (hold.status === 'held') of(hold.user).reserved += quantity(hold.amount);
  }
  return [...minutes].map(([user, { used, reserved }]) => writeMinutes({ user, used, reserved }));
}

async function storedMinutes(database: DatabaseReader): Promise<string[]> {
  const rows = await database.rows<{ user: string; used: string; reserved: string }>(
    `SELECT u.external_id AS user, b.used::text, b.reserved::text
     FROM balances b JOIN users u USING (account_id)
     WHERE b.feature = 'audio_minutes' AND (b.used > 0 OR b.reserved > 0)`,
  );
  return rows.map(({ user, used, reserved }) =>
    writeMinutes({ user, used: quantity(used), reserved: quantity(reserved) }),
  );
}

function writeMinutes(of: { user: string; used: Quantity; reserved: Quantity }): string {
  return `${of.user} used ${formatQuantity(of.used)} reserved ${formatQuantity(of.reserved)}`;
}

async function expectWithinLimit(database: DatabaseReader): Promise<void> {
  const beyond = await database.rows(
    `SELECT b.used, b.reserved FROM balances b JOIN users u USING (account_id)
     WHERE u.external_id = $1 AND b.feature = 'audio_minutes' AND b.used + b.reserved > $2`,
    [LIMITED_USER, LIMITED_MINUTES],
  );
  assert.deepEqual(beyond, [], 'who is limited has passed no limit');
}
