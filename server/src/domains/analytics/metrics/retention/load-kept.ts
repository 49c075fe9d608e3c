import {
  addFractions,
  divideFractions,
  fraction,
  parseFraction,
  subtractFractions,
  type Fraction,
} from '@whisperforge/kernel/fraction';
import { assert } from '@whisperforge/kernel/assert';
import {
  dayIn,
  daySpans,
  shiftDay,
  spanStart,
  type DaySpan,
  type Granularity,
} from '@whisperforge/kernel/period';
import type { Executor } from '../../../../platform/database.ts';
import { PARTS_A_MINOR_UNIT } from '../../fold/parts.ts';
import type { Span } from '../bridge.ts';
import { rateTable, type RateTable } from '../rates.ts';
import type {
  Contribution,
  FoundPage,
  Group,
  Opened as OpenedFigure,
  PageAsked,
  Point,
  Question,
  Values,
} from '../registry/metric.ts';
import { loadBridges } from '../revenue/load-bridge.ts';
import { findPage } from '../rows/store-page.ts';
import { dimensionsOf, findCurrencies, findRates } from '../store.ts';
import { rateDecimal } from '../valued-days.ts';
import {
  findKept,
  findKeptSums,
  findMixedOpening,
  type KeptQuery,
  type KeptSum,
  type SpanRate,
  type SummedSpan,
} from './store.ts';
import { findKeptAccounts, keptContributions } from './store-accounts.ts';

/** What the accounts of a span's start brought then, and what is left of them at its end. */
export interface Kept {
  readonly start: Fraction;
  /** At the rates of the start, so that no exchange rate keeps or loses anybody. */
  readonly end: Fraction;
  /** Each account's end, but no more than its start. */
  readonly capped: Fraction;
  readonly customers: number;
  readonly stayed: number;
}

interface Prepared {
  readonly query: KeptQuery;
  readonly carried: readonly string[][];
  readonly missing: readonly string[][];
}

/** What was kept, of the whole or of each segment, as points whose values are made of it. */
export async function loadKept(
  executor: Executor,
  question: Question,
  valuesOf: (kept: Kept) => Values,
): Promise<Group[]> {
  const prepared = await prepareKept(executor, question, question.spans);
  const { query, carried, missing } = prepared;
  const { breakdown } = question;
  // Who cannot be valued is not there, which a bridge does not know of.
  const isValued = missing.every((none) => none.length === 0);
  const found = isValued
    ? await keptFromOpening(executor, question, query)
    : await keptOneByOne(executor, question, query);
  const keys = breakdown === null ? [null] : [...found.keys()];
  return keys.map((key) => ({
    key,
    points: question.spans.map((_, index): Point => {
      const values = valuesOf(found.get(key)?.get(index + 1) ?? NOBODY);
      return { values, carried: carried[index]!, missing: missing[index]! };
    }),
  }));
}

type KeptByKey = ReadonlyMap<string | null, ReadonlyMap<number, Kept>>;

function byKeyAndSpan(sums: readonly KeptSum[]): KeptByKey {
  const byKey = Map.groupBy(sums, ({ key }) => key);
  return new Map(
    [...byKey].map(([key, all]) => [key, new Map(all.map((sum) => [sum.span, keptOf(sum)]))]),
  );
}

/** Of every customer there is, each by itself. */
export async function keptOneByOne(
  executor: Executor,
  { breakdown }: Pick<Question, 'breakdown'>,
  query: KeptQuery,
): Promise<KeptByKey> {
  return byKeyAndSpan(await findKept(executor, query, { breakdown, of: 'everybody' }));
}

/**
 * From what there was at the start and from what is known of those that moved. Who ever had several
 * lines is looked at one by one, and taken out of what there was: such a customer is in the segment
 * of one line, and was counted in those of all.
 */
export async function keptFromOpening(
  executor: Executor,
  question: Question,
  query: KeptQuery,
): Promise<KeptByKey> {
  const { breakdown } = question;
  const told = dimensionsOf(question);
  const summable = query.spans.flatMap((span): SummedSpan[] => {
    const unit = told === null ? null : unitOf(span, question);
    // By two dimensions there are sums of months alone.
    const isKept = unit !== null && told!.length <= (unit === 'month' ? 2 : 1);
    return isKept ? [{ ...span, unit }] : [];
  });
  const numbers = new Set(summable.map(({ span }) => span));
  const others = { ...query, spans: query.spans.filter(({ span }) => !numbers.has(span)) };
  const [bridges, summed, moved, mixed, counted] = await Promise.all([
    loadBridges(executor, question),
    findKeptSums(executor, { ...query, spans: summable }, { breakdown, told: told ?? [] }),
    findKept(executor, others, { breakdown, of: 'moved' }),
    findKept(executor, query, { breakdown, of: 'mixed' }),
    findMixedOpening(executor, query, breakdown),
  ]);
  const plain = byKeyAndSpan([...summed, ...moved]);
  const several = byKeyAndSpan(mixed);
  const taken = byKeyAndSpan(counted.map((sum) => ({ ...sum, kept: '0', capped: '0', stayed: 0 })));
  const opened = new Map(bridges.map(({ key, spans }) => [key, spans]));
  const keys = [...opened.keys(), ...plain.keys(), ...several.keys()];
  return new Map(
    [...new Set(keys)].map((key) => [
      key,
      new Map(
        query.spans.map(({ span }) => {
          const opening = openingOf(opened.get(key)?.[span - 1], taken.get(key)?.get(span));
          const kept = keptBy(opening, plain.get(key)?.get(span) ?? NOBODY);
          return [span, together(kept, several.get(key)?.get(span) ?? NOBODY)];
        }),
      ),
    ]),
  );
}

/** What a span is all of, or all that there is of it yet. */
function unitOf({ from, to }: DaySpan, { book, nowMs }: Question): Granularity | null {
  const today = dayIn(book.rules.timeZone, nowMs);
  const isWhole = (unit: Granularity): boolean => {
    if (spanStart(from, unit) !== from) return false;
    const [{ to: last }] = daySpans({ from, to: shiftDay(from, A_MONTH) }, unit) as [DaySpan];
    return to === last || (to < last && to >= today);
  };
  return UNITS.find(isWhole) ?? null;
}

/** So many days end later than the unit of any of them. */
const A_MONTH = 31;
const UNITS: readonly Granularity[] = ['month', 'week', 'day'];

const NOTHING = fraction(0n);
const NOBODY: Kept = { start: NOTHING, end: NOTHING, capped: NOTHING, customers: 0, stayed: 0 };

type Opened = Pick<Kept, 'start' | 'customers'>;

/** What there was at a start, without those who are looked at one by one. */
function openingOf(span: Span | undefined, { start, customers }: Opened = NOBODY): Opened {
  return {
    start: subtractFractions(span?.start ?? NOTHING, start),
    customers: (span?.customers.start ?? 0) - customers,
  };
}

/** Of 100 accounts that brought 1000, ten moved from 150 to 120, so that 970 are left. */
function keptBy({ start, customers }: Opened, moved: Kept): Kept {
  const unmoved = subtractFractions(start, moved.start);
  return {
    start,
    end: addFractions(unmoved, moved.end),
    capped: addFractions(unmoved, moved.capped),
    customers,
    stayed: customers - moved.customers + moved.stayed,
  };
}

function together(one: Kept, other: Kept): Kept {
  return {
    start: addFractions(one.start, other.start),
    end: addFractions(one.end, other.end),
    capped: addFractions(one.capped, other.capped),
    customers: one.customers + other.customers,
    stayed: one.stayed + other.stayed,
  };
}

/** What each account adds to a column. */
export async function loadKeptRows(
  executor: Executor,
  opened: OpenedFigure,
  valuesOf: (kept: Kept) => Values,
): Promise<Contribution[]> {
  const { query } = await prepareKept(executor, opened, [opened.span]);
  const accounts = await findKeptAccounts(executor, query);
  return accounts.flatMap(({ customerId, start, kept }): Contribution[] => {
    const capped = compareDecimals(kept, start) > 0 ? start : kept;
    const stayed = /[1-9]/.test(kept) ? 1 : 0;
    const sum = { key: null, span: 1, start, kept, capped, customers: 1, stayed };
    const value = valuesOf(keptOf(sum))[opened.column] ?? null;
    return value === null || value.numerator === 0n ? [] : [{ key: String(customerId), value }];
  });
}

/** The same of a page alone. */
export async function loadKeptPage(
  executor: Executor,
  opened: OpenedFigure,
  page: PageAsked,
): Promise<FoundPage> {
  const { query } = await prepareKept(executor, opened, [opened.span]);
  const isCounted = opened.column.startsWith('customers_');
  return findPage(executor, keptContributions(query, opened.column), {
    page,
    valueOf: (of) => (isCounted ? of : divideFractions(of, fraction(PARTS_A_MINOR_UNIT))),
  });
}

export async function prepareKept(
  executor: Executor,
  { book, currency: base, filters }: Pick<Question, 'book' | 'currency' | 'filters'>,
  spans: readonly DaySpan[],
): Promise<Prepared> {
  const [currencies, rates] = await Promise.all([
    findCurrencies(executor, book.id),
    findRates(executor, base),
  ]);
  const table = rateTable(base, rates);
  const names = currencies.map(({ currency }) => currency);
  const found = spans.map(({ from }) => ratesBefore(table, names, from));
  const numbered = spans.map((each, index) => ({ ...each, span: index + 1 }));
  const spanRates = found.flatMap(({ known }, index): SpanRate[] =>
    known.map(({ currency, rate }) => ({ span: index + 1, currency, rate })),
  );
  return {
    query: { bookId: book.id, spans: numbered, rates: spanRates, filters },
    carried: found.map(({ carried }) => carried),
    missing: found.map(({ missing }) => missing),
  };
}

/** A start is valued as the end of the day before. */
function ratesBefore(table: RateTable, currencies: readonly string[], from: string) {
  const known: { readonly currency: string; readonly rate: string }[] = [];
  const carried: string[] = [];
  const missing: string[] = [];
  for (const currency of currencies) {
    const rate = table.rateOn(currency, shiftDay(from, -1));
    if (rate === null) missing.push(currency);
    else known.push({ currency, rate: rateDecimal(rate.perMinorUnit) });
    if (rate?.isCarried === true) carried.push(currency);
  }
  return { known, carried, missing };
}

function keptOf(sum: KeptSum | undefined): Kept {
  return {
    start: minorUnits(sum?.start ?? '0'),
    end: minorUnits(sum?.kept ?? '0'),
    capped: minorUnits(sum?.capped ?? '0'),
    customers: sum?.customers ?? 0,
    stayed: sum?.stayed ?? 0,
  };
}

function minorUnits(parts: string): Fraction {
  return divideFractions(exact(parts), fraction(PARTS_A_MINOR_UNIT));
}

function compareDecimals(first: string, second: string): number {
  const { numerator } = subtractFractions(exact(first), exact(second));
  return numerator > 0n ? 1 : numerator < 0n ? -1 : 0;
}

function exact(text: string): Fraction {
  const value = parseFraction(text);
  assert(value !== undefined, `not a sum: ${text}`);
  return value;
}
