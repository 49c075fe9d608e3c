import { sql } from 'kysely';
import { formatInstant } from '@whisperforge/kernel/clock';
import { numberArray, textArray } from '../../../../platform/array-literal.ts';
import type { Executor, Tx } from '../../../../platform/database.ts';
import type { BulkOutcome, BulkTarget, BulkUser, BulkUserState } from '../bulk-deed.ts';

interface UserRow {
  user_id: number;
  account_id: number;
  external_id: string;
  name: string | null;
  email: string;
  source: string;
}

const USERS = sql.raw(`SELECT u.id AS user_id, u.account_id, u.external_id, u.name, u.email,
  coalesce(s.source, 'none') AS source
  FROM users u LEFT JOIN user_subscriptions s
    ON s.account_id = u.account_id AND s.ended_at IS NULL`);

/** Those of the app's ids that there are, in no order. */
export async function findUsersNamed(
  executor: Executor,
  externalIds: readonly string[],
): Promise<BulkUser[]> {
  const { rows } = await sql<UserRow>`
    ${USERS} WHERE u.external_id = ANY(${textArray(externalIds)}::text[])`.execute(executor.sql);
  return rows.map(userOf);
}

/** Those to whom a bulk deed was done, in the order in which it was. */
export async function findDone(executor: Executor, bulkDeedId: number): Promise<BulkUser[]> {
  const { rows } = await sql<UserRow>`
    ${USERS} JOIN bulk_deed_users target ON target.user_id = u.id
    WHERE target.bulk_deed_id = ${bulkDeedId} AND target.state = 'done'
    ORDER BY target.account_id`.execute(executor.sql);
  return rows.map(userOf);
}

/** What a bulk deed has made of each of some accounts to which it was done. */
export async function findResults(
  executor: Executor,
  bulkDeedId: number,
  accountIds: readonly number[],
): Promise<ReadonlyMap<number, number | null>> {
  const rows = await executor.sql
    .selectFrom('bulk_deed_users')
    .select(['account_id', 'result_id'])
    .where('bulk_deed_id', '=', bulkDeedId)
    .where('state', '=', 'done')
    .where(sql<boolean>`account_id = ANY(${numberArray(accountIds)}::bigint[])`)
    .execute();
  return new Map(rows.map(({ account_id: id, result_id: resultId }) => [id, resultId]));
}

/** What the live subscriptions at Stripe of some accounts are paid in, as far as is on record. */
export async function findCurrencies(
  executor: Executor,
  accountIds: readonly number[],
): Promise<ReadonlyMap<number, string>> {
  if (accountIds.length === 0) return new Map();
  // The latest word does, since a subscription is paid in one currency for all its life.
  const { rows } = await sql<{ account_id: number; currency: string }>`
    SELECT s.account_id, latest.currency FROM user_subscriptions s CROSS JOIN LATERAL (
      SELECT c.currency FROM subscription_changes c
      WHERE c.account_id = s.account_id AND c.subscription_key = s.stripe_subscription_id
        AND c.currency IS NOT NULL
      ORDER BY c.id DESC LIMIT 1) AS latest
    WHERE s.ended_at IS NULL AND s.account_id = ANY(${numberArray(accountIds)}::bigint[])`.execute(
    executor.sql,
  );
  return new Map(rows.map((row) => [row.account_id, row.currency]));
}

export async function findUserById(executor: Executor, userId: number): Promise<BulkUser> {
  const { rows } = await sql<UserRow>`${USERS} WHERE u.id = ${userId}`.execute(executor.sql);
  const [row] = rows;
  if (row === undefined) throw new Error('a user of a bulk deed is never deleted');
  return userOf(row);
}

function userOf(row: UserRow): BulkUser {
  return {
    userId: row.user_id,
    accountId: row.account_id,
    externalId: row.external_id,
    name: row.name,
    email: row.email,
    source: row.source,
  };
}

export async function insertBulkUsers(
  tx: Tx,
  bulkDeedId: number,
  users: readonly Pick<BulkUser, 'userId' | 'accountId'>[],
): Promise<void> {
  const accountIds = numberArray(users.map(({ accountId }) => accountId));
  const userIds = numberArray(users.map(({ userId }) => userId));
  await sql`
    INSERT INTO bulk_deed_users (bulk_deed_id, account_id, user_id, state)
    SELECT ${bulkDeedId}, account_id, user_id, 'waiting'
    FROM unnest(${accountIds}::bigint[], ${userIds}::bigint[]) AS chosen (account_id, user_id)
  `.execute(tx.sql);
}

/**
 * Takes some of those who wait in bulk deeds that run, so that nobody else is at them for a while;
 * whoever took them and was killed leaves them to others after it.
 */
export async function takeTargets(tx: Tx, most: number): Promise<BulkTarget[]> {
  const { rows } = await sql<TargetRow>`
    UPDATE bulk_deed_users SET
      attempts = attempts + 1, taken_until = clock_timestamp() + interval '2 minutes'
    WHERE (bulk_deed_id, account_id) IN (
      SELECT waiting.bulk_deed_id, waiting.account_id
      FROM bulk_deeds JOIN bulk_deed_users AS waiting ON waiting.bulk_deed_id = bulk_deeds.id
      WHERE bulk_deeds.state = 'running' AND waiting.state = 'waiting'
        AND (waiting.taken_until IS NULL OR waiting.taken_until < clock_timestamp())
      ORDER BY waiting.bulk_deed_id, waiting.account_id LIMIT ${most}
      FOR UPDATE OF waiting SKIP LOCKED
    )
    RETURNING bulk_deed_id, account_id, user_id, attempts`.execute(tx.sql);
  return rows.map(targetOf);
}

interface TargetRow {
  readonly bulk_deed_id: number;
  readonly account_id: number;
  readonly user_id: number;
  readonly attempts: number;
}

function targetOf(row: TargetRow): BulkTarget {
  const { bulk_deed_id: bulkDeedId, account_id: accountId, user_id: userId, attempts } = row;
  return { bulkDeedId, accountId, userId, attempts };
}

/** Takes some of those in bulk deeds that were stopped whom whoever took them has not settled. */
export async function takeLeftTargets(tx: Tx, most: number): Promise<BulkTarget[]> {
  const { rows } = await sql<TargetRow>`
    UPDATE bulk_deed_users SET
      attempts = attempts + 1, taken_until = clock_timestamp() + interval '2 minutes'
    WHERE (bulk_deed_id, account_id) IN (
      SELECT left_behind.bulk_deed_id, left_behind.account_id
      FROM bulk_deed_users AS left_behind
      JOIN bulk_deeds ON bulk_deeds.id = left_behind.bulk_deed_id AND bulk_deeds.state = 'stopped'
      WHERE left_behind.state = 'waiting' AND left_behind.taken_until < clock_timestamp()
      ORDER BY left_behind.bulk_deed_id, left_behind.account_id LIMIT ${most}
      FOR UPDATE OF left_behind SKIP LOCKED
    )
    RETURNING bulk_deed_id, account_id, user_id, attempts`.execute(tx.sql);
  return rows.map(targetOf);
}

/** Says that nobody is at a user who waits. */
export async function leaveTarget(
  executor: Executor,
  { bulkDeedId, accountId }: BulkTarget,
): Promise<void> {
  await executor.sql
    .updateTable('bulk_deed_users')
    .set({ taken_until: null })
    .where('bulk_deed_id', '=', bulkDeedId)
    .where('account_id', '=', accountId)
    .where('state', '=', 'waiting')
    .execute();
}

/** Lets whoever is first take those again whom a stop has left waiting. */
export async function releaseTargets(tx: Tx, bulkDeedId: number): Promise<void> {
  await tx.sql
    .updateTable('bulk_deed_users')
    .set({ taken_until: null })
    .where('bulk_deed_id', '=', bulkDeedId)
    .where('state', '=', 'waiting')
    .where('taken_until', 'is not', null)
    .execute();
}

/** Writes what came of a user who waits; answers whether they still did. */
export async function settleTarget(
  executor: Executor,
  { bulkDeedId, accountId }: BulkTarget,
  { state, code, detail, resultId }: BulkOutcome,
  nowMs: number,
): Promise<boolean> {
  const { numUpdatedRows } = await executor.sql
    .updateTable('bulk_deed_users')
    .set({
      state,
      code,
      detail,
      result_id: resultId,
      settled_at: state === 'waiting' ? null : formatInstant(nowMs),
    })
    .where('bulk_deed_id', '=', bulkDeedId)
    .where('account_id', '=', accountId)
    .where('state', '=', 'waiting')
    .executeTakeFirst();
  return numUpdatedRows === 1n;
}

/** How far a bulk deed is: so many users in each state. */
export async function countTargets(
  executor: Executor,
  bulkDeedId: number,
): Promise<Readonly<Record<BulkUserState, number>>> {
  const { rows } = await sql<{ state: BulkUserState; count: number }>`
    SELECT state, count(*) AS count FROM bulk_deed_users
    WHERE bulk_deed_id = ${bulkDeedId} GROUP BY state`.execute(executor.sql);
  const counts = { waiting: 0, done: 0, refused: 0 };
  for (const { state, count } of rows) counts[state] = count;
  return counts;
}

/** Bulk deeds that run and have nobody left who waits. */
export async function findFinished(executor: Executor): Promise<number[]> {
  const { rows } = await sql<{ id: number }>`
    SELECT id FROM bulk_deeds WHERE state = 'running' AND NOT EXISTS (
      SELECT FROM bulk_deed_users
      WHERE bulk_deed_id = bulk_deeds.id AND bulk_deed_users.state = 'waiting')`.execute(
    executor.sql,
  );
  return rows.map(({ id }) => id);
}
