import { describe, expect, test } from 'vitest';
import { fraction } from '@whisperforge/kernel/fraction';
import { rateTable } from '../rates.ts';
import { growthOf, timesCost } from './growth-metric.ts';
import { spentIn } from './spend.ts';

const customers = { start: 100, new: 10, reactivated: 0, churned: 5, transferred: 0, end: 105 };

describe('what customers cost and are worth', () => {
  test('follows from revenue, margin, churn and spend, exactly', () => {
    // $50 an account, 80 % of it left, 5 % leaving: worth $800; $4000 for ten are $400 each.
    const span = { end: fraction(5_000n * 105n), customers };
    const growth = growthOf(span, { spend: fraction(400_000n), grossMargin: fraction(4n, 5n) });
    expect(growth.ltv).toEqual(fraction(80_000n));
    expect(growth.cac).toEqual(fraction(40_000n));
    expect(growth.payback).toEqual(fraction(10n));
    expect(timesCost(growth)).toEqual(fraction(2n));
  });

  test('is not said where nobody leaves, nobody comes or nothing is known to be spent', () => {
    const stable = { ...customers, churned: 0, new: 0 };
    const span = { end: fraction(5_000n), customers: stable };
    const growth = growthOf(span, { spend: fraction(1n), grossMargin: fraction(1n) });
    expect(growth).toMatchObject({ ltv: null, cac: null, payback: null });
    const unknown = growthOf({ ...span, customers }, { spend: null, grossMargin: fraction(1n) });
    expect(unknown.cac).toBe(null);
    expect(timesCost(unknown)).toBe(null);
  });
});

describe('marketing spend', () => {
  const line = { channel: 'ads', startsOn: '2026-01-01', endsOn: '2026-02-01', currency: 'usd' };

  test('of a month is spread over its days, so that weeks of it add up to the month', () => {
    const lines = [{ ...line, amountMinor: 1_000 }];
    const rates = rateTable('usd', []);
    const spent = (from: string, to: string) => spentIn({ from, to }, lines, rates);
    expect(spent('2026-01-01', '2026-01-31')).toEqual(fraction(1_000n));
    expect(spent('2026-01-25', '2026-02-07')).toEqual(fraction(7_000n, 31n));
    expect(spent('2026-02-01', '2026-02-28')).toBe(null);
  });

  test('of another currency is valued at the rate of each day', () => {
    const rates = rateTable('usd', [
      { currency: 'eur', day: '2026-01-01', rate: '1' },
      { currency: 'eur', day: '2026-01-31', rate: '2' },
    ]);
    const lines = [{ ...line, currency: 'eur', amountMinor: 3_100 }];
    const month = { from: '2026-01-01', to: '2026-01-31' };
    expect(spentIn(month, lines, rates)).toEqual(fraction(3_200n));
  });
});
