import type Stripe from 'stripe';
import type {
  ChangeOutcome,
  ItemChange,
  PaymentGateway,
  PreviewedInvoice,
  SubscriptionChange,
} from '../../domains/billing/index.ts';
import { asking } from './faults.ts';
import { once } from './once.ts';
import { lineOf } from './translate/invoices.ts';
import { secondsOf } from './translate/references.ts';
import { SUBSCRIPTION_EXPANSIONS, subscriptionOf } from './translate/subscriptions.ts';

type ChangeCalls = Pick<PaymentGateway, 'previewChange' | 'previewRenewal' | 'changeNow'>;

const EXPAND = [...SUBSCRIPTION_EXPANSIONS];

export function changeCalls(stripe: Stripe): ChangeCalls {
  return {
    previewChange: (preview) =>
      asking(async () => {
        const { couponId } = preview;
        const invoice = await stripe.invoices.createPreview({
          customer: preview.customerId,
          subscription: preview.subscriptionId,
          subscription_details: {
            items: preview.items.map(itemOf),
            proration_behavior: 'always_invoice',
            proration_date: secondsOf(preview.prorationMs),
            ...(preview.endsTrial && { trial_end: 'now' }),
          },
          ...(couponId !== null && { discounts: [{ coupon: couponId }] }),
        });
        return previewOf(invoice);
      }),
    previewRenewal: (subscriptionId) =>
      asking(async () => {
        const asked = stripe.invoices.createPreview({ subscription: subscriptionId });
        const invoice = await withoutUpcoming(asked);
        return invoice && previewOf(invoice);
      }),
    changeNow: (change) => asking(() => changeNow(stripe, change)),
  };
}

/** `null` where Stripe says that no invoice is to come. */
export async function withoutUpcoming<T>(asked: Promise<T>): Promise<T | null> {
  try {
    return await asked;
  } catch (error) {
    if (isNothingUpcoming(error)) return null;
    throw error;
  }
}

function isNothingUpcoming(error: unknown): boolean {
  return error instanceof Error && 'code' in error && error.code === 'invoice_upcoming_none';
}

export function previewOf(invoice: Stripe.Invoice): PreviewedInvoice {
  return {
    currency: invoice.currency,
    lines: linesOf(invoice),
    subtotalMinor: invoice.subtotal,
    totalMinor: invoice.total,
    startingBalanceMinor: invoice.starting_balance,
    amountDueMinor: invoice.amount_due,
  };
}

/**
 * The lines of a preview have no list of their own, so that more than come along cannot be had:
 * what has been used beyond a plan in each month of a year is told in one sum.
 */
function linesOf({ lines: { data, has_more: hasMore }, subtotal }: Stripe.Invoice) {
  const lines = data.map((line) => lineOf(line));
  const last = lines.at(-1);
  if (!hasMore || last === undefined) return lines;
  const told = lines.reduce((sum, { amountMinor }) => sum + amountMinor, 0);
  const further = {
    ...last,
    id: `${last.id}:further`,
    description: 'Further items',
    amountMinor: subtotal - told,
    quantity: null,
    priceId: null,
    price: null,
    subscriptionItemId: null,
    invoiceItemId: null,
    discountsMinor: [],
  };
  return [...lines, further];
}

function itemOf(change: ItemChange) {
  switch (change.kind) {
    case 'set':
      return { id: change.itemId, price: change.priceId, quantity: change.quantity };
    case 'add':
      return { price: change.priceId, quantity: change.quantity };
    case 'delete':
      return { id: change.itemId, deleted: true };
  }
}

async function changeNow(stripe: Stripe, change: SubscriptionChange): Promise<ChangeOutcome> {
  const { subscriptionId, couponId } = change;
  const subscription = await once({
    idempotencyKey: change.idempotencyKey,
    act: (key) =>
      stripe.subscriptions.update(
        subscriptionId,
        {
          items: change.items.map(itemOf),
          proration_behavior: 'always_invoice',
          proration_date: secondsOf(change.prorationMs),
          ...(change.endsTrial && { trial_end: 'now' }),
          // A pending update takes no discounts along.
          ...(couponId === null
            ? { payment_behavior: 'pending_if_incomplete' }
            : { payment_behavior: 'error_if_incomplete', discounts: [{ coupon: couponId }] }),
          expand: EXPAND,
        },
        { idempotencyKey: key },
      ),
    async find() {
      const now = await stripe.subscriptions.retrieve(subscriptionId, { expand: EXPAND });
      return hasHappened(now, change.items) ? now : undefined;
    },
  });
  return outcomeOf(stripe, subscription);
}

/** Whether a subscription has become what was asked for, or waits to be paid for it. */
function hasHappened(now: Stripe.Subscription, items: readonly ItemChange[]): boolean {
  if (now.pending_update !== null) return true;
  return items.every((change) => {
    if (change.kind === 'delete') return now.items.data.every(({ id }) => id !== change.itemId);
    return now.items.data.some(
      ({ price, quantity }) => price.id === change.priceId && quantity === change.quantity,
    );
  });
}

async function outcomeOf(stripe: Stripe, now: Stripe.Subscription): Promise<ChangeOutcome> {
  const subscription = subscriptionOf(now);
  const invoiceId = subscription.latestInvoiceId;
  if (!subscription.hasPendingUpdate || invoiceId === null) return { kind: 'done', subscription };
  const invoice = await stripe.invoices.retrieve(invoiceId);
  const url = invoice.hosted_invoice_url ?? null;
  return { kind: 'payment_pending', subscription, invoiceId, url };
}
