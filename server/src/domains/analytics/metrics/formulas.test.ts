import { describe, expect, test } from 'vitest';
import { fraction, roundFraction, multiplyFractions } from '@whisperforge/kernel/fraction';
import type { Fraction } from '@whisperforge/kernel/fraction';
import {
  acquisitionCost,
  annualRunRate,
  arpa,
  customerChurnRate,
  grossMargin,
  grossMrrChurnRate,
  grossRevenueRetention,
  lifetimeValue,
  netMrrChurnRate,
  netRevenueRetention,
  paybackMonths,
  quickRatio,
} from './formulas.ts';

const whole = (value: number): Fraction => fraction(BigInt(value));

/** Rounded to ten thousandths, as the sources print rates. */
function printed(value: Fraction | null): number | null {
  if (value === null) return null;
  return Number(roundFraction(multiplyFractions(value, whole(10_000)))) / 10_000;
}

const still = { new: whole(0), expansion: whole(0), reactivation: whole(0) };

describe('published examples', () => {
  test('ChartMogul: of 100, churn 10, contraction 10, expansion 10 (help 203359341)', () => {
    const movements = {
      churn: whole(10),
      contraction: whole(10),
      expansion: whole(10),
      reactivation: whole(0),
    };
    expect(printed(grossMrrChurnRate(whole(100), movements))).toBe(0.2);
    expect(printed(netMrrChurnRate(whole(100), movements))).toBe(0.1);
  });

  test('Treehouse: two of 3000 or one of 10000 lost from 34500 (MRR churn example)', () => {
    const start = whole(10_000 + 8 * 3_000 + 500);
    const lost = (churn: number) => ({ ...still, churn: whole(churn), contraction: whole(0) });
    expect(printed(grossMrrChurnRate(start, lost(6_000)))).toBe(0.1739);
    expect(printed(customerChurnRate(2, 10))).toBe(0.2);
    expect(printed(grossMrrChurnRate(start, lost(10_000)))).toBe(0.2899);
    expect(printed(customerChurnRate(1, 10))).toBe(0.1);
  });

  test('ChartMogul key metrics: ARR is 12 MRR, ARPA is MRR by customers (April 2022)', () => {
    expect(annualRunRate(whole(383_859_969))).toEqual(whole(4_606_319_628));
    const average = arpa(whole(383_859_969), 585)!;
    expect(average.numerator / average.denominator).toBe(656_170n);
  });

  test('Baremetrics: quick ratio is what is won for each unit lost', () => {
    const movements = {
      new: whole(40),
      expansion: whole(20),
      reactivation: whole(20),
      contraction: whole(5),
      churn: whole(15),
    };
    expect(quickRatio(movements)).toEqual(whole(4));
  });
});

describe('retention', () => {
  const accounts = [
    { start: whole(100), end: whole(150) },
    { start: whole(100), end: whole(50) },
    { start: whole(100), end: whole(0) },
  ];

  test('net counts what grew, gross caps each account at its start', () => {
    expect(netRevenueRetention(accounts)).toEqual(fraction(2n, 3n));
    expect(grossRevenueRetention(accounts)).toEqual(fraction(1n, 2n));
  });

  test('of nobody is not defined', () => {
    expect(netRevenueRetention([])).toBeNull();
    expect(grossRevenueRetention([])).toBeNull();
  });
});

describe('value and cost of a customer', () => {
  const margin = fraction(4n, 5n);

  test('LTV is ARPA x margin / churn, and undefined where nobody churns', () => {
    const value = lifetimeValue({
      arpa: whole(5_000),
      grossMargin: margin,
      churnRate: fraction(1n, 50n),
    });
    expect(value).toEqual(whole(200_000));
    expect(
      lifetimeValue({ arpa: whole(5_000), grossMargin: margin, churnRate: whole(0) }),
    ).toBeNull();
  });

  test('CAC is spend by customers won, paid back by what a customer leaves each month', () => {
    const cost = acquisitionCost(whole(100_000), 10)!;
    expect(cost).toEqual(whole(10_000));
    expect(paybackMonths({ cost, arpa: whole(5_000), grossMargin: margin })).toEqual(
      fraction(5n, 2n),
    );
    expect(acquisitionCost(whole(100_000), 0)).toBeNull();
  });

  test('margin of nothing sold is not defined', () => {
    expect(grossMargin(whole(100), whole(20))).toEqual(fraction(4n, 5n));
    expect(grossMargin(whole(0), whole(20))).toBeNull();
  });
});
