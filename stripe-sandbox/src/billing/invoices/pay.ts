import type { Tx } from '../../engine/transaction.ts';
import { confirmIntent } from '../../payments/confirm.ts';
import { getIntent, type PaymentIntentRow } from '../../payments/intents.ts';
import { getPaymentMethod, typeOf, usablePaymentMethod } from '../../payments/payment-methods.ts';
import { findCustomer } from '../../customers/customer.ts';
import { afterInvoice } from './life/subscription-calls.ts';
import { changeInvoice, DUE, invoiceNow, setTimer, type InvoiceNews } from './life/change.ts';
import { dropPayment, voidInvoice } from './close.ts';
import { hasRetries, nextRetryAt } from './dunning.ts';
import { notOpen, stillProcessing } from './errors.ts';
import { askForPayment, finalizeInvoice, usualPaymentMethod } from './finalize.ts';
import { countAttempt, markPaid, noteDelinquency } from './life/paid.ts';
import { endWaiting, isProcessing } from './life/processing.ts';
import { getInvoice, invoices, type InvoiceRow } from './rows.ts';

export interface PayOptions {
  /** The invoice's, the subscription's or the customer's own where it is left out. */
  readonly paymentMethod?: string | null;
  readonly offSession: boolean;
  readonly isPaidOutOfBand?: boolean;
}

/** Tries to get an open invoice paid. Never throws for a decline: look at the row's status. */
export function payInvoice(tx: Tx, id: string, options: PayOptions): InvoiceRow {
  const found = getInvoice(tx, id);
  const invoice = found.status === 'draft' ? finalizeInvoice(tx, id) : found;
  if (invoice.status === 'paid') return invoice;
  if (invoice.status === 'void') throw notOpen('pay');
  if (options.isPaidOutOfBand === true) {
    if (isProcessing(tx, invoice)) throw stillProcessing('pay');
    dropPayment(tx, invoice);
    return markPaid(tx, invoice, { isAttempt: true, isPaidOutOfBand: true });
  }
  return attemptPayment(tx, invoice, { ...options, isRetry: false });
}

interface Attempt extends PayOptions {
  /** Made by the retry schedule. */
  readonly isRetry: boolean;
}

export function attemptPayment(tx: Tx, invoice: InvoiceRow, attempt: Attempt): InvoiceRow {
  const intent = intentOf(tx, invoice);
  const chosen = attempt.paymentMethod ?? null;
  const method =
    chosen === null
      ? payableMethod(tx, intent, usualPaymentMethod(tx, invoice))
      : usablePaymentMethod(tx, findCustomer(tx, invoice.customer), chosen)!.id;
  const { offSession } = attempt;
  const tried =
    method === null || intent.status === 'processing' || intent.status === 'succeeded'
      ? intent
      : confirmIntent(tx, intent, { paymentMethod: method, offSession });
  return followIntent(tx, getInvoice(tx, invoice.id), { intent: tried, isRetry: attempt.isRetry });
}

/** The intent of an open invoice; a new one where it was canceled in the meantime. */
function intentOf(tx: Tx, invoice: InvoiceRow): PaymentIntentRow {
  const intent = getIntent(tx, invoice.paymentIntent!);
  if (intent.status !== 'canceled') return intent;
  dropPayment(tx, invoice);
  const customer = findCustomer(tx, invoice.customer);
  const paymentIntent = askForPayment(tx, invoice, customer);
  tx.put(invoices, { ...invoice, paymentIntent });
  return getIntent(tx, paymentIntent);
}

/** A payment method that the intent does not take is as good as none. */
function payableMethod(tx: Tx, intent: PaymentIntentRow, id: string | null): string | null {
  if (id === null) return null;
  return intent.paymentMethodTypes.includes(typeOf(getPaymentMethod(tx, id))) ? id : null;
}

interface Tried {
  readonly intent: PaymentIntentRow;
  readonly isRetry: boolean;
}

/** Lets an open invoice follow what became of an attempt at its intent. */
export function followIntent(tx: Tx, invoice: InvoiceRow, { intent, isRetry }: Tried): InvoiceRow {
  const how = { isAttempt: true, isRetry };
  if (intent.status === 'succeeded') {
    endWaiting(tx, invoice);
    return markPaid(tx, invoice, how);
  }
  const attempted = { ...invoice, attempted: true, attemptCount: countAttempt(invoice, how) };
  if (intent.status === 'processing') {
    setTimer(tx, invoice, DUE.attempt, null);
    return changeInvoice(tx, { ...attempted, nextPaymentAttempt: null }, ['invoice.updated']);
  }
  if (endWaiting(tx, invoice)) return giveUp(tx, attempted);
  // Where no attempt is to follow, one was under way, and this is how it came out.
  const isOutcome = invoice.nextPaymentAttempt === null;
  return fail(tx, attempted, {
    needsAction: intent.status === 'requires_action',
    isScheduled: isRetry || invoice.attemptCount === 0 || isOutcome,
  });
}

/** Makes an invoice void whose voiding has waited for a payment that has failed now. */
function giveUp(tx: Tx, invoice: InvoiceRow): InvoiceRow {
  changeInvoice(tx, invoice, ['invoice.updated', 'invoice.payment_failed']);
  return voidInvoice(tx, invoice.id);
}

interface Failed {
  readonly needsAction: boolean;
  /** Whether the next attempt follows from this one; one by hand in between changes nothing. */
  readonly isScheduled: boolean;
}

function fail(tx: Tx, invoice: InvoiceRow, { needsAction, isScheduled }: Failed): InvoiceRow {
  const failed = isScheduled ? withNextAttempt(tx, invoice) : invoice;
  setTimer(tx, failed, DUE.attempt, failed.nextPaymentAttempt);
  const action: readonly InvoiceNews[] = needsAction ? ['invoice.payment_action_required'] : [];
  changeInvoice(tx, failed, ['invoice.updated', 'invoice.payment_failed', ...action]);
  noteDelinquency(tx, failed.customer);
  // A last attempt that is not answered ends the dunning as a declined one does.
  const isOver = hasRetries(invoice) && failed.nextPaymentAttempt === null;
  afterInvoice(tx, failed, needsAction && !isOver ? 'action_required' : 'payment_failed');
  return getInvoice(tx, failed.id);
}

/** After the last attempt nothing advances by itself any more. */
function withNextAttempt(tx: Tx, invoice: InvoiceRow): InvoiceRow {
  if (!hasRetries(invoice)) return { ...invoice, nextPaymentAttempt: null };
  const nextPaymentAttempt = nextRetryAt(tx, invoice.attemptCount, invoiceNow(tx, invoice));
  return { ...invoice, nextPaymentAttempt, autoAdvance: nextPaymentAttempt !== null };
}
