import type { Tx } from '../../../engine/transaction.ts';
import { findCustomer, updateCustomer } from '../../../customers/customer.ts';
import { emit } from '../../../events/event.ts';
import { afterInvoice } from './subscription-calls.ts';
import { changeInvoice, clearTimers, invoiceNow } from './change.ts';
import { keepItems } from './lent-items.ts';
import { renderInvoicePayment } from '../payments.ts';
import {
  getInvoice,
  invoicePayments,
  invoices,
  type InvoicePaymentRow,
  type InvoiceRow,
} from '../rows.ts';

export interface HowPaid {
  /** Whether it counts as an attempt; not where nothing was due. */
  readonly isAttempt: boolean;
  /** Only an attempt of the retry schedule raises a count that is not zero any more. */
  readonly isRetry?: boolean;
  readonly isPaidOutOfBand?: boolean;
}

/** Notes that all of an invoice has been paid, and tells so. */
export function markPaid(tx: Tx, invoice: InvoiceRow, how: HowPaid): InvoiceRow {
  const now = invoiceNow(tx, invoice);
  clearTimers(tx, invoice);
  keepItems(tx, invoice.id);
  const isPaidOutOfBand = how.isPaidOutOfBand === true;
  const payment = isPaidOutOfBand ? undefined : settlePayment(tx, invoice, now);
  const paid: InvoiceRow = {
    ...invoice,
    status: 'paid',
    amountPaid: invoice.amountDue,
    attempted: true,
    attemptCount: countAttempt(invoice, how),
    autoAdvance: false,
    nextPaymentAttempt: null,
    paidAt: now,
  };
  const succeeded = isPaidOutOfBand ? [] : (['invoice.payment_succeeded'] as const);
  changeInvoice(tx, paid, ['invoice.updated', 'invoice.paid', ...succeeded]);
  if (payment !== undefined) {
    emit(tx, { type: 'invoice_payment.paid', object: renderInvoicePayment(payment), now });
  }
  noteDelinquency(tx, paid.customer);
  afterInvoice(tx, paid, 'paid');
  return getInvoice(tx, paid.id);
}

export function countAttempt(
  { attemptCount }: InvoiceRow,
  { isAttempt, isRetry = false }: Pick<HowPaid, 'isAttempt' | 'isRetry'>,
): number {
  if (!isAttempt) return attemptCount;
  return isRetry || attemptCount === 0 ? attemptCount + 1 : attemptCount;
}

/** The payment by which an open invoice is to be paid. */
export function openPayment(tx: Tx, invoice: string): InvoicePaymentRow | undefined {
  return tx.by(invoicePayments, 'invoice', invoice).find(({ status }) => status === 'open');
}

function settlePayment(tx: Tx, invoice: InvoiceRow, now: number): InvoicePaymentRow | undefined {
  const payment = openPayment(tx, invoice.id);
  if (payment === undefined) return undefined;
  const amountPaid = payment.amountRequested;
  return tx.put(invoicePayments, { ...payment, status: 'paid', amountPaid, paidAt: now });
}

/** A customer is delinquent while one of their invoices was asked for and not paid. */
export function noteDelinquency(tx: Tx, id: string): void {
  const customer = findCustomer(tx, id);
  if (customer.isDeleted) return;
  const delinquent = tx
    .by(invoices, 'customer', id)
    .some(({ status, attempted }) => status === 'open' && attempted);
  if (customer.delinquent !== delinquent) updateCustomer(tx, { ...customer, delinquent });
}
