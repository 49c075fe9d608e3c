import { sql, type Selectable } from 'kysely';
import { formatInstant } from '@whisperforge/kernel/clock';
import type { Executor, Tx } from '../../../../platform/database.ts';
import type { Schema } from '../../../../platform/schema.ts';
import { takeStalledIds } from '../../stalled/store.ts';
import type { RefundPart } from './decide-parts.ts';

/** An invoice, as far as it is refunded or sent again. */
export interface BilledInvoice {
  readonly id: string;
  readonly accountId: number;
  readonly number: string | null;
  readonly status: string;
  readonly currency: string;
  readonly amountPaidMinor: number;
}

export async function findBilledInvoice(
  executor: Executor,
  id: string,
): Promise<BilledInvoice | undefined> {
  const row = await executor.sql
    .selectFrom('invoices')
    .select(['account_id', 'number', 'status', 'currency', 'amount_paid_minor'])
    .where('stripe_invoice_id', '=', id)
    .executeTakeFirst();
  if (row === undefined) return undefined;
  const { account_id: accountId, amount_paid_minor: amountPaidMinor, ...rest } = row;
  return { id, accountId, amountPaidMinor, ...rest };
}

export interface RefundRefusal {
  readonly code: string;
  readonly message: string;
  readonly members: Readonly<Record<string, unknown>>;
}

/** A refund that was asked for. */
export interface Refund {
  readonly id: string;
  readonly accountId: number;
  readonly customerId: string;
  readonly invoiceId: string;
  readonly amountMinor: number;
  readonly currency: string;
  readonly state: 'sending' | 'done' | 'refused';
  readonly parts: readonly RefundPart[];
  readonly reason: string;
  /** Who has given it back: staff here, or somebody at Stripe itself. */
  readonly source: 'staff' | 'stripe';
  readonly refusal: RefundRefusal | null;
  readonly createdMs: number;
}

const COLUMNS = [
  'id',
  'account_id',
  'stripe_customer_id',
  'stripe_invoice_id',
  'amount_minor',
  'currency',
  'state',
  'parts',
  'reason',
  'refusal',
  'created_at',
] as const;

type RefundRow = Pick<Selectable<Schema['invoice_refunds']>, (typeof COLUMNS)[number]>;

export async function insertRefund(
  tx: Tx,
  refund: Omit<Refund, 'refusal' | 'source'>,
): Promise<void> {
  await tx.sql
    .insertInto('invoice_refunds')
    .values({ ...termsOf(refund), state: refund.state })
    .execute();
}

/** What a refund is when it is written down, whoever gave it. */
export function termsOf(refund: Omit<Refund, 'refusal' | 'state' | 'source'>) {
  return {
    id: refund.id,
    account_id: refund.accountId,
    stripe_customer_id: refund.customerId,
    stripe_invoice_id: refund.invoiceId,
    amount_minor: refund.amountMinor,
    currency: refund.currency,
    parts: JSON.stringify(refund.parts),
    reason: refund.reason,
    created_at: formatInstant(refund.createdMs),
  };
}

export async function getRefund(executor: Executor, id: string): Promise<Refund> {
  const row = await executor.sql
    .selectFrom('invoice_refunds')
    .select(COLUMNS)
    .where('id', '=', id)
    .executeTakeFirstOrThrow();
  return refundOf(row);
}

export interface RefundsPage {
  readonly after?: Pick<Refund, 'createdMs' | 'id'> | undefined;
  readonly limit?: number;
}

/** Of an invoice, first one first: a page of them, or all. */
export async function listRefunds(
  executor: Executor,
  invoiceId: string,
  { after, limit }: RefundsPage = {},
): Promise<Refund[]> {
  const place = sql`(date_trunc('milliseconds', created_at), id)`;
  const isAfter = after
    ? sql<boolean>`${place} > (${formatInstant(after.createdMs)}::timestamptz, ${after.id})`
    : sql<boolean>`true`;
  const rows = await executor.sql
    .selectFrom('invoice_refunds')
    .select(COLUMNS)
    .where('stripe_invoice_id', '=', invoiceId)
    .where(isAfter)
    .orderBy(sql`date_trunc('milliseconds', created_at)`)
    .orderBy('id')
    .limit(limit ?? null)
    .execute();
  return rows.map(refundOf);
}

export interface RefundSettlement {
  readonly id: string;
  /** What was given back. */
  readonly parts: readonly RefundPart[];
  readonly amountMinor: number;
  readonly refusal: RefundRefusal | null;
  readonly nowMs: number;
}

/** Answers whether that was news. */
export async function settleRefund(tx: Tx, settlement: RefundSettlement): Promise<boolean> {
  const { id, parts, amountMinor, refusal, nowMs } = settlement;
  const result = await tx.sql
    .updateTable('invoice_refunds')
    .set({
      state: refusal === null ? 'done' : 'refused',
      parts: JSON.stringify(parts),
      amount_minor: amountMinor,
      refusal: refusal === null ? null : JSON.stringify(refusal),
      settled_at: formatInstant(nowMs),
      touched_at: sql<string>`clock_timestamp()`,
    })
    .where('id', '=', id)
    .where('state', '=', 'sending')
    .executeTakeFirst();
  return result.numUpdatedRows === 1n;
}

/** Takes refunds that were begun a while ago and that nobody is at. */
export async function takeStalledRefunds(tx: Tx, most: number): Promise<Refund[]> {
  const stalled = { table: 'invoice_refunds', states: ['sending'], most } as const;
  const ids = await takeStalledIds(tx, stalled);
  if (ids.length === 0) return [];
  const rows = await tx.sql
    .selectFrom('invoice_refunds')
    .select(COLUMNS)
    .where('id', 'in', ids)
    .execute();
  return rows.map(refundOf);
}

/** Ours have no such mark in their names. */
const AT_STRIPE = 're_';

function refundOf(row: RefundRow): Refund {
  return {
    id: row.id,
    accountId: row.account_id,
    customerId: row.stripe_customer_id,
    invoiceId: row.stripe_invoice_id,
    amountMinor: row.amount_minor,
    currency: row.currency,
    state: row.state as Refund['state'],
    parts: row.parts as readonly RefundPart[],
    reason: row.reason,
    source: row.id.startsWith(AT_STRIPE) ? 'stripe' : 'staff',
    refusal: row.refusal as RefundRefusal | null,
    createdMs: row.created_at,
  };
}
