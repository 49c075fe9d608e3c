import Stripe from 'stripe';
import { expect } from 'vitest';
import { startSandbox } from '@whisperforge/stripe-sandbox';
import { deriveHistory } from '../history.ts';
import { recurringAmount, type AmountProfile } from '../recurring-amount.ts';
import type { SubscriptionChange } from './change.ts';
import type {
  DiscountRecord,
  InvoiceRecord,
  InvoiceStatus,
  LineRecord,
  PriceRecord,
  SubscriptionRecord,
} from './records.ts';

const ms = (seconds: number | null): number | null => (seconds === null ? null : seconds * 1_000);
const idOf = (named: string | { readonly id: string }): string =>
  typeof named === 'string' ? named : named.id;
export const secondsOf = (date: string): number => Date.parse(`${date}T00:00:00Z`) / 1_000;

/** What a history says a month brings at a date, in cents. */
export function amountAt(
  history: readonly SubscriptionChange[],
  date: string,
  profile?: AmountProfile,
): number {
  const atMs = secondsOf(date) * 1_000;
  const change = history.findLast(({ effectiveMs }) => effectiveMs <= atMs);
  if (change === undefined) return 0;
  const { numerator, denominator } = recurringAmount(change, { atMs, ...(profile && { profile }) });
  return Number(numerator) / Number(denominator);
}

/** Each change with its hour and what is sold from then on. */
export const told = (history: readonly SubscriptionChange[]): string[] =>
  history.map(({ effectiveMs, cause, status, items }) => {
    const sold = items.map(({ quantity, unitAmountDecimal }) => `${quantity}x${unitAmountDecimal}`);
    const at = new Date(effectiveMs).toISOString().slice(0, 13);
    return `${at} ${cause} ${status} ${sold.join('+')}`.trim();
  });

export interface Life {
  readonly stripe: Stripe;
  readonly customer: string;
  /** Where the customer's clock stands. */
  nowMs(): number;
  advance(toSeconds: number): Promise<void>;
  giveCard(card: string): Promise<void>;
  priceOf(amountMinor: number, interval?: 'month' | 'year'): Promise<string>;
  /** What is on record now; pending credits and debits on request. */
  read(id: string, withPending: boolean): Promise<Records>;
  derive(id: string, withPending: boolean): Promise<SubscriptionChange[]>;
  close(): Promise<void>;
}

export interface Records {
  readonly subscription: SubscriptionRecord;
  readonly invoices: readonly InvoiceRecord[];
}

/** A customer on a test clock of the sandbox, who pays with a good card. */
export async function openLife(date: string): Promise<Life> {
  const sandbox = await startSandbox({ port: 0, seed: `life ${date}` });
  const stripe = new Stripe('sk_test_life', {
    host: '127.0.0.1',
    port: sandbox.port,
    protocol: 'http',
  });
  let now = secondsOf(date);
  const clock = await stripe.testHelpers.testClocks.create({ frozen_time: now });
  const { id: customer } = await stripe.customers.create({ test_clock: clock.id });
  const { id: product } = await stripe.products.create({ name: 'a plan' });
  const giveCard = async (card: string): Promise<void> => {
    const { id } = await stripe.paymentMethods.attach(card, { customer });
    const settings = { default_payment_method: id };
    await stripe.customers.update(customer, { invoice_settings: settings });
  };
  await giveCard('pm_card_visa');
  const read = (id: string, withPending: boolean): Promise<Records> =>
    readRecords(stripe, { customer, subscription: id, withPending });
  return {
    stripe,
    customer,
    nowMs: () => now * 1_000,
    advance: async (toSeconds) => {
      now = toSeconds;
      await stripe.testHelpers.testClocks.advance(clock.id, { frozen_time: toSeconds });
      await sandbox.settled();
    },
    giveCard,
    priceOf: async (amountMinor, interval = 'month') => {
      const price = await stripe.prices.create({
        product,
        currency: 'usd',
        unit_amount: amountMinor,
        recurring: { interval },
      });
      return price.id;
    },
    read,
    derive: async (id, withPending) => {
      const { subscription, invoices } = await read(id, withPending);
      return deriveHistory(subscription, invoices, now * 1_000);
    },
    close: () => sandbox.close(),
  };
}

/** Derives after each step, and holds that each history begins with the one before it. */
export function keeper(life: Life, id: string, withPending: boolean) {
  let last: SubscriptionChange[] = [];
  return async (): Promise<SubscriptionChange[]> => {
    const history = await life.derive(id, withPending);
    expect(told(history).slice(0, last.length)).toEqual(told(last));
    expect(history.slice(0, last.length)).toEqual(last);
    last = history;
    return history;
  };
}

interface Asked {
  readonly customer: string;
  readonly subscription: string;
  readonly withPending: boolean;
}

async function readRecords(stripe: Stripe, asked: Asked): Promise<Records> {
  const found = await stripe.subscriptions.retrieve(asked.subscription, {
    expand: ['discounts.source.coupon', 'items.data.discounts'],
  });
  const invoices = await stripe.invoices.list({ subscription: asked.subscription, limit: 100 });
  const records = await Promise.all(
    invoices.data.toReversed().map(async (invoice) => invoiceOf(stripe, invoice)),
  );
  const pending = asked.withPending ? await pendingOf(stripe, asked) : [];
  return { subscription: await subscriptionOf(stripe, found), invoices: [...records, ...pending] };
}

async function subscriptionOf(
  stripe: Stripe,
  found: Stripe.Subscription,
): Promise<SubscriptionRecord> {
  const ofItems = found.items.data.flatMap((item) =>
    item.discounts.map((discount) => discountOf(stripe, discount, item.id)),
  );
  const ofAll = found.discounts.map((discount) => discountOf(stripe, discount, null));
  return {
    id: found.id,
    currency: found.currency,
    status: found.status,
    startMs: found.start_date * 1_000,
    createdMs: found.created * 1_000,
    trialStartMs: ms(found.trial_start),
    trialEndMs: ms(found.trial_end),
    endedMs: ms(found.ended_at),
    pausedMs: ms(found.status_details?.paused.transitioned_at ?? null),
    collectionMethod:
      found.collection_method === 'send_invoice' ? 'send_invoice' : 'charge_automatically',
    hasPendingUpdate: found.pending_update !== null,
    items: found.items.data.map((item) => ({
      id: item.id,
      price: priceRecord(item.price),
      quantity: item.quantity ?? null,
      periodStartMs: item.current_period_start * 1_000,
      periodEndMs: item.current_period_end * 1_000,
    })),
    discounts: await Promise.all([...ofAll, ...ofItems]),
  };
}

function priceRecord(price: Stripe.Price): PriceRecord {
  const recurring = price.recurring!;
  return {
    id: price.id,
    productId: idOf(price.product),
    planId: null,
    unitAmountDecimal: price.unit_amount_decimal?.toString() ?? null,
    interval: recurring.interval as PriceRecord['interval'],
    intervalCount: recurring.interval_count,
    isMetered: recurring.usage_type === 'metered',
  };
}

async function discountOf(
  stripe: Stripe,
  discount: string | Stripe.Discount | Stripe.DeletedDiscount,
  itemId: string | null,
): Promise<DiscountRecord> {
  if (typeof discount === 'string') throw new Error('a discount was not expanded');
  const { coupon: named } = discount.source;
  const coupon = typeof named === 'string' ? await stripe.coupons.retrieve(named) : named!;
  return {
    id: discount.id,
    duration: coupon.duration as DiscountRecord['duration'],
    startMs: discount.start * 1_000,
    endMs: discount.deleted ? null : ms(discount.end),
    productIds: coupon.applies_to?.products ?? null,
    itemId: itemId ?? discount.subscription_item,
    ...(coupon.percent_off === null
      ? { amountOffMinor: coupon.amount_off!, currency: coupon.currency! }
      : { percentOffBasisPoints: Math.round(coupon.percent_off * 100) }),
  };
}

async function invoiceOf(stripe: Stripe, invoice: Stripe.Invoice): Promise<InvoiceRecord> {
  const lines = await stripe.invoices.listLineItems(invoice.id, {
    limit: 100,
    expand: ['data.discount_amounts.discount', 'data.pricing.price_details.price'],
  });
  const moments = invoice.status_transitions;
  return {
    id: invoice.id,
    status: invoice.status as InvoiceStatus,
    billingReason: invoice.billing_reason,
    createdMs: invoice.created * 1_000,
    finalizedMs: ms(moments.finalized_at),
    paidMs: ms(moments.paid_at),
    voidedMs: ms(moments.voided_at),
    markedUncollectibleMs: ms(moments.marked_uncollectible_at),
    dueMs: ms(invoice.due_date),
    isAttempted: invoice.attempted,
    amountDueMinor: invoice.amount_due,
    isPaidSlowly: false,
    lastAttemptMs: null,
    lines: await Promise.all(lines.data.map(async (line) => lineOf(stripe, line))),
  };
}

async function lineOf(stripe: Stripe, line: Stripe.InvoiceLineItem): Promise<LineRecord> {
  const of = line.parent?.subscription_item_details;
  const price = line.pricing?.price_details?.price;
  if (typeof price === 'string') throw new Error('a price was not expanded');
  return {
    itemId: of?.subscription_item ?? null,
    price: price?.recurring ? priceRecord(price) : null,
    quantity: line.quantity,
    amountMinor: line.amount,
    periodStartMs: line.period.start * 1_000,
    periodEndMs: line.period.end * 1_000,
    isProration: of?.proration ?? false,
    discounts: await Promise.all(
      (line.discount_amounts ?? []).map(async ({ amount, discount }) => ({
        amountMinor: amount,
        discount: await discountOf(stripe, discount, null),
      })),
    ),
  };
}

/** Credits and debits that wait for the next invoice, as a draft of their own. */
async function pendingOf(stripe: Stripe, asked: Asked): Promise<InvoiceRecord[]> {
  const items = await stripe.invoiceItems.list({
    customer: asked.customer,
    pending: true,
    limit: 100,
    expand: ['data.pricing.price_details.price'],
  });
  const lines = items.data.toReversed().map((item): LineRecord => {
    const price = item.pricing?.price_details?.price as Stripe.Price | undefined;
    return {
      itemId: item.parent?.subscription_details?.subscription_item ?? null,
      price: price?.recurring ? priceRecord(price) : null,
      quantity: item.quantity,
      amountMinor: item.amount,
      periodStartMs: item.period.start * 1_000,
      periodEndMs: item.period.end * 1_000,
      isProration: item.proration,
      discounts: [],
    };
  });
  if (lines.length === 0) return [];
  const nobody = { paidMs: null, voidedMs: null, markedUncollectibleMs: null, dueMs: null };
  return [
    {
      id: 'pending',
      status: 'draft',
      billingReason: 'pending',
      createdMs: items.data[0]!.date * 1_000,
      finalizedMs: null,
      ...nobody,
      isAttempted: false,
      amountDueMinor: 0,
      isPaidSlowly: false,
      lastAttemptMs: null,
      lines,
    },
  ];
}
