import fc from 'fast-check';
import { expect, test } from 'vitest';
import { addMonths } from '@whisperforge/kernel/period';
import { MOST_STORED, type Balance } from './balance.ts';
import { catalogOf, FREE, metered, MINUTES, NO_FACTS } from './catalog.fixture.ts';
import { PureAccount } from './pure-account.fixture.ts';

const START_MS = Date.UTC(2026, 0, 1);
const END_MS = addMonths(START_MS, 2);
const MOST_LIMIT = 999_999_999_999;
const MOST_USED = 10n ** 30n - 1n;

const anyInstant = fc.integer({ min: START_MS, max: END_MS });
const huge = fc.bigInt({ min: MOST_STORED / 2n, max: MOST_STORED });
const span = fc
  .tuple(anyInstant, anyInstant)
  .filter(([startsMs, expiresMs]) => startsMs < expiresMs)
  .map(([startsMs, expiresMs]) => ({ startsMs, expiresMs }));
const granted = fc.array(fc.tuple(span, huge), { minLength: 2, maxLength: 4 });

const catalog = catalogOf([
  {
    id: FREE,
    slug: 'free',
    terms: {
      [MINUTES]: metered(MOST_LIMIT, {
        policy: 'overage',
        unitPriceMinor: '0.000001',
        currency: 'usd',
      }),
    },
  },
]);

/** The columns of a balance that are `numeric(20, 6)`. */
function stored(balance: Balance): bigint[] {
  const { baseLimit, packAmount, packBurned, boostCovered, beyond } = balance;
  return [baseLimit ?? 0n, packAmount, packBurned, boostCovered, beyond ?? 0n];
}

test('whatever is granted and used, a balance fits into its columns', () => {
  const uses = fc.array(fc.tuple(anyInstant, fc.bigInt({ min: 0n, max: MOST_USED / 8n })), {
    maxLength: 6,
  });
  fc.assert(
    fc.property(granted, granted, uses, (boosts, packs, used) => {
      const facts = {
        ...NO_FACTS,
        boosts: boosts.map(([held, amount]) => ({
          ...held,
          feature: MINUTES,
          amount,
          periodStartMs: null,
        })),
        packs: packs.map(([held, amount], index) => ({
          ...held,
          feature: MINUTES,
          amount,
          grantId: index + 1,
        })),
        overageConsents: [
          { feature: MINUTES, spendingCapMinor: Number.MAX_SAFE_INTEGER, currency: 'usd' },
        ],
      };
      const account = new PureAccount({ catalog, facts, feature: MINUTES, anchorsMs: [START_MS] });
      for (const [atMs, amount] of used.toSorted(([a], [b]) => a - b)) account.use(atMs, amount);
      account.lookAt(END_MS + 1);
      for (const balance of account.periods.values()) {
        for (const value of stored(balance)) {
          expect(value >= 0n && value <= MOST_STORED).toBe(true);
        }
      }
    }),
  );
});
