import fc from 'fast-check';
import { describe, expect, test } from 'vitest';
import { addMonths, DAY_MS, type Period } from '@whisperforge/kernel/period';
import { formatQuantity, units, type Quantity } from '@whisperforge/kernel/quantity';
import type { Catalog } from '../plans/index.ts';
import type { AccessFacts, SubscriptionFact } from '../subscriptions/index.ts';
import { MOST_STORED } from './balance.ts';
import {
  BARE,
  CATALOG,
  catalogOf,
  FILES,
  FREE,
  IMAGES,
  metered,
  MINUTES,
  MODELS,
  NO_FACTS,
  PRO,
  UNLIMITED,
} from './catalog.fixture.ts';
import { graceLimit, includedAt } from './included.ts';

const START = Date.UTC(2026, 2, 1);
const MARCH: Period = { startMs: START, endMs: addMonths(START, 1) };

function subscribed(said: Partial<SubscriptionFact> = {}): AccessFacts {
  const subscription = {
    id: 1,
    planId: PRO,
    status: 'active',
    startedMs: START - 90 * DAY_MS,
    cancelAtMs: null,
    pastDueSinceMs: null,
    scheduled: null,
    ...said,
  };
  return { ...NO_FACTS, subscription };
}

function shown(limit: Quantity | null): string {
  return limit === null ? 'unlimited' : formatQuantity(limit);
}

function included(
  facts: AccessFacts,
  feature = MINUTES,
  given: { readonly catalog?: Catalog; readonly atMs?: number; readonly period?: Period } = {},
): string {
  const { catalog = CATALOG, atMs = START + DAY_MS, period = MARCH } = given;
  const isLevel = catalog.features.get(feature)?.kind === 'level';
  const at = { atMs, period: isLevel ? null : period };
  const { limit, beyond } = includedAt({ catalog, facts, graceDays: 7 }, feature, at);
  return `${shown(limit)} and ${shown(beyond)} beyond`;
}

describe('what a plan includes', () => {
  test('is its limit, unlimited, or nothing where it does not grant the feature', () => {
    expect(included(NO_FACTS)).toBe('60 and 0 beyond');
    expect(included(subscribed())).toBe('300 and 0 beyond');
    expect(included(subscribed({ planId: UNLIMITED }))).toBe('unlimited and 0 beyond');
    expect(included(subscribed({ planId: BARE }))).toBe('0 and 0 beyond');
    expect(included(NO_FACTS, MODELS)).toBe('0 and 0 beyond');
    expect(included(subscribed(), FILES)).toBe('15 and 0 beyond');
  });

  test('of a feature younger than its version is what the latest then gave, if it says so', () => {
    const catalog = catalogOf([
      { id: FREE, slug: 'free', terms: { [MINUTES]: metered(60), [IMAGES]: null } },
      { id: PRO, slug: 'pro', terms: {}, isCurrent: false },
      { id: 6, slug: 'pro', version: 2, terms: { [IMAGES]: metered(9) }, publishedMs: START },
    ]);
    expect(included(subscribed(), IMAGES, { catalog })).toBe('9 and 0 beyond');
    expect(included(subscribed(), IMAGES, { catalog, atMs: START - 1 })).toBe('0 and 0 beyond');
    expect(included(subscribed(), MINUTES, { catalog })).toBe('0 and 0 beyond');
    expect(included(NO_FACTS, IMAGES, { catalog })).toBe('0 and 0 beyond');
  });
});

describe('beyond a limit', () => {
  const catalog = catalogOf([
    {
      id: FREE,
      slug: 'free',
      terms: { [MINUTES]: metered(60, { policy: 'grace', amount: units(5) }) },
    },
    {
      id: PRO,
      slug: 'pro',
      terms: {
        [MINUTES]: metered(300, { policy: 'overage', unitPriceMinor: '3', currency: 'usd' }),
      },
    },
  ]);
  const consent = { feature: MINUTES, spendingCapMinor: 1_000, currency: 'usd' };

  test('grace lets through an amount', () => {
    expect(included(NO_FACTS, MINUTES, { catalog })).toBe('60 and 5 beyond');
  });

  test('overage lets through what a cap pays for, and nothing without consent', () => {
    const facts = subscribed();
    const agreed = { ...facts, overageConsents: [consent] };
    expect(included(facts, MINUTES, { catalog })).toBe('300 and 0 beyond');
    expect(included(agreed, MINUTES, { catalog })).toBe('300 and 333.333333 beyond');
  });

  test('a consent in another currency, or for another feature, is none', () => {
    const euros = { ...subscribed(), overageConsents: [{ ...consent, currency: 'eur' }] };
    const files = { ...subscribed(), overageConsents: [{ ...consent, feature: FILES }] };
    expect(included(euros, MINUTES, { catalog })).toBe('300 and 0 beyond');
    expect(included(files, MINUTES, { catalog })).toBe('300 and 0 beyond');
  });
});

describe('while payment is past due', () => {
  const unpaid = (sinceMs: number, more: Partial<SubscriptionFact> = {}): AccessFacts =>
    subscribed({ status: 'past_due', pastDueSinceMs: sinceMs, ...more });

  test('a period that opened paid keeps its limit', () => {
    expect(included(unpaid(START + 1))).toBe('300 and 0 beyond');
  });

  test('a period that opened unpaid gives what the days of grace are worth, rounded up', () => {
    // ceil(300 x 7 / 31) = ceil(67.74)
    expect(included(unpaid(START))).toBe('68 and 0 beyond');
    expect(included(unpaid(START - DAY_MS))).toBe('68 and 0 beyond');
  });

  test('after the days of grace the default plan is whole', () => {
    expect(included(unpaid(START), MINUTES, { atMs: START + 7 * DAY_MS })).toBe('60 and 0 beyond');
  });

  test('nothing is taken from what staff set, nor from the default plan afterwards', () => {
    const planChange = { id: 1, planId: PRO, startsMs: START, expiresMs: null };
    expect(included({ ...unpaid(START - DAY_MS), planChanges: [planChange] })).toBe(
      '300 and 0 beyond',
    );
    expect(included(unpaid(START - DAY_MS, { cancelAtMs: START }))).toBe('60 and 0 beyond');
  });

  test('levels and unlimited features are left as they are', () => {
    expect(included(unpaid(START), FILES)).toBe('15 and 0 beyond');
    expect(included(unpaid(START, { planId: UNLIMITED }))).toBe('unlimited and 0 beyond');
  });

  test.each([
    [28, '75'],
    [29, '73'],
    [30, '70'],
    [31, '68'],
    [7, '300'],
    [3, '300'],
    [0.25, '300'],
  ])('a period of %d days gives %s of 300', (days, limit) => {
    const period = { startMs: START, endMs: START + days * DAY_MS };
    expect(formatQuantity(graceLimit(units(300), 7, period))).toBe(limit);
  });

  test('no more is given than the plan has, and none of nothing', () => {
    expect(graceLimit(500_000n, 7, MARCH)).toBe(500_000n);
    expect(graceLimit(0n, 7, MARCH)).toBe(0n);
  });
});

describe('a cap of overage', () => {
  const priced = (unitPriceMinor: string): Catalog => {
    const overage = { policy: 'overage', unitPriceMinor, currency: 'usd' } as const;
    return catalogOf([
      { id: FREE, slug: 'free', terms: { [MINUTES]: metered(60, overage) } },
      { id: PRO, slug: 'pro', terms: {} },
    ]);
  };
  const beyondOf = (unitPriceMinor: string, spendingCapMinor: number): Quantity | null => {
    const consent = { feature: MINUTES, spendingCapMinor, currency: 'usd' };
    const facts = { ...NO_FACTS, overageConsents: [consent] };
    const context = { catalog: priced(unitPriceMinor), facts, graceDays: 7 };
    return includedAt(context, MINUTES, { atMs: START, period: MARCH }).beyond;
  };

  test('lets through no more than a balance can hold', () => {
    expect(beyondOf('0.000001', Number.MAX_SAFE_INTEGER)).toBe(MOST_STORED);
  });

  test('lets through what it pays for and not a millionth more, at any price', () => {
    const price = fc.bigInt({ min: 1n, max: units(1_000_000_000_000) - 1n });
    const cap = fc.maxSafeNat();
    fc.assert(
      fc.property(price, cap, (micros, capMinor) => {
        const beyond = beyondOf(formatQuantity(micros), capMinor)!;
        const budget = BigInt(capMinor) * 1_000_000_000_000n;
        expect(beyond * micros).toBeLessThanOrEqual(budget);
        expect(beyond <= MOST_STORED).toBe(true);
        if (beyond < MOST_STORED) expect((beyond + 1n) * micros).toBeGreaterThan(budget);
      }),
    );
  });
});
