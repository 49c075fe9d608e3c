import { sql } from 'kysely';
import { numberArray, textArray } from '../../../../platform/array-literal.ts';
import type { Executor, Tx } from '../../../../platform/database.ts';
import { packed, unpacked, type Happened, type Packed } from './happened.ts';

/** Notes accounts as changed; waits for nobody who looks at them just now. */
export async function noteChanged(
  executor: Executor,
  customerIds: readonly number[],
): Promise<void> {
  if (customerIds.length === 0) return;
  await sql`
    INSERT INTO account_notes (account_id) SELECT account_id FROM revenue_customers
    WHERE id = ANY(${numberArray(customerIds)}::bigint[]) AND account_id IS NOT NULL`.execute(
    executor.sql,
  );
}

/** Takes some of the noted accounts; what is noted from here on is looked at again. */
export async function takeNoted(tx: Tx, limit: number): Promise<number[]> {
  const { rows } = await sql<{ account_id: number }>`
    DELETE FROM account_notes WHERE id IN (
      SELECT id FROM account_notes ORDER BY id LIMIT ${limit} FOR UPDATE SKIP LOCKED)
    RETURNING account_id`.execute(tx.sql);
  return [...new Set(rows.map(({ account_id }) => account_id))];
}

/** What of accounts is in the sums, who are locked: two that add one up wait for each other. */
export async function lockStandings(
  tx: Tx,
  bookId: number,
  accountIds: readonly number[],
): Promise<Map<number, Happened[]>> {
  const ids = numberArray(accountIds);
  await sql`
    INSERT INTO account_standings (book_id, account_id, happened)
    SELECT ${bookId}, id, '[]' FROM unnest(${ids}::bigint[]) AS account(id) ORDER BY id
    ON CONFLICT DO NOTHING`.execute(tx.sql);
  const { rows } = await sql<{ account_id: number; happened: readonly Packed[] }>`
    SELECT account_id, happened FROM account_standings
    WHERE book_id = ${bookId} AND account_id = ANY(${ids}::bigint[])
    ORDER BY account_id FOR UPDATE`.execute(tx.sql);
  return new Map(
    rows.map(({ account_id: id, happened }) => [id, happened.map((each) => unpacked(each))]),
  );
}

export async function putHappened(
  tx: Tx,
  bookId: number,
  happened: ReadonlyMap<number, readonly Happened[]>,
): Promise<void> {
  if (happened.size === 0) return;
  const texts = [...happened.values()].map((all) => JSON.stringify(all.map(packed)));
  await sql`
    UPDATE account_standings SET happened = told.happened
    FROM unnest(${numberArray([...happened.keys()])}::bigint[], ${textArray(texts)}::jsonb[])
      AS told(account_id, happened)
    WHERE book_id = ${bookId} AND account_standings.account_id = told.account_id`.execute(tx.sql);
}

/**
 * Adds to the days, with each choice of what is told apart. Rows come in the order of their keys,
 * so that nobody waits in a circle.
 */
export async function addToHappenings(
  tx: Tx,
  bookId: number,
  sums: readonly Happened[],
): Promise<void> {
  if (sums.length === 0) return;
  await sql`
    INSERT INTO happening_days AS present (book_id, kind, told, country, source, label, day,
      currency, total, first, second, total_minor, first_minor, second_minor)
    SELECT ${bookId}, * FROM (
      SELECT kind, told, CASE WHEN by_country THEN country ELSE '' END AS country,
        CASE WHEN by_source THEN source ELSE '' END AS source,
        CASE WHEN by_label THEN label ELSE '' END AS label, day, currency, sum(total), sum(first),
        sum(second), sum(total_minor), sum(first_minor), sum(second_minor)
      FROM unnest(
        ${textArray(sums.map(({ kind }) => kind))}::text[],
        ${textArray(sums.map(({ country }) => country))}::text[],
        ${textArray(sums.map(({ source }) => source))}::text[],
        ${textArray(sums.map(({ label }) => label))}::text[],
        ${textArray(sums.map(({ day }) => day))}::date[],
        ${textArray(sums.map(({ currency }) => currency))}::text[],
        ${numberArray(sums.map(({ total }) => total))}::integer[],
        ${numberArray(sums.map(({ first }) => first))}::integer[],
        ${numberArray(sums.map(({ second }) => second))}::integer[],
        ${numberArray(sums.map(({ totalMinor }) => totalMinor))}::bigint[],
        ${numberArray(sums.map(({ firstMinor }) => firstMinor))}::bigint[],
        ${numberArray(sums.map(({ secondMinor }) => secondMinor))}::bigint[])
        AS row(kind, country, source, label, day, currency, total, first, second, total_minor,
          first_minor, second_minor)
      JOIN (VALUES ('', false, false, false), ('country', true, false, false),
        ('source', false, true, false), ('country source', true, true, false),
        ('label', false, false, true), ('country label', true, false, true),
        ('source label', false, true, true), ('country source label', true, true, true))
        AS choice(told, by_country, by_source, by_label)
        ON NOT by_label OR kind IN ('code', 'sign_up')
      GROUP BY 1, 2, 3, 4, 5, 6, 7) AS sums
    ORDER BY kind COLLATE "C", told COLLATE "C", day, country COLLATE "C", source COLLATE "C",
      label COLLATE "C", currency COLLATE "C"
    ON CONFLICT (book_id, kind, told, day, country, source, label, currency) DO UPDATE
    SET total = present.total + excluded.total, first = present.first + excluded.first,
      second = present.second + excluded.second,
      total_minor = present.total_minor + excluded.total_minor,
      first_minor = present.first_minor + excluded.first_minor,
      second_minor = present.second_minor + excluded.second_minor`.execute(tx.sql);
}
