import { describe, expect, test } from 'vitest';
import { roundFraction } from '@whisperforge/kernel/fraction';
import { shiftDay } from '@whisperforge/kernel/period';
import type { MovementKind } from '../fold/fold.ts';
import { PARTS_A_MINOR_UNIT } from '../fold/parts.ts';
import { bridge, type DayMovement } from './bridge.ts';
import { rateTable } from './rates.ts';

type Said = Partial<Record<MovementKind, number>>;

function movements(day: string, said: Said, currency: string): DayMovement[] {
  return Object.entries(said).map(([kind, amount]) => ({
    day,
    kind: kind as MovementKind,
    currency,
    parts: BigInt(amount) * PARTS_A_MINOR_UNIT,
    customers: 0,
  }));
}

/** getlago/lago-api, spec/fixtures/lago_data_api/mrrs.json at 1b1c24a6; cents of euros. */
const LAGO: readonly [string, string, Said, number][] = [
  ['2023-11-01', '2023-11-30', { new: 25_016_546, churn: -1_314_800 }, 23_701_746],
  ['2023-12-01', '2023-12-31', { new: 6_171_791, churn: -6_416_321 }, 23_457_216],
  ['2024-01-01', '2024-01-31', { new: 4_334_134, churn: -2_969_402 }, 24_821_948],
  ['2024-02-01', '2024-02-29', { new: 1_306_340, churn: -300_000 }, 25_828_288],
];

/**
 * chartmogul/chartmogul-ruby, VCR of ChartMogul_Metrics_MRR at 2e79dc55: the days of January 2015
 * on which anything moved, and the MRR at their ends; cents.
 */
const CHARTMOGUL: readonly [string, Said, number][] = [
  ['2015-01-09', { new: 34_112 }, 34_112],
  ['2015-01-12', { new: 30_254 }, 64_366],
  ['2015-01-14', { churn: -30_254, reactivation: 21_741 }, 55_853],
  ['2015-01-18', { new: 10_000 }, 65_853],
  ['2015-01-22', { churn: -10_871 }, 54_982],
  ['2015-01-23', { contraction: -1_087 }, 53_895],
  ['2015-01-26', { churn: -64_766, reactivation: 10_871 }, 0],
  ['2015-01-27', { new: 10_000 }, 10_000],
  ['2015-01-29', { new: 4_750, expansion: 12_121, churn: -20_000 }, 6_871],
  ['2015-01-30', { expansion: 8_749 }, 15_620],
];

describe('published bridges come out to the cent', () => {
  test("Lago's four months", () => {
    const told = bridge(
      {
        opening: [],
        movements: LAGO.flatMap(([from, , said]) => movements(from, said, 'eur')),
        rates: rateTable('eur', []),
      },
      LAGO.map(([from, to]) => ({ from, to })),
    );
    expect(told.map(({ end }) => Number(roundFraction(end)))).toEqual(LAGO.map((row) => row[3]));
  });

  test("ChartMogul's January, day by day", () => {
    const days = Array.from({ length: 31 }, (_, index) => shiftDay('2015-01-01', index));
    const told = bridge(
      {
        opening: [],
        movements: CHARTMOGUL.flatMap(([day, said]) => movements(day, said, 'usd')),
        rates: rateTable('usd', []),
      },
      days.map((day) => ({ from: day, to: day })),
    );
    const ends = new Map(told.map(({ to, end }) => [to, Number(roundFraction(end))]));
    for (const [day, , mrr] of CHARTMOGUL) expect(ends.get(day)).toBe(mrr);
    expect(ends.get('2015-01-08')).toBe(0);
    expect(ends.get('2015-01-21')).toBe(65_853);
    expect(ends.get('2015-01-31')).toBe(15_620);
  });
});
