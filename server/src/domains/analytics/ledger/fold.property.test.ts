import fc from 'fast-check';
import { expect, test } from 'vitest';
import type { RecurringDiscount, SubscriptionChange } from '../../subscriptions/index.ts';
import { recurringAmount } from '../../subscriptions/index.ts';
import { foldAccount, levelAfter, type Movement } from './fold.ts';
import { day } from './history.fixture.ts';
import type { LevelOptions, SubscriptionHistory } from './levels.ts';
import { partsOf } from './parts.ts';
import { profiles } from './rules.ts';

const RUNS = Number(process.env.LEDGER_CASES ?? 2_000);
const START_MS = day('2024-01-01');
const MONTHS_24_MS = day('2026-01-01') - START_MS;

/** Few instants, so that changes of several subscriptions often fall together. */
const instant = fc
  .integer({ min: 0, max: 60 })
  .map((step) => START_MS + step * (MONTHS_24_MS / 60));

const discount: fc.Arbitrary<RecurringDiscount> = fc.record({
  id: fc.constant('d'),
  duration: fc.constantFrom('once', 'repeating', 'forever'),
  startMs: instant,
  endMs: fc.option(instant, { nil: null }),
  priceIds: fc.constant(null),
  percentOffBasisPoints: fc.integer({ min: 0, max: 10_000 }),
});

const change = fc.record({
  effectiveMs: instant,
  status: fc.constantFrom('active', 'active', 'past_due', 'trialing', 'paused', 'unpaid'),
  plan: fc.constantFrom('pro', 'business'),
  currency: fc.constantFrom('usd', 'usd', 'jpy'),
  amount: fc.integer({ min: 0, max: 100_000 }),
  interval: fc.constantFrom('day', 'week', 'month', 'year'),
  discounts: fc.array(discount, { maxLength: 2 }),
});

const subscription = fc
  .record({
    changes: fc.uniqueArray(change, {
      minLength: 1,
      maxLength: 6,
      selector: ({ effectiveMs }) => effectiveMs,
    }),
    endMs: fc.option(instant, { nil: null }),
  })
  .map(({ changes, endMs }): Omit<SubscriptionHistory, 'key'> => {
    const stands = changes
      .toSorted((first, second) => first.effectiveMs - second.effectiveMs)
      .map((each): SubscriptionChange => ({
        effectiveMs: each.effectiveMs,
        cause: 'status_changed',
        status: each.status,
        currency: each.currency,
        discounts: each.discounts,
        items: [
          {
            priceId: each.plan,
            planId: null,
            unitAmountDecimal: String(each.amount),
            currency: each.currency,
            interval: each.interval,
            intervalCount: 1,
            quantity: 1,
            isMetered: false,
          },
        ],
      }));
    const last = stands.at(-1)!;
    const ends = endMs !== null && endMs > last.effectiveMs;
    const end = { ...last, effectiveMs: endMs ?? 0, status: 'canceled', items: [], discounts: [] };
    return { changes: ends ? [...stands, end] : stands, cancelRequestedMs: null };
  });

const account = fc
  .array(subscription, { minLength: 1, maxLength: 3 })
  .map((all) => all.map((each, index) => ({ ...each, key: `s${index}` })));

const planOf: LevelOptions['planOf'] = ({ priceId }) => priceId;

const byInstants = fc.constantFrom('stripe', 'chartmogul').map((name) => profiles[name]);

test('what an account brings at an instant is what its movements until then add up to', () => {
  fc.assert(
    fc.property(account, byInstants, instant, (histories, profile, untilMs) => {
      const rules = { ...profile, timeZone: 'UTC' };
      const { movements, level } = foldAccount(histories, { rules, planOf, untilMs });
      expect(levelAfter(movements)).toEqual(level);
      const total = [...level.values()].reduce((sum, parts) => sum + parts, 0n);
      expect(total).toBe(sumDirectly(histories, untilMs, rules.lowering.length));
    }),
    { numRuns: RUNS },
  );
});

/** Without any fold: each subscription's amount at the instant, as `recurringAmount` has it. */
function sumDirectly(
  histories: readonly SubscriptionHistory[],
  atMs: number,
  lowering: number,
): bigint {
  return histories.reduce((sum, { changes }) => {
    const stands = changes.findLast(({ effectiveMs }) => effectiveMs <= atMs);
    if (stands === undefined) return sum;
    const profile = lowering === 1 ? 'stripe' : 'chartmogul';
    return sum + partsOf(recurringAmount(stands, { atMs, profile }));
  }, 0n);
}

test('the past never moves because time went on', () => {
  fc.assert(
    fc.property(account, byInstants, instant, instant, (histories, profile, one, other) => {
      const [earlierMs, laterMs] = one < other ? [one, other] : [other, one];
      const options = { rules: { ...profile, timeZone: 'UTC' }, planOf };
      const earlier = foldAccount(histories, { ...options, untilMs: earlierMs });
      const later = foldAccount(histories, { ...options, untilMs: laterMs });
      const past = later.movements.filter(({ effectiveMs }) => effectiveMs <= earlierMs);
      expect(past).toEqual(earlier.movements);
      const next = later.movements.find(({ effectiveMs }) => effectiveMs > earlierMs);
      if (next !== undefined) expect(earlier.nextMs).toBeLessThanOrEqual(next.effectiveMs);
    }),
    { numRuns: RUNS },
  );
});

test('an account is new once, churns only from something, and transfers sum to nothing', () => {
  fc.assert(
    fc.property(account, fc.constantFrom(...Object.values(profiles)), (histories, profile) => {
      const rules = { ...profile, timeZone: 'UTC' };
      const { movements } = foldAccount(histories, { rules, planOf, untilMs: Infinity });
      const instants = [...Map.groupBy(movements, ({ effectiveMs }) => effectiveMs).values()];
      let hasMrr = false;
      let hasHad = false;
      for (const lines of instants) {
        const kinds = new Set(lines.map(({ kind }) => kind));
        expect(kinds.has('new')).toBe(!hasMrr && !hasHad);
        expect(kinds.has('reactivation')).toBe(!hasMrr && hasHad);
        expect(sumsOf(lines.filter(({ kind }) => kind === 'transfer'))).toEqual([]);
        hasHad = true;
        hasMrr = !kinds.has('churn');
      }
      for (const { kind, parts } of movements) {
        if (kind === 'churn' || kind === 'contraction') expect(parts).toBeLessThan(0n);
        else if (kind !== 'transfer') expect(parts).toBeGreaterThan(0n);
      }
    }),
    { numRuns: RUNS },
  );
});

/** By currency, without those that are nothing. */
function sumsOf(movements: readonly Movement[]): bigint[] {
  return [...Map.groupBy(movements, ({ currency }) => currency).values()]
    .map((lines) => lines.reduce((sum, { parts }) => sum + parts, 0n))
    .filter((sum) => sum !== 0n);
}
