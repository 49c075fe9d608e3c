import type { Tx } from '../../engine/transaction.ts';
import { StripeError } from '../../http/errors.ts';
import { findIntent } from '../../payments/intents.ts';
import { draftInvoice, type InvoiceDraft } from '../invoices/draft.ts';
import { finalizeInvoice } from '../invoices/finalize.ts';
import { addInvoiceItem } from '../invoices/items.ts';
import { payInvoice } from '../invoices/pay.ts';
import type { BillingReason, InvoiceRow, LineDraft } from '../invoices/rows.ts';
import { noteDebits, spendDiscounts } from './terms/debits.ts';
import { discountsOf } from './terms/discounts.ts';
import type { PaymentBehavior, SubscriptionRow } from './rows.ts';
import { putSubscription, subscriptionNow } from './render.ts';

/** An invoice of a subscription, before it is made or previewed. */
export interface Bill {
  readonly reason: BillingReason;
  readonly lines: readonly LineDraft[];
  readonly autoAdvance: boolean;
  readonly periodStart: number;
  readonly periodEnd: number;
  /** By when the discounts must still hold; now where it is left out. */
  readonly at?: number;
  readonly prorationDate?: number | null;
  /** Of what waits for an invoice, only what is the subscription's. */
  readonly takesOnlyItsOwn?: boolean;
}

/** The draft of a bill, the same for a preview and for the deed. */
export function draftOf(tx: Tx, row: SubscriptionRow, bill: Bill): InvoiceDraft {
  return {
    customer: row.customer,
    subscription: row.id,
    subscriptionMetadata: row.metadata,
    billingReason: bill.reason,
    lines: bill.lines,
    discounts: discountsOf(tx, row, bill.at ?? subscriptionNow(tx, row)),
    collectionMethod: row.collectionMethod,
    daysUntilDue: row.daysUntilDue,
    defaultPaymentMethod: null,
    periodStart: bill.periodStart,
    periodEnd: bill.periodEnd,
    autoAdvance: bill.autoAdvance,
    takesPendingItems: true,
    takesOnlyItsOwn: bill.takesOnlyItsOwn ?? false,
    metadata: {},
    currency: row.currency,
    prorationDate: bill.prorationDate ?? null,
  };
}

/** Drafts the invoice of a bill, and puts the subscription with what was debited by it. */
export function makeInvoice(tx: Tx, row: SubscriptionRow, bill: Bill): InvoiceRow {
  const invoice = draftInvoice(tx, draftOf(tx, row, bill));
  const noted = { ...noteDebits(tx, row, invoice), latestInvoice: invoice.id };
  putSubscription(tx, spendDiscounts(tx, noted, invoice));
  return invoice;
}

export interface Collecting {
  readonly paymentBehavior: PaymentBehavior;
  readonly offSession: boolean;
}

/**
 * Finalizes an invoice of a change that is billed at once, and tries to get it paid unless the
 * customer is to confirm it first. An invoice that is sent is finalized by itself later.
 */
export function collect(tx: Tx, invoice: InvoiceRow, how: Collecting): InvoiceRow {
  if (invoice.collectionMethod === 'send_invoice') return invoice;
  const finalized = finalizeInvoice(tx, invoice.id);
  if (finalized.status !== 'open' || how.paymentBehavior === 'default_incomplete') return finalized;
  const paid = payInvoice(tx, invoice.id, { offSession: how.offSession });
  if (paid.status === 'open' && how.paymentBehavior === 'error_if_incomplete') {
    throw notPaid(tx, paid);
  }
  return paid;
}

/** What the bank said, or that it asks for the customer, who is not there. */
function notPaid(tx: Tx, { paymentIntent }: InvoiceRow): StripeError {
  const intent = paymentIntent === null ? undefined : findIntent(tx, paymentIntent);
  const failure = intent?.lastPaymentError ?? null;
  if (failure === null || intent?.status === 'requires_action') {
    return new StripeError(402, {
      type: 'card_error',
      code: 'subscription_payment_intent_requires_action',
      message: 'Payment for this subscription requires additional user action.',
    });
  }
  const { code, declineCode, message } = failure;
  return new StripeError(402, {
    type: 'card_error',
    message,
    code,
    ...(declineCode === null ? {} : { decline_code: declineCode }),
  });
}

/** Lets lines wait for the next invoice of the subscription. */
export function leavePending(tx: Tx, row: SubscriptionRow, lines: readonly LineDraft[]): void {
  for (const line of lines) {
    addInvoiceItem(tx, {
      customer: row.customer,
      invoice: null,
      subscription: row.id,
      subscriptionItem: line.subscriptionItem,
      amount: line.amount,
      currency: line.currency,
      description: line.description,
      period: line.period,
      quantity: line.quantity ?? 0,
      price: line.price,
      isProration: line.isProration,
      isDiscountable: line.isDiscountable,
      discounts: line.discounts,
      metadata: line.metadata ?? {},
      creditedLines: line.creditedLines ?? null,
    });
  }
}
