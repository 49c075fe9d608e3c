import type Stripe from 'stripe';
import type { Tx } from '../../../engine/transaction.ts';
import { emit } from '../../../events/event.ts';
import { nowOn } from '../../../clocks/test-clock.ts';
import { renderInvoice } from '../render.ts';
import { getInvoice, invoices, type InvoiceRow } from '../rows.ts';

/** What fell due of invoices: the kinds of their timers. */
export const DUE = {
  finalize: 'invoice_finalize',
  attempt: 'invoice_attempt',
  overdue: 'invoice_overdue',
} as const;

export type InvoiceNews = Extract<Stripe.Event['type'], `invoice.${string}`>;

/** What time it is for an invoice; epoch seconds. */
export function invoiceNow(tx: Tx, { clock }: Pick<InvoiceRow, 'clock'>): number {
  return nowOn(tx, clock);
}

/**
 * Puts an invoice in the place of what it was, and tells so by the events named, in their order.
 *
 * @param before what it was, where more of it than its row has changed
 */
export function changeInvoice(
  tx: Tx,
  invoice: InvoiceRow,
  news: readonly InvoiceNews[],
  before?: Stripe.Invoice,
): InvoiceRow {
  const was = before ?? renderInvoice(tx, getInvoice(tx, invoice.id));
  tx.put(invoices, invoice);
  const object = renderInvoice(tx, invoice, before === undefined ? was.lines : undefined);
  const now = invoiceNow(tx, invoice);
  for (const type of news) {
    emit(tx, { type, object, now, ...(type === 'invoice.updated' ? { before: was } : {}) });
  }
  return invoice;
}

/** Lets something of an invoice fall due, or no longer where there is no instant for it. */
export function setTimer(
  tx: Tx,
  { id: subject, clock }: Pick<InvoiceRow, 'id' | 'clock'>,
  kind: (typeof DUE)[keyof typeof DUE],
  at: number | null,
): void {
  if (at === null) tx.unschedule(kind, subject);
  else tx.schedule({ kind, subject, at, clock });
}

/** Lets nothing of an invoice fall due any more. */
export function clearTimers(tx: Tx, invoice: InvoiceRow): void {
  for (const kind of Object.values(DUE)) setTimer(tx, invoice, kind, null);
}
