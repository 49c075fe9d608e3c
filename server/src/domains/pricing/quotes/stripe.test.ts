import fc from 'fast-check';
import Stripe from 'stripe';
import { afterAll, beforeAll, describe, expect, test } from 'vitest';
import { assert } from '@whisperforge/kernel/assert';
import { startSandbox } from '@whisperforge/stripe-sandbox';
import { AppError } from '../../../platform/errors.ts';
import { formatPercent } from '../rules/reduction.ts';
import type { CouponSpec } from './coupon.ts';
import { decideQuote } from './decide-quote.ts';
import { paymentAt } from './payments.ts';
import { asked, type Asked } from './quote.fixture.ts';
import type { PlanQuote } from './quote.ts';

/** What Stripe charges, asked through its own SDK, beside what a quote says. */

const RUNS = Number(process.env['QUOTES_AT_STRIPE'] ?? 300);
let sandbox: Awaited<ReturnType<typeof startSandbox>>;
let stripe: Stripe;

beforeAll(async () => {
  sandbox = await startSandbox({ port: 0, seed: 'quotes' });
  stripe = new Stripe('sk_test_quotes', {
    host: '127.0.0.1',
    port: sandbox.port,
    protocol: 'http',
  });
  await stripe.products.create({ id: 'wf_plan_pro', name: 'Pro' });
  await stripe.products.create({ id: 'wf_seat_pro', name: 'Pro, extra seat' });
});
afterAll(() => sandbox.close());

/** A quote, where there is a price for what was asked. */
function quoteOf({ facts, request, nowMs }: Asked): PlanQuote | undefined {
  try {
    return decideQuote(facts, request, nowMs);
  } catch (error) {
    if (error instanceof AppError) return undefined;
    throw error;
  }
}

async function itemsOf({ lines, billingCycle, currency }: PlanQuote) {
  const items: { price: string; quantity: number }[] = [];
  for (const { price, quantity } of lines) {
    if (price === null) continue;
    const { id } = await stripe.prices.create({
      product: price.productId,
      currency,
      unit_amount: price.unitAmountMinor,
      recurring: { interval: billingCycle === 'monthly' ? 'month' : 'year' },
    });
    items.push({ price: id, quantity });
  }
  return items;
}

const known = new Set<string>();

/** Made once of equal specs, as checkout does. */
async function discountsOf(coupon: CouponSpec | null): Promise<{ coupon: string }[] | undefined> {
  if (coupon === null) return undefined;
  const { id, name, percentOffBasisPoints: basisPoints, amountOff } = coupon;
  if (!known.has(id)) {
    await stripe.coupons.create({
      id,
      name,
      duration: coupon.duration,
      ...(coupon.durationInMonths !== null && { duration_in_months: coupon.durationInMonths }),
      ...(basisPoints !== null && { percent_off: Number(formatPercent(basisPoints)) }),
      ...(amountOff && { amount_off: amountOff.amountMinor, currency: amountOff.currency }),
    });
    known.add(id);
  }
  return [{ coupon: id }];
}

describe('Stripe charges what was quoted, to the minor unit', () => {
  test(
    `in ${RUNS} purchases in currencies with 0, 2 and 3 decimals`,
    { timeout: 600_000 },
    async () => {
      const { id: customer } = await stripe.customers.create({ email: 'anna@example.com' });
      const seen = { discounted: 0, seats: 0, free: 0 };
      await fc.assert(
        fc.asyncProperty(asked, async (each) => {
          const quote = quoteOf(each);
          fc.pre(quote !== undefined);
          const discounts = await discountsOf(quote.coupon);
          const invoice = await stripe.invoices.createPreview({
            customer,
            currency: quote.currency,
            subscription_details: { items: await itemsOf(quote) },
            ...(discounts && { discounts }),
          });
          const taken = (invoice.total_discount_amounts ?? []).reduce(
            (sum, of) => sum + of.amount,
            0,
          );
          expect([invoice.subtotal, taken, invoice.total]).toEqual([
            quote.subtotalMinor,
            quote.discountMinor,
            quote.totalMinor,
          ]);
          seen.discounted += Number(quote.discountMinor > 0);
          seen.seats += Number(quote.extraSeats > 0);
          seen.free += Number(quote.totalMinor === 0);
        }),
        { numRuns: RUNS, verbose: 1 },
      );
      expect(Math.min(seen.discounted, seen.seats, seen.free)).toBeGreaterThan(0);
    },
  );

  const LIVED = Math.max(1, Math.round(RUNS / 15));

  test(
    `at each payment of ${LIVED} subscriptions over two years and more`,
    { timeout: 600_000 },
    async () => {
      const seen = { changed: 0, tried: 0 };
      await fc.assert(
        fc.asyncProperty(asked, async (each) => {
          const quote = quoteOf(each);
          fc.pre(quote !== undefined && quote.discountMinor > 0);
          assert(quote !== undefined, 'there is a price');
          expect(await chargedBy(quote, each.nowMs)).toEqual(expectedOf(quote, each.nowMs));
          seen.changed += Number(quote.payments.length > 1);
          seen.tried += Number(quote.trial !== null);
        }),
        { numRuns: LIVED, verbose: 1 },
      );
      if (LIVED >= 20) expect(Math.min(seen.changed, seen.tried)).toBeGreaterThan(0);
    },
  );
});

/** Monthly ones are followed beyond the longest discount that is drawn. */
const PAYMENTS = { monthly: 27, yearly: 4 };

function expectedOf(quote: PlanQuote, nowMs: number): number[] {
  const firstMs = quote.trial?.endsMs ?? nowMs;
  const schedule = { createdMs: nowMs, firstMs, billingCycle: quote.billingCycle };
  return Array.from({ length: PAYMENTS[quote.billingCycle] }, (_, index) => {
    const atMs = paymentAt(schedule, index);
    return quote.payments.findLast(({ fromMs }) => fromMs <= atMs)!.amountMinor;
  });
}

/** Subscribes on a clock of its own, lets it run, and answers what was invoiced. */
async function chargedBy(quote: PlanQuote, nowMs: number): Promise<number[]> {
  const clock = await stripe.testHelpers.testClocks.create({ frozen_time: nowMs / 1_000 });
  const customer = await stripe.customers.create({ test_clock: clock.id });
  const discounts = await discountsOf(quote.coupon);
  const subscription = await stripe.subscriptions.create({
    customer: customer.id,
    items: await itemsOf(quote),
    ...(discounts && { discounts }),
    ...(quote.trial && { trial_period_days: quote.trial.days }),
    collection_method: 'send_invoice',
    days_until_due: 30,
  });
  const firstMs = quote.trial?.endsMs ?? nowMs;
  const count = PAYMENTS[quote.billingCycle];
  const schedule = { createdMs: nowMs, firstMs, billingCycle: quote.billingCycle };
  const lastMs = paymentAt(schedule, count - 1);
  await stripe.testHelpers.testClocks.advance(clock.id, { frozen_time: lastMs / 1_000 + 7_200 });
  await sandbox.settled();
  const invoices = await stripe.invoices.list({ subscription: subscription.id, limit: 100 });
  // A trial begins with an invoice for nothing.
  const paid = invoices.data.toReversed().slice(quote.trial === null ? 0 : 1);
  return paid.map((invoice) => invoice.total);
}
