// pure
import { assert } from '@whisperforge/kernel/assert';
import {
  addFractions,
  fraction,
  parseFraction,
  type Fraction,
} from '@whisperforge/kernel/fraction';
import type { DaySpan } from '@whisperforge/kernel/period';
import type {
  Column,
  Group,
  Metric,
  MetricDefinition,
  Opened,
  Question,
  Rows,
  Subject,
  Values,
} from '../metrics/registry/metric.ts';

/** What a day adds to a series: to the whole, or to one value of a dimension. */
export interface DaySums {
  readonly key: string | null;
  readonly day: string;
  readonly sums: Sums;
}

/** Sums by name; what is not named is nothing. */
export type Sums = Readonly<Record<string, Fraction>>;

export interface LoadedSums {
  readonly days: readonly DaySums[];
  readonly carried?: readonly string[];
  readonly missing?: readonly string[];
  /** The first day of which anything is known: before it nothing is not 0, but unknown. */
  readonly knownFrom?: string;
}

/** What is asked of sums: over which days, of what, and by which dimension or by subject. */
export interface SumsQuestion extends Omit<Question, 'spans' | 'breakdown'> {
  readonly range: DaySpan;
  /** What the range is cut into, where it is; each day that is told lies in one of them. */
  readonly spans?: readonly DaySpan[];
  readonly by: string | null;
}

/** Stands where a dimension would, for the rows that a figure is made of. */
export const BY_SUBJECT = ' subject';

type Told =
  | 'name'
  | 'title'
  | 'area'
  | 'summary'
  | 'formula'
  | 'dimensions'
  | 'takesAttributes'
  | 'oneOf'
  | 'opens';

export interface Computed {
  readonly column: Column;
  readonly value: (sum: (name: string) => Fraction) => Fraction | null;
}

/** A metric that is reckoned from sums of days alone. */
export interface SummedMetric extends Pick<MetricDefinition, Told> {
  readonly unit: Column['unit'];
  /** Whether the values of parts add up to the value of the whole. */
  readonly adds?: boolean;
  /** The sums that are shown beside it. */
  readonly from: readonly Column[];
  /** Figures beside it that are reckoned from sums as well. */
  readonly computed?: readonly Computed[];
  readonly granularities?: MetricDefinition['granularities'];
  readonly value: (sum: (name: string) => Fraction) => Fraction | null;
  readonly load: (question: SumsQuestion) => Promise<LoadedSums>;
  readonly describe: (
    keys: readonly string[],
    opened: Opened,
  ) => Promise<ReadonlyMap<string, Subject>>;
}

export const NOTHING = fraction(0n);

/** A decimal of the database. */
export function exact(decimal: string): Fraction {
  const value = parseFraction(decimal);
  assert(value !== undefined, `the database tells decimals: ${decimal}`);
  return value;
}

export function count(name: string, title: string): Column {
  return { name, title, unit: 'count', adds: true };
}

export function quantity(name: string, title: string): Column {
  return { name, title, unit: 'quantity', adds: true };
}

export function cost(name: string, title: string): Column {
  return { name, title, unit: 'unit_money', adds: true };
}

export function summedMetric(metric: SummedMetric): Metric {
  const { unit, adds = false, from, computed = [], value, granularities, ...rest } = metric;
  const { load, describe, ...told } = rest;
  const own: Column = { name: 'value', title: metric.title, unit, adds };
  const columns = [own, ...from, ...computed.map(({ column }) => column)];
  const valuesOf = (sums: Sums) => {
    const sum = (name: string): Fraction => sums[name] ?? NOTHING;
    const shown = from.map(({ name }) => [name, sum(name)] as const);
    const reckoned = computed.map((each) => [each.column.name, each.value(sum)] as const);
    return { ...Object.fromEntries([...shown, ...reckoned]), value: value(sum) };
  };
  return {
    ...told,
    columns,
    granularities: granularities ?? ['day', 'week', 'month'],
    profileNotes: {},
    async load(question) {
      const { spans, breakdown: by, ...asked } = question;
      const range = { from: spans[0]!.from, to: spans.at(-1)!.to };
      const loaded = await load({ ...asked, range, spans, by });
      const { days, carried = [], missing = [], knownFrom } = loaded;
      const isKnown = ({ to }: DaySpan): boolean => knownFrom === undefined || to >= knownFrom;
      const valuesIn = (span: DaySpan, sums: Sums): Values =>
        isKnown(span) ? valuesOf(sums) : unknownOf(columns);
      return groupsOf(days, spans, by).map(({ key, sums }) => ({
        key,
        points: sums.map((each, index) => {
          return { values: valuesIn(spans[index]!, each), carried, missing };
        }),
      })) satisfies Group[];
    },
    rows: rowsOf({ load, describe }, valuesOf),
  };
}

function unknownOf(columns: readonly Column[]): Values {
  return Object.fromEntries(columns.map(({ name }) => [name, null]));
}

function rowsOf(
  { load, describe }: Pick<SummedMetric, 'load' | 'describe'>,
  valuesOf: (sums: Sums) => Readonly<Record<string, Fraction | null>>,
): Rows {
  return {
    async load({ span, column, ...rest }) {
      const { days } = await load({ ...rest, range: span, by: BY_SUBJECT });
      return groupsOf(days, [span], BY_SUBJECT).flatMap(({ key, sums }) => {
        const value = valuesOf(sums[0]!)[column] ?? null;
        return key === null || value === null || value.numerator === 0n ? [] : [{ key, value }];
      });
    },
    describe: (opened, keys) => describe(keys, opened),
  };
}

interface SpanSums {
  readonly key: string | null;
  readonly sums: readonly Sums[];
}

/** Days added up by span; of the whole there is always a group. */
function groupsOf(
  days: readonly DaySums[],
  spans: readonly DaySpan[],
  by: string | null,
): SpanSums[] {
  const groups = new Map<string | null, Record<string, Fraction>[]>();
  const groupOf = (key: string | null): Record<string, Fraction>[] => {
    const present = groups.get(key);
    if (present !== undefined) return present;
    const made = spans.map(() => ({}));
    groups.set(key, made);
    return made;
  };
  if (by === null) groupOf(null);
  for (const { key, day, sums } of days) {
    const into = groupOf(key)[spanIndex(spans, day)];
    if (into === undefined) continue;
    for (const [name, value] of Object.entries(sums)) {
      const before = into[name];
      into[name] = before === undefined ? value : addFractions(before, value);
    }
  }
  return [...groups].map(([key, sums]) => ({ key, sums }));
}

/** By halving, since a year of days is asked for thousands of times. */
function spanIndex(spans: readonly DaySpan[], day: string): number {
  let [from, to] = [0, spans.length];
  while (from < to) {
    const middle = (from + to) >>> 1;
    if (spans[middle]!.to < day) from = middle + 1;
    else to = middle;
  }
  return from < spans.length && spans[from]!.from <= day ? from : -1;
}
