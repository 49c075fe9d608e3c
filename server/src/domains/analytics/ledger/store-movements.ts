import { formatInstant } from '@whisperforge/kernel/clock';
import { sql } from 'kysely';
import type { Executor, Tx } from '../../../platform/database.ts';
import { numberArray, textArray } from '../../../platform/array-literal.ts';
import type { Booking } from './decide-booking.ts';
import type { MovementKind } from '../fold/fold.ts';
import type { Segments } from './roll-up.ts';

/** Where a customer stands in a book. */
export interface Standing extends Segments {
  readonly customerId: number;
  readonly cohort: string | null;
  /** The day on which the customer first paid. */
  readonly paidOn: string | null;
  /** The first day of the first trial, and the first day after it; `null` while it lasts. */
  readonly trialFrom: string | null;
  readonly trialTo: string | null;
  readonly foldedToMs: number;
  readonly dueMs: number | null;
  /** Whether the customer ever had several lines or currencies, or was not looked at for it. */
  readonly isMixed: boolean;
}

export interface CustomerBooking extends Booking {
  readonly customerId: number;
  readonly day: string;
  readonly isCorrection: boolean;
}

/** What a book says of customers: the sum of its rows, by instant, kind and line. */
export async function findBookings(
  executor: Executor,
  bookId: number,
  customerIds: readonly number[],
): Promise<Map<number, Booking[]>> {
  const rows = await executor.sql
    .selectFrom('revenue_movements')
    .select(['customer_id', 'effective_at', 'kind', 'currency', 'plan', 'cycle'])
    .select(({ fn }) => [
      fn.sum<string>('parts').as('parts'),
      fn.sum<string>('customers').as('customers'),
    ])
    .where('book_id', '=', bookId)
    .where(sql<boolean>`customer_id = ANY(${customerIds}::bigint[])`)
    .groupBy(['customer_id', 'effective_at', 'kind', 'currency', 'plan', 'cycle'])
    .having(sql<boolean>`sum(parts) <> 0 OR sum(customers) <> 0`)
    .orderBy('customer_id')
    .orderBy('effective_at')
    .execute();
  const bookings = rows.map((row) => ({
    customerId: row.customer_id,
    effectiveMs: row.effective_at,
    kind: row.kind as MovementKind,
    currency: row.currency,
    plan: row.plan,
    cycle: row.cycle,
    parts: BigInt(row.parts),
    customers: Number(row.customers),
  }));
  return Map.groupBy(bookings, ({ customerId }) => customerId);
}

export async function insertBookings(
  tx: Tx,
  bookId: number,
  bookings: readonly CustomerBooking[],
  nowMs: number,
): Promise<void> {
  if (bookings.length === 0) return;
  await sql`
    INSERT INTO revenue_movements (book_id, customer_id, effective_at, day, kind, currency, plan,
      cycle, parts, customers, recorded_at, is_correction)
    SELECT ${bookId}, customer_id, effective_at, day, kind, currency, plan, cycle, parts,
      customers, ${formatInstant(nowMs)}::timestamptz, is_correction
    FROM unnest(
      ${numberArray(bookings.map(({ customerId }) => customerId))}::bigint[],
      ${textArray(bookings.map(({ effectiveMs }) => formatInstant(effectiveMs)))}::timestamptz[],
      ${textArray(bookings.map(({ day }) => day))}::date[],
      ${textArray(bookings.map(({ kind }) => kind))}::text[],
      ${textArray(bookings.map(({ currency }) => currency))}::text[],
      ${textArray(bookings.map(({ plan }) => plan))}::text[],
      ${textArray(bookings.map(({ cycle }) => cycle))}::text[],
      ${numberArray(bookings.map(({ parts }) => parts))}::numeric[],
      ${numberArray(bookings.map(({ customers }) => customers))}::smallint[],
      ${textArray(bookings.map(({ isCorrection }) => String(isCorrection)))}::boolean[]
    ) AS row(customer_id, effective_at, day, kind, currency, plan, cycle, parts, customers,
      is_correction)`.execute(tx.sql);
}

export async function findStandings(
  executor: Executor,
  bookId: number,
  customerIds: readonly number[],
): Promise<Map<number, Standing>> {
  const rows = await executor.sql
    .selectFrom('revenue_standings')
    .select(['customer_id', 'country', 'source', 'cohort', 'paid_on', 'trial_from', 'trial_to'])
    .select(['folded_to', 'due_at', 'is_mixed'])
    .where('book_id', '=', bookId)
    .where(sql<boolean>`customer_id = ANY(${customerIds}::bigint[])`)
    .execute();
  return new Map(
    rows.map((row) => [
      row.customer_id,
      {
        customerId: row.customer_id,
        country: row.country,
        source: row.source,
        cohort: row.cohort,
        paidOn: row.paid_on,
        trialFrom: row.trial_from,
        trialTo: row.trial_to,
        foldedToMs: row.folded_to,
        dueMs: row.due_at,
        isMixed: row.is_mixed,
      },
    ]),
  );
}

export async function putStandings(
  tx: Tx,
  bookId: number,
  standings: readonly Standing[],
): Promise<void> {
  const instantOrNull = (ms: number | null): string | null =>
    ms === null ? null : formatInstant(ms);
  await sql`
    INSERT INTO revenue_standings (book_id, customer_id, country, source, cohort, paid_on,
      trial_from, trial_to, folded_to, due_at, is_mixed)
    SELECT ${bookId}, * FROM unnest(
      ${numberArray(standings.map(({ customerId }) => customerId))}::bigint[],
      ${textArray(standings.map(({ country }) => country))}::text[],
      ${textArray(standings.map(({ source }) => source))}::text[],
      ${textArray(standings.map(({ cohort }) => cohort))}::date[],
      ${textArray(standings.map(({ paidOn }) => paidOn))}::date[],
      ${textArray(standings.map(({ trialFrom }) => trialFrom))}::date[],
      ${textArray(standings.map(({ trialTo }) => trialTo))}::date[],
      ${textArray(standings.map(({ foldedToMs }) => formatInstant(foldedToMs)))}::timestamptz[],
      ${textArray(standings.map(({ dueMs }) => instantOrNull(dueMs)))}::timestamptz[],
      ${textArray(standings.map((each) => String(each.isMixed)))}::boolean[])
    ON CONFLICT (book_id, customer_id) DO UPDATE
    SET country = excluded.country, source = excluded.source, cohort = excluded.cohort,
      paid_on = excluded.paid_on, trial_from = excluded.trial_from, trial_to = excluded.trial_to,
      folded_to = excluded.folded_to, due_at = excluded.due_at,
      is_mixed = excluded.is_mixed`.execute(tx.sql);
}
