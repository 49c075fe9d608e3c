import { describe, expect, test } from 'vitest';
import { monthIn } from '@whisperforge/kernel/period';
import { foldAccount, levelAfter, type Movement } from './fold.ts';
import { day, history, type Stands } from './history.fixture.ts';
import type { SubscriptionHistory } from './levels.ts';
import { minorUnitsOf } from './parts.ts';
import { profiles, type ProfileName } from './rules.ts';

function fold(
  histories: readonly SubscriptionHistory[],
  { profile = 'stripe', until = '2030-01-01' }: { profile?: ProfileName; until?: string } = {},
) {
  return foldAccount(histories, {
    rules: { ...profiles[profile], timeZone: 'UTC' },
    planOf: ({ priceId }) => priceId,
    untilMs: day(until),
  });
}

/** Movements as `2025-01-01 new 19.00` in minor units, by day. */
function told(movements: readonly Movement[]): string[] {
  return movements.map(
    ({ effectiveMs, kind, parts, plan }) =>
      `${new Date(effectiveMs).toISOString().slice(0, 10)} ${kind} ${plan} ${minorUnitsOf(parts)}`,
  );
}

function mrrOn(histories: readonly SubscriptionHistory[], on: string): bigint {
  const { level } = fold(histories, { until: on });
  return minorUnitsOf([...level.values()].reduce((sum, parts) => sum + parts, 0n));
}

const discount = {
  id: 'd',
  percentOffBasisPoints: 5000,
  startMs: day('2025-01-01'),
  endMs: null,
  priceIds: null,
} as const;

describe('one subscription', () => {
  test('is new, grows, shrinks and churns', () => {
    const one = history(
      's',
      { on: '2025-01-01', amount: 1900 },
      { on: '2025-02-01', amount: 2900 },
      { on: '2025-03-01', amount: 2000 },
      { on: '2025-04-01' },
    );
    expect(told(fold([one]).movements)).toEqual([
      '2025-01-01 new pro 1900',
      '2025-02-01 expansion pro 1000',
      '2025-03-01 contraction pro -900',
      '2025-04-01 churn pro -2000',
    ]);
  });

  test('is a reactivation after a churn, however much later', () => {
    const one = history('s', { on: '2025-01-01', amount: 3000 }, { on: '2025-02-10' });
    const two = history('t', { on: '2025-03-01', amount: 3000 });
    expect(told(fold([one, two]).movements)).toEqual([
      '2025-01-01 new pro 3000',
      '2025-02-10 churn pro -3000',
      '2025-03-01 reactivation pro 3000',
    ]);
    expect(mrrOn([one, two], '2025-02-09')).toBe(3000n);
    expect(mrrOn([one, two], '2025-02-28')).toBe(0n);
    expect(mrrOn([one, two], '2025-03-01')).toBe(3000n);
  });

  test('brings nothing while it is tried, paused or unpaid', () => {
    for (const status of ['trialing', 'paused', 'unpaid', 'incomplete', 'of tomorrow']) {
      expect(fold([history('s', { on: '2025-01-01', amount: 1900, status })]).movements).toEqual(
        [],
      );
    }
  });

  test('moves its money between plans by transfers that sum to nothing', () => {
    const one = history(
      's',
      { on: '2025-01-01', amount: 1900 },
      { on: '2025-01-20', amount: 4900, plan: 'business' },
      { on: '2025-05-01', amount: 1900 },
    );
    expect(told(fold([one]).movements)).toEqual([
      '2025-01-01 new pro 1900',
      '2025-01-20 expansion business 3000',
      '2025-01-20 transfer business 1900',
      '2025-01-20 transfer pro -1900',
      '2025-05-01 contraction business -3000',
      '2025-05-01 transfer business -1900',
      '2025-05-01 transfer pro 1900',
    ]);
  });

  test('contracts in one currency and expands in the other when it changes them', () => {
    const one = history(
      's',
      { on: '2025-01-01', amount: 1900 },
      { on: '2025-02-01', amount: 1700, currency: 'eur' },
    );
    expect(fold([one]).movements.slice(1)).toMatchObject([
      { kind: 'expansion', currency: 'eur' },
      { kind: 'contraction', currency: 'usd' },
    ]);
  });
});

describe('several subscriptions of one account', () => {
  const first = history('s', { on: '2025-01-01', amount: 1000 }, { on: '2025-03-01' });

  test('a second one is an expansion, and the end of one of two a contraction', () => {
    const second = history('t', { on: '2025-02-01', amount: 500 });
    expect(told(fold([first, second]).movements)).toEqual([
      '2025-01-01 new pro 1000',
      '2025-02-01 expansion pro 500',
      '2025-03-01 contraction pro -1000',
    ]);
  });

  test('one that begins as another ends is no churn', () => {
    const next = history('t', { on: '2025-03-01', amount: 1500 });
    expect(told(fold([first, next]).movements)).toEqual([
      '2025-01-01 new pro 1000',
      '2025-03-01 expansion pro 500',
    ]);
    const same = history('t', { on: '2025-03-01', amount: 1000 });
    expect(told(fold([first, same]).movements)).toEqual(['2025-01-01 new pro 1000']);
  });
});

describe('discounts', () => {
  const repeating = { ...discount, duration: 'repeating', endMs: day('2025-04-01') } as const;
  const one = history('s', { on: '2025-01-01', amount: 2000, discounts: [repeating] });

  test('for ever lower it, and others only where the profile says so', () => {
    const forEver = { ...discount, duration: 'forever' } as const;
    const always = history('s', { on: '2025-01-01', amount: 2000, discounts: [forEver] });
    expect(mrrOn([always], '2025-02-01')).toBe(1000n);
    expect(mrrOn([one], '2025-02-01')).toBe(2000n);
  });

  test('that end are an expansion at their end, which is known before', () => {
    const before = fold([one], { profile: 'chartmogul', until: '2025-02-01' });
    expect(told(before.movements)).toEqual(['2025-01-01 new pro 1000']);
    expect(before.nextMs).toBe(day('2025-04-01'));
    const after = fold([one], { profile: 'chartmogul' });
    expect(told(after.movements)).toEqual([
      '2025-01-01 new pro 1000',
      '2025-04-01 expansion pro 1000',
    ]);
    expect(after.nextMs).toBeNull();
  });
});

describe('when a cancellation counts', () => {
  const canceled = {
    ...history('s', { on: '2025-01-10', amount: 1200, cycle: 'month' }, { on: '2025-03-20' }),
    cancelRequestedMs: day('2025-03-02'),
  };

  test('at the end, at the request, or at the end of the cycle', () => {
    const churnOf = (churnsAt: 'end' | 'request' | 'cycle'): string | undefined => {
      const rules = { ...profiles.stripe, timeZone: 'UTC', churnsAt };
      const options = { rules, planOf: () => 'pro', untilMs: day('2030-01-01') };
      return told(foldAccount([canceled], options).movements).at(-1);
    };
    expect(churnOf('end')).toBe('2025-03-20 churn pro -1200');
    expect(churnOf('request')).toBe('2025-03-02 churn pro -1200');
    expect(churnOf('cycle')).toBe('2025-04-10 churn pro -1200');
  });

  test('by ProfitWell who came and left within one month was never there', () => {
    const short = history(
      's',
      { on: '2025-01-02', amount: 700, cycle: 'day' },
      { on: '2025-01-20' },
    );
    const later = history('t', { on: '2025-06-01', amount: 900 });
    expect(told(fold([short, later], { profile: 'profitwell' }).movements)).toEqual([
      '2025-06-01 new pro 900',
    ]);
    expect(told(fold([short, later]).movements)).toHaveLength(3);
  });
});

test('past due counts unless the rules say otherwise', () => {
  const late = history(
    's',
    { on: '2025-01-01', amount: 3000 },
    { on: '2025-01-31', amount: 3000, status: 'past_due' },
    { on: '2025-02-10', amount: 3000 },
  );
  expect(told(fold([late]).movements)).toHaveLength(1);
  const rules = { ...profiles.stripe, countsPastDue: false, timeZone: 'UTC' };
  const options = { rules, planOf: () => 'pro', untilMs: day('2030-01-01') };
  expect(told(foldAccount([late], options).movements)).toEqual([
    '2025-01-01 new pro 3000',
    '2025-01-31 churn pro -3000',
    '2025-02-10 reactivation pro 3000',
  ]);
});

test('years, quarters, weeks and days are parts that add up exactly', () => {
  const cycles: [Stands, bigint][] = [
    [{ on: '2025-01-01', amount: 120_000, cycle: 'year' }, 10_000n],
    [{ on: '2025-01-01', amount: 9000, cycles: 3 }, 3000n],
    [{ on: '2025-01-01', amount: 1200, cycle: 'week' }, 5200n],
    [{ on: '2025-01-01', amount: 12, cycle: 'day' }, 365n],
  ];
  for (const [stands, expected] of cycles) {
    expect(mrrOn([history('s', stands)], '2025-01-01')).toBe(expected);
  }
  // Twelve years at $10 are $10 a month each year, though one alone is 83.33.. cents.
  const many = Array.from({ length: 12 }, (_, index) =>
    history(`s${index}`, { on: '2025-01-01', amount: 1000, cycle: 'year' }),
  );
  expect(mrrOn(many, '2025-01-01')).toBe(1000n);
});

test('months are those of the time zone', () => {
  const atMs = Date.parse('2025-01-31T23:30:00Z');
  expect(monthIn('Europe/Berlin', atMs)).toBe('2025-02');
  expect(monthIn('America/New_York', atMs)).toBe('2025-01');
});

test('movements add up to the level that they lead to', () => {
  const one = history(
    's',
    { on: '2025-01-01', amount: 1901 },
    { on: '2025-01-20', amount: 49_001, plan: 'business', cycle: 'year' },
  );
  const { movements, level } = fold([one]);
  expect(levelAfter(movements)).toEqual(level);
});
