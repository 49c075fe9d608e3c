import { sql, type Selectable } from 'kysely';
import { formatInstant } from '@whisperforge/kernel/clock';
import type { Executor } from '../../../platform/database.ts';
import type { Schema } from '../../../platform/schema.ts';
import type { ListedInvoice, ListedLine } from './invoice.ts';

const COLUMNS = [
  'stripe_invoice_id',
  'number',
  'status',
  'billing_reason',
  'stripe_subscription_id',
  'currency',
  'subtotal_minor',
  'discount_minor',
  'tax_minor',
  'total_minor',
  'credit_applied_minor',
  'amount_due_minor',
  'amount_paid_minor',
  'amount_remaining_minor',
  'attempt_count',
  'next_attempt_at',
  'created_at',
  'due_at',
  'paid_at',
  'hosted_url',
  'pdf_url',
  'lines',
] as const;

export type InvoiceRow = Pick<Selectable<Schema['invoices']>, (typeof COLUMNS)[number]>;

/** After which invoice a page begins. */
export interface InvoicePosition {
  readonly createdMs: number;
  readonly id: string;
}

export interface InvoicePage {
  readonly accountId: number;
  readonly after: InvoicePosition | null;
  readonly limit: number;
}

/** The invoices that a customer was shown, newest first; drafts may still change. */
export async function listInvoices(
  executor: Executor,
  { accountId, after, limit }: InvoicePage,
): Promise<ListedInvoice[]> {
  const all = executor.sql
    .selectFrom('invoices')
    .select(COLUMNS)
    .where('account_id', '=', accountId)
    .where('status', '<>', 'draft');
  const rest =
    after === null
      ? all
      : all.where(
          sql<boolean>`(created_at, stripe_invoice_id)
            < (${formatInstant(after.createdMs)}::timestamptz, ${after.id})`,
        );
  const rows = await rest
    .orderBy('created_at', 'desc')
    .orderBy('stripe_invoice_id', 'desc')
    .limit(limit)
    .execute();
  return rows.map(invoiceOf);
}

export async function findListedInvoice(
  executor: Executor,
  { accountId, invoiceId }: { readonly accountId: number; readonly invoiceId: string },
): Promise<ListedInvoice | null> {
  const row = await executor.sql
    .selectFrom('invoices')
    .select(COLUMNS)
    .where('stripe_invoice_id', '=', invoiceId)
    .where('account_id', '=', accountId)
    .executeTakeFirst();
  return row === undefined ? null : invoiceOf(row);
}

/** As a projection writes the lines of an invoice. */
interface LineRow {
  readonly description: string;
  readonly amount_minor: number;
  readonly quantity: number | null;
  readonly period_start: string;
  readonly period_end: string;
  readonly is_proration: boolean;
  readonly discount_minor: number;
}

export function invoiceOf(row: InvoiceRow): ListedInvoice {
  const lines = (row.lines as readonly LineRow[]).map(lineOf);
  return {
    id: row.stripe_invoice_id,
    number: row.number,
    status: row.status,
    billingReason: row.billing_reason,
    stripeSubscriptionId: row.stripe_subscription_id,
    currency: row.currency,
    subtotalMinor: row.subtotal_minor,
    ...partsOf(row, lines),
    totalMinor: row.total_minor,
    amountDueMinor: row.amount_due_minor,
    amountPaidMinor: row.amount_paid_minor,
    amountRemainingMinor: row.amount_remaining_minor,
    attemptCount: row.attempt_count,
    nextAttemptMs: row.next_attempt_at,
    createdMs: row.created_at,
    dueMs: row.due_at,
    paidMs: row.paid_at,
    hostedUrl: row.hosted_url,
    pdfUrl: row.pdf_url,
    lines,
  };
}

/** What lies between the lines and what is due; of an invoice that was read before it was asked for
 * it follows from the rest. */
function partsOf(
  row: InvoiceRow,
  lines: readonly ListedLine[],
): Pick<ListedInvoice, 'discountMinor' | 'taxMinor' | 'creditAppliedMinor'> {
  const ofLines = lines.reduce((sum, line) => sum + line.discountMinor, 0);
  const discountMinor = row.discount_minor ?? ofLines;
  const taxMinor = row.tax_minor ?? row.total_minor - row.subtotal_minor + discountMinor;
  const creditAppliedMinor = row.credit_applied_minor ?? row.total_minor - row.amount_due_minor;
  return { discountMinor, taxMinor, creditAppliedMinor };
}

function lineOf(line: LineRow): ListedLine {
  return {
    description: line.description,
    amountMinor: line.amount_minor,
    quantity: line.quantity,
    periodStart: line.period_start,
    periodEnd: line.period_end,
    isProration: line.is_proration,
    discountMinor: line.discount_minor,
  };
}
