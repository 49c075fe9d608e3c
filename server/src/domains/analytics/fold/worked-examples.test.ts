import { describe, expect, test } from 'vitest';
import type { RecurringDiscount } from '../../subscriptions/index.ts';
import { foldAccount, type Movement, type MovementKind } from './fold.ts';
import { day, history } from './history.fixture.ts';
import type { SubscriptionHistory } from './levels.ts';
import { minorUnitsOf } from './parts.ts';
import { profiles, type ProfileName } from './rules.ts';

/** Worked examples that others have published, each with where it is from; amounts in cents. */

interface Asked {
  readonly profile?: ProfileName;
  readonly on?: string;
}

function fold(histories: readonly SubscriptionHistory[], { profile, on }: Asked = {}) {
  return foldAccount(histories, {
    rules: { ...profiles[profile ?? 'stripe'], timeZone: 'UTC' },
    planOf: ({ priceId }) => priceId,
    untilMs: day(on ?? '2030-01-01'),
  });
}

function mrr(histories: readonly SubscriptionHistory[], asked?: Asked): number {
  const parts = [...fold(histories, asked).level.values()].reduce((sum, each) => sum + each, 0n);
  return Number(minorUnitsOf(parts));
}

function kinds(movements: readonly Movement[]): [MovementKind, number][] {
  return movements.map(({ kind, parts }) => [kind, Number(minorUnitsOf(parts))]);
}

function percentOff(basisPoints: number, duration: RecurringDiscount['duration']) {
  return {
    id: 'd',
    duration,
    percentOffBasisPoints: basisPoints,
    startMs: day('2025-01-01'),
    endMs: duration === 'forever' ? null : day('2025-04-01'),
    priceIds: null,
  } satisfies RecurringDiscount;
}

describe('Stripe (docs.stripe.com/billing/subscriptions/analytics)', () => {
  test('$1,200 a year are $100 a month', () => {
    expect(mrr([history('s', { on: '2025-01-01', amount: 120_000, cycle: 'year' })])).toBe(10_000);
  });

  test('100 of $100 a month and 50 of $600 a year are $12,500', () => {
    const monthly = Array.from({ length: 100 }, (_, index) =>
      history(`a${index}`, { on: '2025-01-01', amount: 10_000 }),
    );
    const yearly = Array.from({ length: 50 }, (_, index) =>
      history(`b${index}`, { on: '2025-01-01', amount: 60_000, cycle: 'year' }),
    );
    expect(mrr([...monthly, ...yearly])).toBe(1_250_000);
  });

  test('a coupon of 50 % for ever halves it; once and repeating leave it as it was', () => {
    const with50 = (duration: RecurringDiscount['duration']): number =>
      mrr(
        [
          history('s', {
            on: '2025-01-01',
            amount: 2_000,
            discounts: [percentOff(5_000, duration)],
          }),
        ],
        { on: '2025-02-01' },
      );
    expect(with50('forever')).toBe(1_000);
    expect(with50('repeating')).toBe(2_000);
    expect(with50('once')).toBe(2_000);
  });

  test('active and past due count; trials, unpaid, canceled and free plans do not', () => {
    const of = (status: string, amount = 1_000): number =>
      mrr([history('s', { on: '2025-01-01', amount, status })]);
    expect([of('active'), of('past_due')]).toEqual([1_000, 1_000]);
    expect([of('trialing'), of('unpaid'), of('canceled'), of('active', 0)]).toEqual([0, 0, 0, 0]);
  });
});

describe('ChartMogul (help.chartmogul.com 203299912, dev.chartmogul.com)', () => {
  const profile = 'chartmogul';

  test('$90 a quarter are $30 a month', () => {
    const quarterly = history('s', { on: '2025-01-01', amount: 9_000, cycles: 3 });
    expect(mrr([quarterly], { profile })).toBe(3_000);
  });

  test('a second subscription expands, the end of one of two contracts, the last churns', () => {
    const one = history('s', { on: '2025-01-01', amount: 1_000 }, { on: '2025-03-01' });
    const two = history('t', { on: '2025-02-01', amount: 500 }, { on: '2025-04-01' });
    const back = history('u', { on: '2025-06-01', amount: 700 });
    expect(kinds(fold([one, two, back], { profile }).movements)).toEqual([
      ['new', 1_000],
      ['expansion', 500],
      ['contraction', -1_000],
      ['churn', -500],
      ['reactivation', 700],
    ]);
  });

  test('a discount that is added contracts, and its end expands', () => {
    const one = history(
      's',
      { on: '2024-12-01', amount: 2_000 },
      { on: '2025-01-01', amount: 2_000, discounts: [percentOff(2_500, 'repeating')] },
    );
    expect(kinds(fold([one], { profile }).movements)).toEqual([
      ['new', 2_000],
      ['contraction', -500],
      ['expansion', 500],
    ]);
  });
});

test('Zuora: changes of 65 and -50 less 20 % are 52 and -40 (order delta MRR, discounts)', () => {
  const discounts = [percentOff(2_000, 'forever')];
  const one = history(
    's',
    { on: '2025-01-01', amount: 6_500, discounts },
    { on: '2025-02-01', amount: 1_500, discounts },
  );
  expect(kinds(fold([one]).movements)).toEqual([
    ['new', 5_200],
    ['contraction', -4_000],
  ]);
});

test('Maxio: a component less by a quarter of its seats is a contraction (gist 89819654)', () => {
  const base = history('base', { on: '2025-01-01', amount: 10_000 });
  const seats = history(
    'seats',
    { on: '2025-01-01', amount: 2_000 },
    { on: '2025-02-01', amount: 1_500 },
  );
  expect(kinds(fold([base, seats]).movements)).toEqual([
    ['new', 12_000],
    ['contraction', -500],
  ]);
});

test('Recurly: a year is twelve months; where it has 30 days a month, ours are 365 / 12', () => {
  expect(mrr([history('s', { on: '2025-01-01', amount: 1_200, cycle: 'year' })])).toBe(100);
  expect(mrr([history('s', { on: '2025-01-01', amount: 1_200, cycle: 'day' })])).toBe(36_500);
});

describe('ProfitWell (paddle.com/help, ProfitWell vs Maxio)', () => {
  const profile = 'profitwell';

  test('MRR is recognised until the end of the cycle that was begun', () => {
    const one = history('s', { on: '2025-01-10', amount: 1_000 }, { on: '2025-02-20' });
    expect(mrr([one], { profile, on: '2025-03-09' })).toBe(1_000);
    expect(mrr([one], { profile, on: '2025-03-10' })).toBe(0);
  });

  test('a reactivation may come at any later time', () => {
    const one = history('s', { on: '2020-01-10', amount: 1_000 }, { on: '2020-02-10' });
    const back = history('t', { on: '2025-01-10', amount: 1_000 });
    expect(kinds(fold([one, back], { profile }).movements).at(-1)).toEqual(['reactivation', 1_000]);
  });
});

describe('Subscription Lab (github.com/mostafaibx/Subscription_lab at 1372cd92)', () => {
  test('S001, S002: $30 a month, and $300 a year as $25', () => {
    expect(mrr([history('s', { on: '2025-01-01', amount: 3_000 })])).toBe(3_000);
    expect(mrr([history('s', { on: '2025-01-01', amount: 30_000, cycle: 'year' })])).toBe(2_500);
  });

  test('S003: canceled on 20 January it is $30 until then and nothing after', () => {
    const one = history('s', { on: '2025-01-01', amount: 3_000 }, { on: '2025-01-20' });
    expect(mrr([one], { on: '2025-01-19' })).toBe(3_000);
    expect(mrr([one], { on: '2025-01-20' })).toBe(0);
  });

  test('S005, S009: an upgrade counts from the change, a downgrade from the renewal', () => {
    const upgraded = history(
      's',
      { on: '2025-01-01', amount: 3_000 },
      { on: '2025-01-16', amount: 6_000 },
    );
    expect(mrr([upgraded], { on: '2025-01-15' })).toBe(3_000);
    expect(mrr([upgraded], { on: '2025-01-16' })).toBe(6_000);
    const downgraded = history(
      's',
      { on: '2025-01-01', amount: 6_000 },
      { on: '2025-02-01', amount: 3_000 },
    );
    expect(mrr([downgraded], { on: '2025-01-31' })).toBe(6_000);
    expect(mrr([downgraded], { on: '2025-02-01' })).toBe(3_000);
  });

  test('S011, S012: nothing while paused, and nothing after a cancellation in the pause', () => {
    const paused = { on: '2025-02-01', amount: 3_000, status: 'paused' };
    const resumed = history('s', { on: '2025-01-01', amount: 3_000 }, paused, {
      on: '2025-03-01',
      amount: 3_000,
    });
    expect(mrr([resumed], { on: '2025-02-15' })).toBe(0);
    expect(mrr([resumed], { on: '2025-03-01' })).toBe(3_000);
    const ended = history('s', { on: '2025-01-01', amount: 3_000 }, paused, { on: '2025-02-10' });
    expect(kinds(fold([ended]).movements)).toEqual([
      ['new', 3_000],
      ['churn', -3_000],
    ]);
  });

  test('S013: gone from 10 to 28 February and back on 1 March', () => {
    const one = history('s', { on: '2025-01-01', amount: 3_000 }, { on: '2025-02-10' });
    const back = history('t', { on: '2025-03-01', amount: 3_000 });
    const on = (date: string): number => mrr([one, back], { on: date });
    expect(['2025-02-09', '2025-02-10', '2025-02-28', '2025-03-01'].map(on)).toEqual([
      3_000, 0, 0, 3_000,
    ]);
  });

  test('S014: late is nothing by their policy, which is the switch; Stripe counts it', () => {
    const late = history(
      's',
      { on: '2025-01-01', amount: 3_000 },
      { on: '2025-01-31', amount: 3_000, status: 'past_due' },
      { on: '2025-02-10', amount: 3_000 },
    );
    const untilMs = day('2025-02-01');
    const theirs = { ...profiles.stripe, timeZone: 'UTC', countsPastDue: false };
    expect(foldAccount([late], { rules: theirs, planOf: () => 'pro', untilMs }).level.size).toBe(0);
    expect(mrr([late], { on: '2025-02-01' })).toBe(3_000);
  });
});
