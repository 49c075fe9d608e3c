import fc from 'fast-check';
import { sql } from 'kysely';
import { expect, test } from 'vitest';
import { formatInstant } from '@whisperforge/kernel/clock';
import { addFractions, fraction, type Fraction } from '@whisperforge/kernel/fraction';
import { DAY_MS } from '@whisperforge/kernel/period';
import { lockAccount } from '../../accounts/index.ts';
import type { PlanVersion } from '../../plans/index.ts';
import {
  appendHistory,
  displayAmount,
  findHistory,
  recurringAmount,
  type RecurringDiscount,
  type RecurringItem,
  type SubscriptionChange,
} from '../../subscriptions/index.ts';
import { START_MS, useProcesses } from '../../usage/processes.fixture.ts';
import { movedTerms, type MoveTarget, type RecurringEffect } from './decide-effect.ts';
import { loadEffects } from './effects.ts';

const processes = useProcesses();
const DAYS = 40;

const day = fc.integer({ min: -DAYS, max: DAYS });
const instantOf = (days: number): number => START_MS + days * DAY_MS;

/** Few values of each, so that many bring the same and some do not. */
function itemOf(planId: number): fc.Arbitrary<RecurringItem> {
  return fc.record({
    priceId: fc.constantFrom('price_a', 'price_b'),
    planId: fc.constantFrom(planId, null),
    unitAmountDecimal: fc.constantFrom('1900', '2050.5', '400'),
    currency: fc.constant('usd'),
    interval: fc.constantFrom('month', 'year'),
    intervalCount: fc.constantFrom(1, 3),
    quantity: fc.constantFrom(1, 2),
    isMetered: fc.constant(false),
  });
}

const discount: fc.Arbitrary<RecurringDiscount> = fc
  .record({
    id: fc.uuid(),
    duration: fc.constantFrom('once', 'repeating', 'forever'),
    startMs: day.map(instantOf),
    endMs: fc.option(day.map(instantOf)),
    priceIds: fc.option(fc.constant(['price_a'])),
    off: fc.constantFrom(
      { percentOffBasisPoints: 2_500 },
      { amountOffMinor: 300, currency: 'usd' },
      { amountOffMinor: 300, currency: 'eur' },
    ),
  })
  .map(({ off, ...term }) => ({ ...term, ...off }));

/** What is told of one subscription, and what else is told of it later. */
function historyOf(planId: number): fc.Arbitrary<SubscriptionChange[]> {
  const change = fc.record({
    effectiveMs: day.map(instantOf),
    cause: fc.constant('items_changed' as const),
    status: fc.constantFrom('active', 'past_due', 'trialing'),
    currency: fc.constantFrom('usd', 'eur'),
    items: fc.array(itemOf(planId), { minLength: 1, maxLength: 2 }),
    discounts: fc.array(discount, { maxLength: 2 }),
  });
  return fc
    .uniqueArray(change, { minLength: 1, maxLength: 3, selector: (each) => each.effectiveMs })
    .map((changes) => changes.toSorted((a, b) => a.effectiveMs - b.effectiveMs));
}

/** Surely somebody whom the other price is for, whatever the others have. */
function atThePriceOf(planId: number): SubscriptionChange {
  const item = { priceId: 'price_a', planId, unitAmountDecimal: '1900', currency: 'usd' };
  const each = { interval: 'month', intervalCount: 1, quantity: 1, isMetered: false } as const;
  return {
    effectiveMs: START_MS,
    cause: 'started',
    status: 'active',
    currency: 'usd',
    items: [{ ...item, ...each }],
    discounts: [],
  };
}

/** Somebody who holds the version, after each telling of their history. */
async function subscribe(
  plan: PlanVersion,
  tellings: readonly SubscriptionChange[][],
  isOver: boolean,
): Promise<number> {
  const { accountId } = await processes.person();
  const subscriptionKey = `sub_${accountId}`;
  await processes.database.transaction(async (tx) => {
    await lockAccount(tx, accountId);
    const at = formatInstant(START_MS);
    await sql`INSERT INTO user_subscriptions (account_id, user_id, plan_id, status, source,
        billing_cycle, started_at, current_period_start, current_period_end, ended_at,
        stripe_subscription_id, created_at, updated_at)
      SELECT id, owner_user_id, ${plan.id}, 'active', 'stripe', 'monthly', ${at}, ${at}, ${at},
        ${isOver ? at : null}::timestamptz, ${subscriptionKey}, ${at}, ${at}
      FROM accounts WHERE id = ${accountId}`.execute(tx.sql);
    for (const changes of tellings) {
      const derived = { subscriptionKey, source: 'stripe', changes } as const;
      await appendHistory(tx, accountId, derived, instantOf(2 * DAYS));
    }
  });
  return accountId;
}

/** One subscriber after the other, from all of their histories. */
async function oneByOne(
  accounts: readonly number[],
  { from, to }: { readonly from: PlanVersion; readonly to: MoveTarget },
  atMs: number,
): Promise<RecurringEffect[]> {
  const sums = new Map<string, { subscribers: number; before: Fraction; after: Fraction }>();
  for (const accountId of accounts) {
    const history = await findHistory(processes.database, accountId);
    const present = history.findLast(({ effectiveMs }) => effectiveMs <= atMs);
    if (present === undefined) continue;
    const nothing = { subscribers: 0, before: fraction(0n), after: fraction(0n) };
    const known = sums.get(present.currency) ?? nothing;
    const moved = movedTerms(present, from, to);
    sums.set(present.currency, {
      subscribers: known.subscribers + 1,
      before: addFractions(known.before, recurringAmount(present, { atMs })),
      after: addFractions(known.after, recurringAmount(moved, { atMs })),
    });
  }
  return [...sums]
    .toSorted(([a], [b]) => (a < b ? -1 : 1))
    .map(([currency, { subscribers, before, after }]) => ({
      currency,
      subscribers,
      beforeMinor: displayAmount(before, currency).amountMinor,
      afterMinor: displayAmount(after, currency).amountMinor,
    }));
}

test('what all subscribers bring together is what each brings, summed one by one', async () => {
  const { one } = processes;
  const onSale = one.catalog.current().current;
  const sold = onSale.find(({ isDefault }) => !isDefault) ?? onSale[0]!;
  const price = { billingCycle: 'monthly', currency: 'usd' } as const;
  const from = { ...sold, prices: [{ ...sold.prices[0]!, ...price, amountMinor: 1_900 }] };
  const to = { prices: [{ ...from.prices[0]!, amountMinor: 2_400 }], extraSeat: null };
  const histories = fc.array(historyOf(sold.id), { minLength: 1, maxLength: 2 });
  const people = fc.sample(fc.tuple(histories, fc.nat({ max: 9 })), 80);
  people.push([[[atThePriceOf(sold.id)]], 1]);
  const accounts: number[] = [];
  for (const [tellings, chance] of people) {
    const isOver = chance === 0;
    const accountId = await subscribe(sold, tellings, isOver);
    if (!isOver) accounts.push(accountId);
  }
  await fc.assert(
    fc.asyncProperty(day, async (days) => {
      const atMs = instantOf(days);
      const effects = await loadEffects(processes.database, { from, to }, atMs);
      expect(effects).toEqual(await oneByOne(accounts, { from, to }, atMs));
    }),
    { numRuns: 12 },
  );
  const present = await loadEffects(processes.database, { from, to }, instantOf(DAYS));
  expect(present.some((each) => each.beforeMinor !== each.afterMinor)).toBe(true);
});
