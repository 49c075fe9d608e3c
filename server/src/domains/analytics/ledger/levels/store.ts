import { sql } from 'kysely';
import { numberArray, textArray } from '../../../../platform/array-literal.ts';
import type { Tx } from '../../../../platform/database.ts';
import type { Level } from './levels.ts';

export interface CustomerLevel extends Level {
  readonly customerId: number;
}

/** Takes levels out that are no longer so, and puts in those that are. */
export async function changeLevels(
  tx: Tx,
  bookId: number,
  {
    gone,
    come,
  }: { readonly gone: readonly CustomerLevel[]; readonly come: readonly CustomerLevel[] },
): Promise<void> {
  if (gone.length > 0) {
    await sql`
      DELETE FROM revenue_levels level USING unnest(
        ${numberArray(gone.map(({ customerId }) => customerId))}::bigint[],
        ${textArray(gone.map(({ currency }) => currency))}::text[],
        ${textArray(gone.map(({ plan }) => plan))}::text[],
        ${textArray(gone.map(({ cycle }) => cycle))}::text[],
        ${textArray(gone.map(({ from }) => from))}::date[])
        AS gone(customer_id, currency, plan, cycle, from_day)
      WHERE level.book_id = ${bookId} AND level.customer_id = gone.customer_id
        AND level.currency = gone.currency AND level.plan = gone.plan
        AND level.cycle = gone.cycle AND level.from_day = gone.from_day`.execute(tx.sql);
  }
  if (come.length === 0) return;
  await sql`
    INSERT INTO revenue_levels (book_id, customer_id, currency, plan, cycle, from_day, to_day,
      parts, customers)
    SELECT ${bookId}, customer_id, currency, plan, cycle, from_day, coalesce(to_day, 'infinity'),
      parts, customers
    FROM unnest(
      ${numberArray(come.map(({ customerId }) => customerId))}::bigint[],
      ${textArray(come.map(({ currency }) => currency))}::text[],
      ${textArray(come.map(({ plan }) => plan))}::text[],
      ${textArray(come.map(({ cycle }) => cycle))}::text[],
      ${textArray(come.map(({ from }) => from))}::date[],
      ${textArray(come.map(({ to }) => to))}::date[],
      ${numberArray(come.map(({ parts }) => parts))}::numeric[],
      ${numberArray(come.map(({ customers }) => customers))}::integer[])
      AS come(customer_id, currency, plan, cycle, from_day, to_day, parts, customers)`.execute(
    tx.sql,
  );
}
