// pure
import { fraction } from '@whisperforge/kernel/fraction';
import type { DaySpan, Granularity } from '@whisperforge/kernel/period';
import type { Group, MetricDefinition, Point, Question } from './metric.ts';
import type { Names } from './names.ts';
import type { Comparison } from './ranges.ts';
import { roundedPoint, shared, type Steps } from './rounded.ts';

/** The figures of one span as they are shown. */
export interface ShownPoint extends DaySpan {
  readonly values: Steps;
  readonly carried: readonly string[];
  readonly missing: readonly string[];
}

export interface ShownGroup {
  readonly key: string;
  readonly data: readonly ShownPoint[];
}

/** A series with all that has to stand beside it, on the screen and in an export. */
export interface Series extends DaySpan {
  readonly metric: MetricDefinition;
  readonly question: Pick<Question, 'book' | 'currency' | 'filters'>;
  /** What values of dimensions are called that are named here. */
  readonly names: Names;
  readonly granularity: Granularity;
  readonly data: readonly ShownPoint[];
  readonly breakdown: Breakdown | null;
  readonly compare: Compared | undefined;
}

export interface Breakdown {
  readonly dimension: string;
  readonly groups: readonly ShownGroup[];
}

export interface Compared extends DaySpan {
  readonly comparison: Comparison;
  readonly data: readonly ShownPoint[];
}

export function shownPoints(
  points: readonly Point[],
  { spans, metric }: { readonly spans: readonly DaySpan[]; readonly metric: MetricDefinition },
): ShownPoint[] {
  return points.map((point, index) =>
    shownPoint(point, roundedPoint(point.values, metric), spans[index]!),
  );
}

function shownPoint(
  { carried = [], missing = [] }: Point,
  values: Steps,
  span: DaySpan,
): ShownPoint {
  return { ...span, values, carried, missing };
}

/**
 * Groups as they are shown, the largest at the end first. Columns that add up are rounded so that
 * the groups add up to the whole as it is shown. What is nothing all the time is left out.
 */
export function shownGroups(
  groups: readonly Group[],
  of: {
    readonly whole: readonly ShownPoint[];
    readonly spans: readonly DaySpan[];
    readonly metric: MetricDefinition;
  },
): ShownGroup[] {
  const { whole, spans, metric } = of;
  const named = groups.filter(({ points }) => !points.every(isNothing));
  const shown = named.map(({ points }) =>
    points.map(({ values }): Record<string, bigint | null> => ({
      ...roundedPoint(values, metric),
    })),
  );
  for (const { name, unit } of metric.columns.filter(({ adds }) => adds)) {
    for (const index of spans.keys()) {
      // Parts in units of their own add up to nothing that could be said.
      const sum = whole[index]!.values[name];
      if (sum === null) continue;
      const parts = named.map(({ points }) => points[index]!.values[name] ?? NOTHING);
      const shares = shared(parts, { whole: sum ?? 0n, unit });
      for (const [place, steps] of shares.entries()) shown[place]![index]![name] = steps;
    }
  }
  return named
    .map(({ key, points }, place) => ({
      key: key ?? '',
      data: points.map((point, index) => shownPoint(point, shown[place]![index]!, spans[index]!)),
    }))
    .toSorted((first, second) => compareGroups(first, second, metric));
}

const NOTHING = fraction(0n);

function isNothing({ values }: Point): boolean {
  return Object.values(values).every((value) => value === null || value.numerator === 0n);
}

/** By what the groups come to at the end where that can be said, and months by their order. */
function compareGroups(
  first: ShownGroup,
  second: ShownGroup,
  { columns }: MetricDefinition,
): number {
  const isMonth = /^\d{4}-\d{2}-01$/.test(first.key) && /^\d{4}-\d{2}-01$/.test(second.key);
  const leading = columns.find(({ adds }) => adds)?.name;
  if (!isMonth && leading !== undefined) {
    const [one, other] = [first, second].map(({ data }) => data.at(-1)?.values[leading] ?? 0n);
    if (one !== other) return one! > other! ? -1 : 1;
  }
  return first.key < second.key ? -1 : first.key > second.key ? 1 : 0;
}
