import type { Tx } from '../../engine/transaction.ts';
import { cancelIntent } from '../../payments/intent-cancel.ts';
import { findIntent, type PaymentIntentStatus } from '../../payments/intents.ts';
import { changeBalance } from '../../customers/balance.ts';
import { findCustomer } from '../../customers/customer.ts';
import { afterInvoice } from './life/subscription-calls.ts';
import { changeInvoice, clearTimers, invoiceNow } from './life/change.ts';
import { notOpen, stillProcessing } from './errors.ts';
import { takeItemsBack } from './life/lent-items.ts';
import { awaitOutcome, isProcessing } from './life/processing.ts';
import { noteDelinquency, openPayment } from './life/paid.ts';
import { getInvoice, invoicePayments, type InvoiceRow } from './rows.ts';

/** Makes an invoice void for one who asks for that, who is refused while it is being paid. */
export function voidOnRequest(tx: Tx, id: string): InvoiceRow {
  if (isProcessing(tx, getInvoice(tx, id))) throw stillProcessing('void');
  return voidInvoice(tx, id);
}

/**
 * Makes an open or uncollectible invoice void; a balance that was applied goes back. While it is
 * being paid it stays as it is: it is paid if the money comes, and void if not.
 */
export function voidInvoice(tx: Tx, id: string): InvoiceRow {
  const invoice = getInvoice(tx, id);
  if (invoice.status !== 'open' && invoice.status !== 'uncollectible') throw notOpen('void');
  if (isProcessing(tx, invoice)) {
    awaitOutcome(tx, invoice);
    return stopAdvancing(tx, id);
  }
  clearTimers(tx, invoice);
  dropPayment(tx, invoice);
  giveBalanceBack(tx, invoice);
  const closed: InvoiceRow = {
    ...getInvoice(tx, id),
    status: 'void',
    autoAdvance: false,
    nextPaymentAttempt: null,
    voidedAt: invoiceNow(tx, invoice),
  };
  changeInvoice(tx, closed, ['invoice.updated', 'invoice.voided']);
  takeItemsBack(tx, closed);
  noteDelinquency(tx, closed.customer);
  afterInvoice(tx, closed, 'voided');
  return getInvoice(tx, id);
}

/** Gives an open invoice up; it can still be paid or made void. */
export function markUncollectible(tx: Tx, id: string): InvoiceRow {
  const invoice = getInvoice(tx, id);
  if (invoice.status !== 'open') throw notOpen('mark as uncollectible');
  clearTimers(tx, invoice);
  const givenUp: InvoiceRow = {
    ...invoice,
    status: 'uncollectible',
    autoAdvance: false,
    nextPaymentAttempt: null,
    markedUncollectibleAt: invoiceNow(tx, invoice),
  };
  changeInvoice(tx, givenUp, ['invoice.updated', 'invoice.marked_uncollectible']);
  noteDelinquency(tx, givenUp.customer);
  afterInvoice(tx, givenUp, 'uncollectible');
  return getInvoice(tx, id);
}

/** Ends automatic finalizing and retrying, as when a subscription is canceled. */
export function stopAdvancing(tx: Tx, id: string): InvoiceRow {
  const invoice = getInvoice(tx, id);
  if (!invoice.autoAdvance) return invoice;
  clearTimers(tx, invoice);
  const stopped: InvoiceRow = {
    ...invoice,
    autoAdvance: false,
    automaticallyFinalizesAt: null,
    nextPaymentAttempt: null,
  };
  return changeInvoice(tx, stopped, ['invoice.updated']);
}

/** What cannot be canceled any more. */
const FINAL: readonly PaymentIntentStatus[] = ['canceled', 'processing', 'succeeded'];

/** Cancels the intent of an invoice that is not to be paid by it any more. */
export function dropPayment(tx: Tx, invoice: InvoiceRow): void {
  const payment = openPayment(tx, invoice.id);
  if (payment === undefined) return;
  const canceledAt = invoiceNow(tx, invoice);
  tx.put(invoicePayments, { ...payment, status: 'canceled', canceledAt });
  const intent = findIntent(tx, payment.paymentIntent);
  if (intent === undefined || FINAL.includes(intent.status)) return;
  cancelIntent(tx, intent, 'void_invoice');
}

function giveBalanceBack(tx: Tx, invoice: InvoiceRow): void {
  const { startingBalance, endingBalance } = invoice;
  const amount = startingBalance - (endingBalance ?? startingBalance);
  const customer = findCustomer(tx, invoice.customer);
  if (amount === 0 || customer.isDeleted) return;
  changeBalance(tx, customer, { amount, type: 'unapplied_from_invoice', invoice: invoice.id });
}
