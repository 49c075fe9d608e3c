import type { Tx } from '../../../engine/transaction.ts';
import { invoicePaidBefore } from './paid-before.ts';
import type { LineDraft } from '../../../billing/invoices/rows.ts';
import { buyerNow } from '../amounts.ts';
import { nameOfPrice } from '../prices.ts';
import type { CheckoutSessionRow, LineItemRow } from '../session-rows.ts';

/**
 * A session whose payment has come in, with the invoice that was asked for: "Stripe emits an
 * invoice.paid event as soon as the payment tied to the Checkout Session succeeds"
 * (https://docs.stripe.com/payments/checkout/post-payment-invoices).
 */
export function withInvoice(tx: Tx, session: CheckoutSessionRow): CheckoutSessionRow {
  const { invoiceCreation, customer, paymentIntent } = session;
  if (invoiceCreation?.enabled !== true || customer === null || paymentIntent === null) {
    return session;
  }
  const { description, footer, metadata } = invoiceCreation;
  const now = buyerNow(tx, session);
  const draft = {
    customer,
    subscription: null,
    billingReason: 'manual',
    lines: session.lineItems.map((item) => lineOf(tx, item, { session, now })),
    discounts: session.redeemed ?? [],
    collectionMethod: 'charge_automatically',
    daysUntilDue: null,
    defaultPaymentMethod: null,
    periodStart: now,
    periodEnd: now,
    autoAdvance: false,
    takesPendingItems: false,
    metadata,
    currency: session.currency!,
    description,
    details: { footer },
  } as const;
  return { ...session, invoice: invoicePaidBefore(tx, draft, paymentIntent).id };
}

interface Sale {
  readonly session: CheckoutSessionRow;
  readonly now: number;
}

function lineOf(
  tx: Tx,
  { subtotal, price, quantity, metadata }: LineItemRow,
  { session, now }: Sale,
): LineDraft {
  return {
    amount: subtotal,
    currency: session.currency!,
    description: nameOfPrice(tx, price),
    period: { start: now, end: now },
    quantity,
    price,
    isProration: false,
    isDiscountable: true,
    subscription: null,
    subscriptionItem: null,
    invoiceItem: null,
    discounts: [],
    metadata,
  };
}
