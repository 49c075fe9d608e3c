import fc from 'fast-check';
import { expect, test } from 'vitest';
import { recurringAmount } from '../../subscriptions/index.ts';
import { foldAccount, levelAfter, type Movement } from './fold.ts';
import type { LevelOptions, SubscriptionHistory } from './levels.ts';
import { partsOf } from './parts.ts';
import { changes as changesOfOne, instant } from './random-history.fixture.ts';
import { profiles } from './rules.ts';

const RUNS = Number(process.env.LEDGER_CASES ?? 2_000);
const subscription = changesOfOne.map((each) => ({ changes: each, cancelRequestedMs: null }));

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
