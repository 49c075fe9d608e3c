import { getInvoice } from '../../../billing/invoices/rows.ts';
import { createSubscription } from '../../../billing/subscriptions/create.ts';
import type { NewItem } from '../../../billing/subscriptions/items.ts';
import type { AddInvoiceItemParams } from '../../../billing/subscriptions/params.ts';
import { getSubscription } from '../../../billing/subscriptions/rows.ts';
import type { Tx } from '../../../engine/transaction.ts';
import { StripeError } from '../../../http/errors.ts';
import { getIntent } from '../../../payments/intents.ts';
import { attachPaymentMethod } from '../../../payments/payment-methods.ts';
import { findPrice } from '../../../catalogue/price.ts';
import { getCustomer } from '../../../customers/customer.ts';
import type { Means } from './authentication.ts';
import { answered, declined } from './pay.ts';
import { totalOf, type CheckoutSessionRow, type LineItemRow } from '../session-rows.ts';
import { setUpMethod } from './set-up.ts';

/**
 * Subscribes the customer and pays the first invoice. Where that fails, nothing of it is left: the
 * error is thrown so that all is undone, and the session can be tried again.
 */
export function subscribe(tx: Tx, session: CheckoutSessionRow, means: Means): CheckoutSessionRow {
  try {
    return subscribeOrThrow(tx, session, means);
  } catch (error) {
    if (!(error instanceof StripeError) || !error.keepsChanges) throw error;
    throw new StripeError(error.status, error.details, false);
  }
}

function subscribeOrThrow(tx: Tx, session: CheckoutSessionRow, means: Means): CheckoutSessionRow {
  const { method, answer } = means;
  const customer = getCustomer(tx, session.customer!);
  if (method !== null) {
    attachPaymentMethod(tx, method, customer);
    if (totalOf(session) === 0) {
      setUpMethod(tx, session, { ...means, description: null, metadata: {} });
    }
  }
  const { id } = createSubscription(tx, {
    ...termsOf(session),
    customer: customer.id,
    currency: session.currency!,
    items: itemsOf(tx, session),
    add_invoice_items: onceItemsOf(tx, session),
    default_payment_method: method?.id,
    discounts: session.discounts.map(({ coupon, promotionCode }) =>
      promotionCode === null
        ? { coupon, promotion_code: undefined, discount: undefined }
        : { coupon: undefined, promotion_code: promotionCode, discount: undefined },
    ),
    payment_behavior: 'allow_incomplete',
    off_session: false,
  });
  const invoice = getSubscription(tx, id).latestInvoice;
  const paid = { ...session, subscription: id, invoice };
  return { ...paid, paymentStatus: invoice === null ? 'paid' : settled(tx, invoice, answer) };
}

/** How the subscription is to be made, by the names that creating one has. */
function termsOf({ subscriptionData: data }: CheckoutSessionRow) {
  const behavior = data.trial_settings?.end_behavior;
  const end_behavior = behavior && { ...behavior, billing_cycle_anchor: undefined };
  return { ...data, trial_settings: end_behavior && { end_behavior } };
}

function itemsOf(tx: Tx, session: CheckoutSessionRow): NewItem[] {
  return lineItemsOf(tx, session, true).map(({ price, quantity, metadata }) => ({
    price,
    quantity: quantity ?? undefined,
    metadata,
  }));
}

/** What is paid once, with the first invoice. */
function onceItemsOf(tx: Tx, session: CheckoutSessionRow): AddInvoiceItemParams[] {
  return lineItemsOf(tx, session, false).map(({ price, quantity, metadata }) => ({
    price,
    quantity: quantity ?? undefined,
    metadata,
    discountable: undefined,
    discounts: undefined,
    period: undefined,
    price_data: undefined,
    tax_rates: undefined,
  }));
}

function lineItemsOf(
  tx: Tx,
  { lineItems }: CheckoutSessionRow,
  recurs: boolean,
): readonly LineItemRow[] {
  return lineItems.filter(({ price }) => (findPrice(tx, price).recurring !== null) === recurs);
}

/** Whether the first invoice is paid, once the holder has answered where the bank asks. */
function settled(tx: Tx, invoice: string, answer: Means['answer']): 'paid' | 'unpaid' {
  const { paymentIntent, status } = getInvoice(tx, invoice);
  if (status === 'paid') return 'paid';
  if (paymentIntent === null) return 'unpaid';
  const intent = answered(tx, getIntent(tx, paymentIntent), answer);
  if (intent.status === 'requires_payment_method') throw declined(intent);
  return intent.status === 'succeeded' ? 'paid' : 'unpaid';
}
