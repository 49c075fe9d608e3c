import { formatInstant } from '@whisperforge/kernel/clock';
import type { Period } from '@whisperforge/kernel/period';
import { sql, type RawBuilder } from 'kysely';
import { numberArray } from '../../../platform/array-literal.ts';
import type { Executor } from '../../../platform/database.ts';

/** What is asked for: what lies in a period, or all that there is of some accounts. */
export type FiguresOf = Period | { readonly accountIds: readonly number[] };

function within(of: FiguresOf, instant: RawBuilder<unknown>): RawBuilder<unknown> {
  if ('accountIds' in of) {
    return sql`invoice.account_id = ANY(${numberArray(of.accountIds)}::bigint[])`;
  }
  return sql`${instant} >= ${formatInstant(of.startMs)}::timestamptz
      AND ${instant} < ${formatInstant(of.endMs)}::timestamptz`;
}

/** An invoice that could not be collected at once. */
export interface FailedPayment {
  readonly invoiceId: string;
  readonly accountId: number;
  readonly currency: string;
  readonly amountMinor: number;
  /** How often it has failed. */
  readonly attempts: number;
  readonly failedMs: number;
  /** When it was paid all the same. */
  readonly paidMs: number | null;
  /** Whether it is still to be paid: neither given up nor paid. */
  readonly isOpen: boolean;
}

/** The invoices by their first failure; those of a first purchase never are among them. */
export async function loadFailedPayments(
  executor: Executor,
  of: FiguresOf,
): Promise<FailedPayment[]> {
  const { rows } = await sql<FailedPayment>`
    SELECT failed.*, invoice.account_id AS "accountId", invoice.currency,
      invoice.amount_due_minor AS "amountMinor",
      CASE WHEN invoice.status = 'paid' THEN invoice.paid_at END AS "paidMs",
      invoice.status = 'open' AS "isOpen"
    FROM (
      SELECT stripe_invoice_id AS "invoiceId", min(due_at) AS "failedMs",
        coalesce(max(attempt), 1) AS attempts
      FROM dunning_steps
      WHERE step = 'payment_failed' AND stripe_invoice_id IS NOT NULL AND ${stepsOf(of)}
      GROUP BY stripe_invoice_id
    ) failed
    JOIN invoices invoice ON invoice.stripe_invoice_id = failed."invoiceId"
    WHERE ${within(of, sql`failed."failedMs"`)}`.execute(executor.sql);
  return rows;
}

/** Steps of an invoice are of the account that it is of. */
function stepsOf(of: FiguresOf): RawBuilder<unknown> {
  if (!('accountIds' in of)) return sql`true`;
  return sql`account_id = ANY(${numberArray(of.accountIds)}::bigint[])`;
}

/** What an invoice was lowered by. */
export interface GivenDiscount {
  readonly invoiceId: string;
  readonly accountId: number;
  readonly currency: string;
  readonly discountMinor: number;
  readonly subtotalMinor: number;
  readonly finalizedMs: number;
}

/** What invoices came to by when they were final, and were lowered by; not those made void. */
export async function loadGivenDiscounts(
  executor: Executor,
  of: FiguresOf,
): Promise<GivenDiscount[]> {
  const { rows } = await sql<GivenDiscount>`${givenDiscounts(of)}`.execute(executor.sql);
  return rows;
}

/** The same as a query, for whoever adds them up in the database. */
export function givenDiscounts(of: FiguresOf): RawBuilder<unknown> {
  return sql`
    SELECT stripe_invoice_id AS "invoiceId", account_id AS "accountId", currency,
      coalesce(discount_minor, 0) AS "discountMinor", subtotal_minor AS "subtotalMinor",
      finalized_at AS "finalizedMs"
    FROM invoices invoice
    WHERE status IN ('open', 'paid', 'uncollectible') AND finalized_at IS NOT NULL
      AND ${within(of, sql`finalized_at`)}`;
}

/** An account, and since when what it pays is asked for. */
export interface PaidSince {
  readonly key: number;
  readonly accountId: number;
  readonly sinceMs: number;
}

/** What accounts have paid since, by the key that each was asked for by and in each currency. */
export async function loadPaidSince(
  executor: Executor,
  asked: readonly PaidSince[],
): Promise<{ readonly key: number; readonly currency: string; readonly paidMinor: number }[]> {
  if (asked.length === 0) return [];
  const since = asked.map((each) => ({ ...each, since: formatInstant(each.sinceMs) }));
  const { rows } = await sql<{ key: number; currency: string; paidMinor: number }>`
    SELECT asked.key, invoice.currency, sum(invoice.amount_paid_minor)::bigint AS "paidMinor"
    FROM jsonb_to_recordset(${JSON.stringify(since)}::jsonb)
      AS asked(key bigint, "accountId" bigint, since timestamptz)
    -- Stripe counts whole seconds, so that what is paid by a code may seem to be before its use.
    JOIN invoices invoice ON invoice.account_id = asked."accountId"
      AND invoice.created_at >= asked.since - interval '1 minute'
      AND invoice.amount_paid_minor > 0
    GROUP BY asked.key, invoice.currency`.execute(executor.sql);
  return rows;
}
