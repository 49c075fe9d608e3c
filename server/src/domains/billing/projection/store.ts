import { sql, type Insertable, type Selectable } from 'kysely';
import { formatInstant } from '@whisperforge/kernel/clock';
import { textArray } from '../../../platform/array-literal.ts';
import type { Executor, Tx } from '../../../platform/database.ts';
import type { Schema } from '../../../platform/schema.ts';
import type { RemoteInvoice } from '../gateway/remote.ts';

/** An invoice as it was read last. */
export interface StoredInvoice {
  readonly id: string;
  readonly status: string;
  readonly attemptCount: number;
  readonly nextAttemptMs: number | null;
  readonly amountPaidMinor: number;
  readonly paidMs: number | null;
}

type InvoiceColumns = Insertable<Schema['invoices']>;

const INSTANTS = [
  'next_attempt_at',
  'created_at',
  'finalized_at',
  'paid_at',
  'voided_at',
  'due_at',
] as const;

/**
 * Writes invoices as they now stand. Answers those that are new or say something else than before,
 * in the given order, with what was on record.
 */
export async function putInvoices(
  tx: Tx,
  accountId: number,
  invoices: readonly RemoteInvoice[],
  nowMs: number,
): Promise<{ invoice: RemoteInvoice; before: StoredInvoice | null }[]> {
  const stored = await findInvoices(
    tx,
    invoices.map(({ id }) => id),
  );
  const changed = invoices.flatMap((invoice) => {
    const row = stored.get(invoice.id);
    const columns = columnsOf(accountId, invoice);
    if (row !== undefined && isSame(row, columns)) return [];
    return [{ invoice, columns, before: row === undefined ? null : storedOf(row) }];
  });
  if (changed.length === 0) return [];
  const updatedAt = formatInstant(nowMs);
  await tx.sql
    .insertInto('invoices')
    .values(changed.map(({ columns }) => ({ ...columns, updated_at: updatedAt })))
    .onConflict((conflict) =>
      conflict.column('stripe_invoice_id').doUpdateSet((excluded) => ({
        stripe_subscription_id: excluded.ref('excluded.stripe_subscription_id'),
        number: excluded.ref('excluded.number'),
        status: excluded.ref('excluded.status'),
        billing_reason: excluded.ref('excluded.billing_reason'),
        subtotal_minor: excluded.ref('excluded.subtotal_minor'),
        discount_minor: excluded.ref('excluded.discount_minor'),
        tax_minor: excluded.ref('excluded.tax_minor'),
        total_minor: excluded.ref('excluded.total_minor'),
        credit_applied_minor: excluded.ref('excluded.credit_applied_minor'),
        amount_due_minor: excluded.ref('excluded.amount_due_minor'),
        amount_paid_minor: excluded.ref('excluded.amount_paid_minor'),
        amount_remaining_minor: excluded.ref('excluded.amount_remaining_minor'),
        attempt_count: excluded.ref('excluded.attempt_count'),
        next_attempt_at: excluded.ref('excluded.next_attempt_at'),
        finalized_at: excluded.ref('excluded.finalized_at'),
        paid_at: excluded.ref('excluded.paid_at'),
        voided_at: excluded.ref('excluded.voided_at'),
        due_at: excluded.ref('excluded.due_at'),
        hosted_url: excluded.ref('excluded.hosted_url'),
        pdf_url: excluded.ref('excluded.pdf_url'),
        lines: excluded.ref('excluded.lines'),
        metadata: excluded.ref('excluded.metadata'),
        updated_at: excluded.ref('excluded.updated_at'),
      })),
    )
    .execute();
  return changed.map(({ invoice, before }) => ({ invoice, before }));
}

type InvoiceRow = Omit<Selectable<Schema['invoices']>, 'updated_at'>;

const COLUMNS = [
  'stripe_invoice_id',
  'account_id',
  'stripe_subscription_id',
  'number',
  'status',
  'billing_reason',
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
  'finalized_at',
  'paid_at',
  'voided_at',
  'due_at',
  'hosted_url',
  'pdf_url',
  'lines',
  'metadata',
] as const;

async function findInvoices(
  executor: Executor,
  ids: readonly string[],
): Promise<Map<string, InvoiceRow>> {
  const rows = await executor.sql
    .selectFrom('invoices')
    .select(COLUMNS)
    .where(sql<boolean>`stripe_invoice_id = ANY(${textArray(ids)}::text[])`)
    .execute();
  return new Map(rows.map((row) => [row.stripe_invoice_id, row]));
}

/** An invoice as it is written; a line's discounts are summed. */
export function columnsOf(
  accountId: number,
  invoice: RemoteInvoice,
): Omit<InvoiceColumns, 'updated_at'> {
  const instant = (ms: number | null): string | null => (ms === null ? null : formatInstant(ms));
  const lines = invoice.lines.map((line) => ({
    description: line.description,
    amount_minor: line.amountMinor,
    quantity: line.quantity,
    period_start: formatInstant(line.period.startMs),
    period_end: formatInstant(line.period.endMs),
    price: line.priceId,
    is_proration: line.isProration,
    discount_minor: line.discountsMinor.reduce((sum, { amountMinor }) => sum + amountMinor, 0),
  }));
  return {
    stripe_invoice_id: invoice.id,
    account_id: accountId,
    stripe_subscription_id: invoice.subscriptionId,
    number: invoice.number,
    status: invoice.status,
    billing_reason: invoice.billingReason,
    currency: invoice.currency,
    subtotal_minor: invoice.subtotalMinor,
    discount_minor: invoice.discountMinor,
    tax_minor: invoice.taxMinor,
    total_minor: invoice.totalMinor,
    credit_applied_minor: invoice.creditAppliedMinor,
    amount_due_minor: invoice.amountDueMinor,
    amount_paid_minor: invoice.amountPaidMinor,
    amount_remaining_minor: invoice.amountRemainingMinor,
    attempt_count: invoice.attemptCount,
    next_attempt_at: instant(invoice.nextAttemptMs),
    created_at: formatInstant(invoice.createdMs),
    finalized_at: instant(invoice.finalizedMs),
    paid_at: instant(invoice.paidMs),
    voided_at: instant(invoice.voidedMs),
    due_at: instant(invoice.dueMs),
    hosted_url: invoice.hostedUrl,
    pdf_url: invoice.pdfUrl,
    lines: JSON.stringify(lines),
    metadata: JSON.stringify(invoice.metadata),
  };
}

/** Whether a row says what is to be written: instants arrive as numbers, JSON as values. */
function isSame(row: InvoiceRow, columns: Omit<InvoiceColumns, 'updated_at'>): boolean {
  return COLUMNS.every((name) => {
    const [stored, wanted] = [row[name], columns[name]];
    if (INSTANTS.some((instant) => instant === name)) {
      return (typeof stored === 'number' ? formatInstant(stored) : null) === wanted;
    }
    if (name === 'lines' || name === 'metadata') {
      return canonical(stored) === canonical(JSON.parse(String(wanted)));
    }
    return stored === wanted;
  });
}

/** Postgres orders the names in a document by itself. */
function canonical(value: unknown): string {
  return JSON.stringify(value, (_name, member: unknown) =>
    typeof member === 'object' && member !== null && !Array.isArray(member)
      ? Object.fromEntries(Object.entries(member).toSorted(([a], [b]) => (a < b ? -1 : 1)))
      : member,
  );
}

function storedOf(row: InvoiceRow): StoredInvoice {
  return {
    id: row.stripe_invoice_id,
    status: row.status,
    attemptCount: row.attempt_count,
    nextAttemptMs: row.next_attempt_at,
    amountPaidMinor: row.amount_paid_minor,
    paidMs: row.paid_at,
  };
}
