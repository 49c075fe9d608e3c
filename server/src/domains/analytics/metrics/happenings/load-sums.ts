import {
  addFractions,
  fraction,
  parseFraction,
  type Fraction,
} from '@whisperforge/kernel/fraction';
import { assert } from '@whisperforge/kernel/assert';
import type { Executor } from '../../../../platform/database.ts';
import type { HappenedKind, HappenedSums } from '../../ledger/accounts/happened.ts';
import { rateTable } from '../rates.ts';
import type { Group, Question, Values } from '../registry/metric.ts';
import { findRates } from '../store.ts';
import { valuedDays } from '../valued-days.ts';
import { findHappenedCurrencies, findSpanSums, type Segment, type SpanSums } from './store-sums.ts';

/** Where the sums of a metric lie that are kept by day, and what they are to it. */
export interface KeptSums {
  readonly kind: HappenedKind;
  /** By dimension. */
  readonly segments: Readonly<Record<string, Segment>>;
  /** By column, those that the value is reckoned from among them. */
  readonly measures: Readonly<Record<string, keyof HappenedSums>>;
}

const NOTHING = fraction(0n);

/** What happened by segment and span, from the sums of days. */
export async function loadSums(
  executor: Executor,
  { kind, segments, measures }: KeptSums,
  {
    question,
    valueOf,
  }: { readonly question: Question; readonly valueOf: (sums: Values) => Fraction | null },
): Promise<Group[]> {
  const { book, currency: base, spans, filters, breakdown } = question;
  const query = { bookId: book.id, kind, filters, breakdown, segments };
  const range = { from: spans[0]!.from, to: spans.at(-1)!.to };
  const [currencies, found] = await Promise.all([
    findHappenedCurrencies(executor, query),
    findRates(executor, base),
  ]);
  const rates = valuedDays(rateTable(base, found), currencies, range);
  const sums = await findSpanSums(executor, query, { spans, rates });
  const byKey = Map.groupBy(sums, ({ key }) => key);
  if (breakdown === null && byKey.size === 0) byKey.set(null, []);
  return [...byKey].map(([key, all]) => {
    const bySpan = Map.groupBy(all, ({ span }) => span);
    return {
      key,
      points: spans.map((_, index) => pointOf(bySpan.get(index) ?? [], { measures, valueOf })),
    };
  });
}

function pointOf(
  sums: readonly SpanSums[],
  of: Pick<KeptSums, 'measures'> & { readonly valueOf: (sums: Values) => Fraction | null },
): Group['points'][number] {
  const columns = Object.entries(of.measures).map(([column, measure]) => {
    const sum = sums.reduce((all, each) => addFractions(all, exact(each[measure])), NOTHING);
    return [column, sum] as const;
  });
  const values: Values = Object.fromEntries(columns);
  const named = (some: readonly SpanSums[]): string[] => some.map(({ currency }) => currency);
  return {
    values: { ...values, value: of.valueOf(values) },
    carried: named(sums.filter(({ isCarried }) => isCarried)),
    missing: named(sums.filter(({ isMissing }) => isMissing)),
  };
}

function exact(text: string): Fraction {
  const value = parseFraction(text);
  assert(value !== undefined, `not a sum: ${text}`);
  return value;
}
