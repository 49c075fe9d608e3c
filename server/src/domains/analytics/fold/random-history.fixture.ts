import fc from 'fast-check';
import type { RecurringDiscount, SubscriptionChange } from '../../subscriptions/index.ts';
import { day } from './history.fixture.ts';

const START_MS = day('2024-01-01');
const STEPS = 60;
const STEP_MS = (day('2026-01-01') - START_MS) / STEPS;

/** Few instants of 24 months, so that changes of several subscriptions often fall together. */
export const instant = fc.integer({ min: 0, max: STEPS }).map((step) => START_MS + step * STEP_MS);

const discount: fc.Arbitrary<RecurringDiscount> = fc.record({
  id: fc.constant('d'),
  duration: fc.constantFrom('once', 'repeating', 'forever'),
  startMs: instant,
  endMs: fc.option(instant, { nil: null }),
  priceIds: fc.constant(null),
  percentOffBasisPoints: fc.integer({ min: 0, max: 10_000 }),
});

const change = fc
  .record({
    effectiveMs: instant,
    status: fc.constantFrom('active', 'active', 'past_due', 'trialing', 'paused', 'unpaid'),
    plan: fc.constantFrom('pro', 'business'),
    currency: fc.constantFrom('usd', 'usd', 'jpy'),
    amount: fc.integer({ min: 0, max: 100_000 }),
    interval: fc.constantFrom('day', 'week', 'month', 'year'),
    discounts: fc.array(discount, { maxLength: 2 }),
  })
  .map((drawn): SubscriptionChange => {
    const { plan, currency, amount, interval, effectiveMs, status, discounts } = drawn;
    const item = {
      priceId: plan,
      planId: null,
      unitAmountDecimal: String(amount),
      currency,
      interval,
      intervalCount: 1,
      quantity: 1,
      isMetered: false,
    };
    return { effectiveMs, cause: 'status_changed', status, currency, discounts, items: [item] };
  });

/** The changes of one subscription, oldest first; some end. */
export const changes: fc.Arbitrary<SubscriptionChange[]> = fc
  .record({
    stands: fc.uniqueArray(change, {
      minLength: 1,
      maxLength: 6,
      selector: ({ effectiveMs }) => effectiveMs,
    }),
    endMs: fc.option(instant, { nil: null }),
  })
  .map(({ stands, endMs }) => {
    const ordered = stands.toSorted((first, second) => first.effectiveMs - second.effectiveMs);
    const last = ordered.at(-1)!;
    if (endMs === null || endMs <= last.effectiveMs) return ordered;
    return [
      ...ordered,
      { ...last, effectiveMs: endMs, status: 'canceled', items: [], discounts: [] },
    ];
  });
