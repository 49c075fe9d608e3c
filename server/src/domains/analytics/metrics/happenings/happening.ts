// pure
import { addFractions, fraction, type Fraction } from '@whisperforge/kernel/fraction';
import type { DaySpan } from '@whisperforge/kernel/period';
import type { Contribution, DimensionFilters, Group, Values } from '../registry/metric.ts';

/** Something that happened to somebody on a day, and what it adds to each column. */
export interface Happening {
  /** Whose row it belongs to. */
  readonly subject: string;
  readonly day: string;
  /** Its value of each dimension. */
  readonly segments: Readonly<Record<string, string>>;
  readonly values: Readonly<Record<string, Fraction>>;
  /** Its currency, where it is valued at an earlier day's rate or cannot be valued. */
  readonly carried?: string;
  readonly missing?: string;
}

const NOTHING = fraction(0n);

export function matching(
  happenings: readonly Happening[],
  filters: DimensionFilters,
): readonly Happening[] {
  const wanted = Object.entries(filters);
  if (wanted.length === 0) return happenings;
  return happenings.filter(({ segments }) =>
    wanted.every(([dimension, values]) => values.includes(segments[dimension] ?? '')),
  );
}

/** Happenings with more segments that their subjects are in. */
export function withSegments(
  happenings: readonly Happening[],
  held: ReadonlyMap<string, Happening['segments']>,
): readonly Happening[] {
  if (held.size === 0) return happenings;
  return happenings.map((each) => ({
    ...each,
    segments: { ...each.segments, ...held.get(each.subject) },
  }));
}

/** Happenings by segment and span, added up by column. */
export function sumHappenings(
  happenings: readonly Happening[],
  of: {
    readonly spans: readonly DaySpan[];
    readonly breakdown: string | null;
    readonly columns: readonly string[];
    readonly valueOf: (sums: Values) => Fraction | null;
  },
): Group[] {
  const { spans, breakdown, columns, valueOf } = of;
  const byKey = Map.groupBy(happenings, ({ segments }) =>
    breakdown === null ? null : (segments[breakdown] ?? ''),
  );
  if (breakdown === null && byKey.size === 0) byKey.set(null, []);
  return [...byKey].map(([key, all]) => {
    const bySpan = Map.groupBy(all, ({ day }) => spanIndex(spans, day));
    return {
      key,
      points: spans.map((_, index) => {
        const inSpan = bySpan.get(index) ?? [];
        const sums = sumOf(inSpan, columns);
        return {
          values: { ...sums, value: valueOf(sums) },
          carried: named(inSpan.map(({ carried }) => carried)),
          missing: named(inSpan.map(({ missing }) => missing)),
        };
      }),
    };
  });
}

/** What each subject adds to a column, or to the value where that adds up. */
export function contributionsOf(
  happenings: readonly Happening[],
  of: {
    readonly column: string;
    readonly columns: readonly string[];
    readonly valueOf: (sums: Values) => Fraction | null;
  },
): Contribution[] {
  const bySubject = Map.groupBy(happenings, ({ subject }) => subject);
  return [...bySubject].flatMap(([key, all]): Contribution[] => {
    const sums = sumOf(all, of.columns);
    const value = of.column === 'value' ? of.valueOf(sums) : (sums[of.column] ?? null);
    return value === null || value.numerator === 0n ? [] : [{ key, value }];
  });
}

function sumOf(
  happenings: readonly Happening[],
  columns: readonly string[],
): Record<string, Fraction> {
  const sums = columns.map((column) => {
    const sum = happenings.reduce((all, { values }) => {
      const value = values[column];
      return value === undefined ? all : addFractions(all, value);
    }, NOTHING);
    return [column, sum] as const;
  });
  return Object.fromEntries(sums);
}

/** By halving: spans follow one another. */
function spanIndex(spans: readonly DaySpan[], day: string): number {
  let [from, to] = [0, spans.length];
  while (from < to) {
    const middle = (from + to) >>> 1;
    if (spans[middle]!.to < day) from = middle + 1;
    else to = middle;
  }
  return from;
}

function named(currencies: readonly (string | undefined)[]): string[] {
  return [...new Set(currencies.filter((each) => each !== undefined))].toSorted();
}
