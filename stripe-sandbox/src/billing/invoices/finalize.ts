import type { Tx } from '../../engine/transaction.ts';
import { createIntent } from '../../payments/intents.ts';
import { findPaymentMethod, usablePaymentMethod } from '../../payments/payment-methods.ts';
import { HOUR_SECONDS } from '../../money/calendar.ts';
import { minimumCharge } from '../../money/currency.ts';
import { changeBalance } from '../../customers/balance.ts';
import { customers, findCustomer, type CustomerRow } from '../../customers/customer.ts';
import { settle, type Settlement } from './lines/amounts.ts';
import { changeInvoice, DUE, invoiceNow, setTimer } from './life/change.ts';
import { spendDiscounts } from './lines/discounts.ts';
import { hasRetries } from './dunning.ts';
import { notEditable } from './errors.ts';
import { markPaid } from './life/paid.ts';
import { balanceFor, renderInvoice } from './render.ts';
import { getInvoice, invoicePayments, type InvoiceRow } from './rows.ts';
import { paymentTermsOf } from './life/subscription-calls.ts';

const NUMBER_DIGITS = 4;

/**
 * Gives a draft its number, applies the customer's balance and makes the payment intent. It is paid
 * at once where nothing is due; otherwise it waits for `payInvoice` or its next attempt.
 *
 * @param paidBy the intent by which all of it has been paid before; then the balance stays as it is
 */
export function finalizeInvoice(tx: Tx, id: string, paidBy: string | null = null): InvoiceRow {
  const draft = getInvoice(tx, id);
  if (draft.status !== 'draft') throw notEditable(draft);
  const before = renderInvoice(tx, draft);
  const number = takeNumber(tx, draft);
  const customer = findCustomer(tx, draft.customer);
  const balance = paidBy === null ? balanceFor(customer, draft.currency) : 0;
  const settlement = settle(draft.total, balance, minimumCharge(draft.currency));
  if (paidBy === null) applyBalance(tx, customer, { invoice: draft, balance, settlement });
  const now = invoiceNow(tx, draft);
  spendDiscounts(tx, draft, now);
  const isAttempted = settlement.amountDue > 0 && hasRetries(draft);
  const finalized: InvoiceRow = {
    ...draft,
    number,
    status: 'open',
    startingBalance: balance,
    endingBalance: settlement.endingBalance,
    amountDue: settlement.amountDue,
    snapshot: snapshotOf(customer),
    automaticallyFinalizesAt: null,
    nextPaymentAttempt: isAttempted ? now + HOUR_SECONDS : null,
    finalizedAt: now,
    effectiveAt: draft.effectiveAt ?? now,
  };
  const paymentIntent =
    settlement.amountDue === 0 ? null : (paidBy ?? askForPayment(tx, finalized, customer));
  const open = { ...finalized, paymentIntent };
  changeInvoice(tx, open, ['invoice.finalized', 'invoice.updated'], before);
  setTimer(tx, open, DUE.finalize, null);
  if (open.amountDue === 0) return markPaid(tx, open, { isAttempt: false });
  setTimer(tx, open, DUE.attempt, open.nextPaymentAttempt);
  setTimer(tx, open, DUE.overdue, open.dueDate);
  return open;
}

/**
 * The customer's prefix and the next of their numbers, unless it was given one before. Counting is
 * not told: in events that Stripe sent when a first invoice was paid (at 2025-05-28.basil and at
 * 2025-11-17.clover) `previous_attributes` of `customer.updated` is `{"currency": null}` alone,
 * though `next_invoice_sequence` went from 1 to 2 as well; a later invoice brings no such event.
 */
function takeNumber(tx: Tx, invoice: InvoiceRow): string {
  if (invoice.number !== null) return invoice.number;
  const customer = findCustomer(tx, invoice.customer);
  const sequence = customer.nextInvoiceSequence;
  tx.put(customers, { ...customer, nextInvoiceSequence: sequence + 1 });
  return `${customer.invoicePrefix}-${String(sequence).padStart(NUMBER_DIGITS, '0')}`;
}

function snapshotOf(customer: CustomerRow): NonNullable<InvoiceRow['snapshot']> {
  const { address, email, name, phone, shipping, taxExempt } = customer;
  return { address, email, name, phone, shipping, taxExempt };
}

interface Application {
  readonly invoice: InvoiceRow;
  readonly balance: number;
  readonly settlement: Settlement;
}

/**
 * Moves what the invoice takes from the customer's balance or leaves to it. What is too little to
 * be charged is noted apart: a credit of 0.10 against 0.30 is used up, and 0.20 is owed afterwards.
 */
function applyBalance(
  tx: Tx,
  customer: CustomerRow,
  { invoice, balance, settlement }: Application,
): void {
  const change = (amount: number, type: 'applied_to_invoice' | 'invoice_too_small'): void => {
    if (amount === 0) return;
    const current = findCustomer(tx, customer.id);
    changeBalance(tx, current, { amount, type, invoice: invoice.id });
  };
  const { endingBalance, isTooSmall } = settlement;
  if (!isTooSmall) return change(endingBalance - balance, 'applied_to_invoice');
  const used = Math.max(0, -balance);
  change(used, 'applied_to_invoice');
  change(endingBalance - balance - used, 'invoice_too_small');
}

/** Makes the intent by which an invoice is to be paid; answers its id. */
export function askForPayment(tx: Tx, invoice: InvoiceRow, customer: CustomerRow): string {
  const now = invoiceNow(tx, invoice);
  const intent = createIntent(tx, {
    customer: customer.id,
    amount: invoice.amountDue,
    currency: invoice.currency,
    paymentMethod: usualPaymentMethod(tx, invoice),
    invoice: invoice.id,
    checkout: null,
    setupFutureUsage: savesPaymentMethod(tx, invoice) ? 'off_session' : null,
    description: invoice.subscription === null ? null : describe(invoice),
    metadata: {},
    paymentMethodTypes: invoice.currency === 'eur' ? ['card', 'sepa_debit'] : ['card'],
    now,
  });
  expectPayment(tx, invoice, intent.id);
  return intent.id;
}

/** Notes the intent by which an invoice is paid, or to be paid. */
export function expectPayment(tx: Tx, invoice: InvoiceRow, paymentIntent: string): void {
  tx.put(invoicePayments, {
    id: tx.newId('inpay'),
    created: invoiceNow(tx, invoice),
    invoice: invoice.id,
    paymentIntent,
    amountRequested: invoice.amountDue,
    amountPaid: null,
    currency: invoice.currency,
    status: 'open',
    paidAt: null,
    canceledAt: null,
  });
}

function describe({ billingReason }: InvoiceRow): string {
  return billingReason === 'subscription_create' ? 'Subscription creation' : 'Subscription update';
}

function savesPaymentMethod(tx: Tx, { subscription }: InvoiceRow): boolean {
  return subscription !== null && paymentTermsOf(tx, subscription).savesPaymentMethod;
}

/** The invoice's own payment method, or the subscription's, or the customer's; `null` for none. */
export function usualPaymentMethod(tx: Tx, invoice: InvoiceRow): string | null {
  const customer = findCustomer(tx, invoice.customer);
  const { subscription } = invoice;
  const terms = subscription === null ? null : paymentTermsOf(tx, subscription);
  // One that was detached in the meantime is passed over.
  const chosen = [invoice.defaultPaymentMethod, terms?.defaultPaymentMethod ?? null].find(
    (id) => id !== null && findPaymentMethod(tx, id)?.customer === customer.id,
  );
  return usablePaymentMethod(tx, customer, chosen ?? null)?.id ?? null;
}
