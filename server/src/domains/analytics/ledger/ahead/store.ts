import { formatInstant } from '@whisperforge/kernel/clock';
import { sql } from 'kysely';
import { numberArray, textArray } from '../../../../platform/array-literal.ts';
import type { Executor, Tx } from '../../../../platform/database.ts';
import type { MovementKind } from '../../fold/fold.ts';
import type { Booking } from '../decide-booking.ts';
import type { Plans } from './decide-ahead.ts';

interface PlansRow {
  readonly customer_id: number;
  readonly key: string;
  readonly cancel_at: number | null;
  readonly scheduled_at: number | null;
  readonly plan_id: number | null;
  readonly billing_cycle: string;
  readonly currency: string | null;
  readonly amount_minor: number | null;
}

/** What is planned for the subscriptions of customers; contracts tell it in their histories. */
export async function findPlans(
  executor: Executor,
  customerIds: readonly number[],
): Promise<Map<number, Plans[]>> {
  const { rows } = await sql<PlansRow>`
    SELECT customer.id AS customer_id, live.stripe_subscription_id AS key, live.cancel_at,
      live.scheduled_at, live.scheduled_plan_id AS plan_id, live.billing_cycle, price.currency,
      price.amount_minor
    FROM revenue_customers customer
    JOIN user_subscriptions live ON live.account_id = customer.account_id
      AND live.ended_at IS NULL AND live.source = 'stripe'
      AND (live.cancel_at IS NOT NULL OR live.scheduled_at IS NOT NULL)
    JOIN accounts account ON account.id = live.account_id
    LEFT JOIN plan_prices price ON price.plan_id = live.scheduled_plan_id
      AND price.billing_cycle = live.billing_cycle AND price.currency = account.currency
    WHERE customer.id = ANY(${customerIds}::bigint[])
      AND live.stripe_subscription_id IS NOT NULL`.execute(executor.sql);
  const plans = Map.groupBy(rows, ({ customer_id: id }) => id);
  return new Map([...plans].map(([id, all]) => [id, all.map(plansOf)]));
}

function plansOf(row: PlansRow): Plans {
  const { key, cancel_at: cancelMs, scheduled_at: atMs, currency, amount_minor: amount } = row;
  const base = { subscriptionKey: key, cancelMs };
  if (atMs === null) return { ...base, change: null };
  // A plan without a price, such as the free one, brings nothing.
  if (amount === null || currency === null) return { ...base, change: { atMs, items: [] } };
  const item = {
    priceId: `scheduled:${row.plan_id}`,
    planId: row.plan_id,
    unitAmountDecimal: String(amount),
    currency,
    interval: row.billing_cycle === 'yearly' ? 'year' : 'month',
    intervalCount: 1,
    quantity: 1,
    isMetered: false,
  } as const;
  return { ...base, change: { atMs, items: [item] } };
}

/** What a book says of the time after an instant, by customer. */
export async function findAhead(
  executor: Executor,
  bookId: number,
  { customerIds, afterMs }: { readonly customerIds: readonly number[]; readonly afterMs: number },
): Promise<Map<number, Booking[]>> {
  const rows = await executor.sql
    .selectFrom('revenue_ahead')
    .select(['customer_id', 'effective_at', 'kind', 'currency', 'plan', 'cycle'])
    .select(({ fn }) => fn.sum<string>('parts').as('parts'))
    .where('book_id', '=', bookId)
    .where(sql<boolean>`customer_id = ANY(${customerIds}::bigint[])`)
    .where(sql<boolean>`effective_at > ${formatInstant(afterMs)}::timestamptz`)
    .groupBy(['customer_id', 'effective_at', 'kind', 'currency', 'plan', 'cycle'])
    .having(sql<boolean>`sum(parts) <> 0`)
    .execute();
  const bookings = rows.map((row) => ({
    customerId: row.customer_id,
    effectiveMs: row.effective_at,
    kind: row.kind as MovementKind,
    currency: row.currency,
    plan: row.plan,
    cycle: row.cycle,
    parts: BigInt(row.parts),
    customers: 0,
  }));
  return Map.groupBy(bookings, ({ customerId }) => customerId);
}

export interface AheadBooking extends Booking {
  readonly customerId: number;
  readonly day: string;
}

export async function insertAhead(
  tx: Tx,
  bookId: number,
  {
    bookings,
    recordedOn,
    nowMs,
  }: {
    readonly bookings: readonly AheadBooking[];
    readonly recordedOn: string;
    readonly nowMs: number;
  },
): Promise<void> {
  if (bookings.length === 0) return;
  await sql`
    INSERT INTO revenue_ahead (book_id, customer_id, effective_at, day, kind, currency, plan, cycle,
      parts, recorded_on, recorded_at)
    SELECT ${bookId}, row.*, ${recordedOn}::date, ${formatInstant(nowMs)}::timestamptz
    FROM unnest(
      ${numberArray(bookings.map(({ customerId }) => customerId))}::bigint[],
      ${textArray(bookings.map(({ effectiveMs }) => formatInstant(effectiveMs)))}::timestamptz[],
      ${textArray(bookings.map(({ day }) => day))}::date[],
      ${textArray(bookings.map(({ kind }) => kind))}::text[],
      ${textArray(bookings.map(({ currency }) => currency))}::text[],
      ${textArray(bookings.map(({ plan }) => plan))}::text[],
      ${textArray(bookings.map(({ cycle }) => cycle))}::text[],
      ${numberArray(bookings.map(({ parts }) => parts))}::numeric[]) AS row`.execute(tx.sql);
}
