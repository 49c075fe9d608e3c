import { formatInstant } from '@whisperforge/kernel/clock';
import type { Period } from '@whisperforge/kernel/period';
import { sql } from 'kysely';
import type { Executor } from '../../../platform/database.ts';

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

/** The invoices whose first failure was in a period; those of a first purchase never are. */
export async function loadFailedPayments(
  executor: Executor,
  { startMs, endMs }: Period,
): Promise<FailedPayment[]> {
  const { rows } = await sql<FailedPayment>`
    SELECT failed.*, invoice.account_id AS "accountId", invoice.currency,
      invoice.amount_due_minor AS "amountMinor",
      CASE WHEN invoice.status = 'paid' THEN invoice.paid_at END AS "paidMs",
      invoice.status = 'open' AS "isOpen"
    FROM (
      SELECT stripe_invoice_id AS "invoiceId", min(due_at) AS "failedMs",
        coalesce(max(attempt), 1) AS attempts
      FROM dunning_steps WHERE step = 'payment_failed' AND stripe_invoice_id IS NOT NULL
      GROUP BY stripe_invoice_id
    ) failed
    JOIN invoices invoice ON invoice.stripe_invoice_id = failed."invoiceId"
    WHERE failed."failedMs" >= ${formatInstant(startMs)}::timestamptz
      AND failed."failedMs" < ${formatInstant(endMs)}::timestamptz`.execute(executor.sql);
  return rows;
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

/** What the invoices of a period came to, with what each was lowered by; not those made void. */
export async function loadGivenDiscounts(
  executor: Executor,
  { startMs, endMs }: Period,
): Promise<GivenDiscount[]> {
  const { rows } = await sql<GivenDiscount>`
    SELECT stripe_invoice_id AS "invoiceId", account_id AS "accountId", currency,
      coalesce(discount_minor, 0) AS "discountMinor", subtotal_minor AS "subtotalMinor",
      finalized_at AS "finalizedMs"
    FROM invoices
    WHERE status IN ('open', 'paid', 'uncollectible')
      AND finalized_at >= ${formatInstant(startMs)}::timestamptz
      AND finalized_at < ${formatInstant(endMs)}::timestamptz`.execute(executor.sql);
  return rows;
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
