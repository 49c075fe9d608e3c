import {
  addFractions,
  divideFractions,
  fraction,
  multiplyFractions,
  parseFraction,
  subtractFractions,
  type Fraction,
} from '@whisperforge/kernel/fraction';
import { assert } from '@whisperforge/kernel/assert';
import { shiftDay, type DaySpan } from '@whisperforge/kernel/period';
import type { Executor } from '../../../../platform/database.ts';
import { PARTS_A_MINOR_UNIT } from '../../fold/parts.ts';
import type { Span } from '../bridge.ts';
import { rateTable, type RateTable } from '../rates.ts';
import type { Contribution, Group, Opened, Point, Question, Values } from '../registry/metric.ts';
import { loadBridges } from '../revenue/load-bridge.ts';
import { findRates, type Dimension } from '../store.ts';
import {
  findCurrencies,
  findKept,
  findKeptAccounts,
  type KeptQuery,
  type KeptSum,
  type SpanRate,
} from './store.ts';

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
  const { query, carried, missing } = await prepare(executor, question, question.spans);
  // Who cannot be valued is not there, which a bridge does not know of.
  const isOfMoved = isOfAccounts(question) && missing.every((none) => none.length === 0);
  const breakdown = question.breakdown as Dimension | null;
  const [sums, bridges] = await Promise.all([
    findKept(executor, { ...query, isOfMoved }, breakdown),
    isOfMoved ? loadBridges(executor, question) : [],
  ]);
  const byKey = Map.groupBy(sums, ({ key }) => key);
  const opened = new Map(bridges.map(({ key, spans }) => [key, spans]));
  const keys = breakdown === null ? [null] : [...new Set([...byKey.keys(), ...opened.keys()])];
  return keys.map((key) => ({
    key,
    points: question.spans.map((_, index): Point => {
      const sum = byKey.get(key)?.find(({ span }) => span === index + 1);
      const values = valuesOf(keptBy(keptOf(sum), opened.get(key)?.[index]));
      return { values, carried: carried[index]!, missing: missing[index]! };
    }),
  }));
}

/** Of an account, not of one of the lines that it pays for. */
const OF_ACCOUNTS: readonly string[] = ['country', 'source', 'cohort'];

function isOfAccounts({ filters, breakdown }: Question): boolean {
  const asked = [...Object.keys(filters), ...(breakdown === null ? [] : [breakdown])];
  return asked.every((dimension) => OF_ACCOUNTS.includes(dimension));
}

/**
 * Of all accounts, from what is known of those that moved and from what there was at the start:
 * of 100 accounts that brought 1000, ten moved from 150 to 120, so that 970 are left.
 */
function keptBy(moved: Kept, opening: Span | undefined): Kept {
  if (opening === undefined) return moved;
  const { start, customers } = opening;
  const unmoved = subtractFractions(start, moved.start);
  return {
    start,
    end: addFractions(unmoved, moved.end),
    capped: addFractions(unmoved, moved.capped),
    customers: customers.start,
    stayed: customers.start - moved.customers + moved.stayed,
  };
}

/** What each account adds to a column. */
export async function loadKeptRows(
  executor: Executor,
  opened: Opened,
  valuesOf: (kept: Kept) => Values,
): Promise<Contribution[]> {
  const { query } = await prepare(executor, opened, [opened.span]);
  const accounts = await findKeptAccounts(executor, query);
  return accounts.flatMap(({ customerId, start, kept }): Contribution[] => {
    const capped = compareDecimals(kept, start) > 0 ? start : kept;
    const stayed = /[1-9]/.test(kept) ? 1 : 0;
    const sum = { key: null, span: 1, start, kept, capped, customers: 1, stayed };
    const value = valuesOf(keptOf(sum))[opened.column] ?? null;
    return value === null || value.numerator === 0n ? [] : [{ key: String(customerId), value }];
  });
}

async function prepare(
  executor: Executor,
  { book, currency: base, filters }: Pick<Question, 'book' | 'currency' | 'filters'>,
  spans: readonly DaySpan[],
): Promise<Prepared> {
  const [currencies, rates] = await Promise.all([
    findCurrencies(executor, book.id),
    findRates(executor, base),
  ]);
  const found = spans.map(({ from }) => ratesBefore(rateTable(base, rates), currencies, from));
  const spanRates = found.flatMap(({ known }, index): SpanRate[] =>
    known.map(({ currency, rate }) => ({ span: index + 1, currency, rate })),
  );
  return {
    query: { bookId: book.id, spans, rates: spanRates, filters, isOfMoved: false },
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
    else known.push({ currency, rate: decimal(rate.perMinorUnit) });
    if (rate?.isCarried === true) carried.push(currency);
  }
  return { known, carried, missing };
}

const DECIMALS = 24;

/** Rates are decimals, and minor units tens of each other; so this is exact. */
function decimal(rate: Fraction): string {
  const scaled = multiplyFractions(rate, fraction(10n ** BigInt(DECIMALS)));
  assert(scaled.denominator === 1n, 'a rate has no more decimals than are kept');
  const digits = String(scaled.numerator).padStart(DECIMALS + 1, '0');
  return `${digits.slice(0, -DECIMALS)}.${digits.slice(-DECIMALS)}`;
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
