import {
  addFractions,
  fraction,
  multiplyFractions,
  type Fraction,
} from '@whisperforge/kernel/fraction';
import { daysBetween, daySpans, shiftMonth, type DaySpan } from '@whisperforge/kernel/period';
import type { Executor } from '../../../platform/database.ts';
import { PARTS_A_MINOR_UNIT } from '../fold/parts.ts';
import { attributeOf } from '../metrics/attributes/attribute.ts';
import { rateTable } from '../metrics/rates.ts';
import { loadBridges } from '../metrics/revenue/load-bridge.ts';
import { findCustomerMovements, findCustomerOpenings } from '../metrics/revenue/store-rows.ts';
import { findRates } from '../metrics/store.ts';
import { NOTHING, type DaySums, type LoadedSums, type SumsQuestion } from '../usage/summed.ts';

/**
 * Recurring revenue by day: of what a customer brings a month, each day has its share of the month.
 * A month of 31 days with an MRR of 31.00 earns 1.00 on each of them.
 */
export async function loadRevenue(
  executor: Executor,
  { range, by, filters, ...question }: SumsQuestion,
): Promise<LoadedSums> {
  const groups = await loadBridges(executor, {
    ...question,
    filters: filtersOfRevenue(filters),
    spans: daySpans(range, 'day'),
    breakdown: by !== null && isOfRevenue(by) ? by : null,
  });
  const days = groups.flatMap(({ key, spans }) =>
    spans.flatMap(({ to: day, end }): DaySums[] => {
      if (end.numerator === 0n) return [];
      return [{ key, day, sums: { revenue: multiplyFractions(end, shareOf(day)) } }];
    }),
  );
  const carried = new Set(groups.flatMap(({ spans }) => spans.flatMap((span) => span.carried)));
  const missing = new Set(groups.flatMap(({ spans }) => spans.flatMap((span) => span.missing)));
  return { days, carried: [...carried], missing: [...missing] };
}

/** What customers pay by; models and features are nothing that they buy. */
export function isOfRevenue(dimension: string): boolean {
  return dimension === 'plan' || attributeOf(dimension) !== null;
}

/** Of filters, those by what customers pay for or are. */
export function filtersOfRevenue(filters: SumsQuestion['filters']): SumsQuestion['filters'] {
  return Object.fromEntries(Object.entries(filters).filter(([name]) => isOfRevenue(name)));
}

/** The same of each customer of the ledger over the whole range. */
export async function loadCustomerRevenue(
  executor: Executor,
  question: SumsQuestion,
): Promise<Map<number, Fraction>> {
  const revenues = await loadCustomerRevenues(executor, question, [question.range]);
  return new Map([...revenues].map(([id, [revenue = NOTHING]]) => [id, revenue]));
}

/** The same of each customer in each part of the range; parts follow one another. */
export async function loadCustomerRevenues(
  executor: Executor,
  { range, filters, book, currency }: SumsQuestion,
  parts: readonly DaySpan[],
): Promise<Map<number, Fraction[]>> {
  const query = { bookId: book.id, filters: filtersOfRevenue(filters) };
  const [openings, movements, rates] = await Promise.all([
    findCustomerOpenings(executor, query, range.from),
    findCustomerMovements(executor, query, { ...range, kind: null }),
    findRates(executor, currency),
  ]);
  const table = rateTable(currency, rates);
  const weights = parts.map((part) => ({ ...part, weightOf: weightsOf(part, table) }));
  const revenues = new Map<number, Fraction[]>();
  const add = (customerId: number, worth: Worth): void => {
    const sums = revenues.get(customerId) ?? parts.map(() => NOTHING);
    revenues.set(customerId, sums);
    for (const [index, { from, to, weightOf }] of weights.entries()) {
      if (to < worth.day) continue;
      const weight = weightOf(worth.currency, worth.day < from ? from : worth.day);
      sums[index] = addFractions(sums[index]!, valued(worth.parts, weight));
    }
  };
  for (const { customerId, ...opening } of openings) {
    add(customerId, { ...opening, day: range.from });
  }
  for (const { customerId, ...movement } of movements) add(customerId, movement);
  return revenues;
}

/** MRR that there is more or less from a day on. */
interface Worth {
  readonly currency: string;
  readonly parts: bigint;
  readonly day: string;
}

function valued(parts: bigint, weight: Fraction): Fraction {
  return multiplyFractions(fraction(parts, PARTS_A_MINOR_UNIT), weight);
}

/** What one minor unit of MRR from a day on earns until the end of the range. */
export function weightsOf(
  range: SumsQuestion['range'],
  rates: ReturnType<typeof rateTable>,
): (currency: string, fromDay: string) => Fraction {
  const byCurrency = new Map<string, Map<string, Fraction>>();
  return (currency, fromDay) => {
    let weights = byCurrency.get(currency);
    if (weights === undefined) {
      weights = new Map();
      let sum = NOTHING;
      for (const { to: day } of daySpans(range, 'day').toReversed()) {
        const rate = rates.rateOn(currency, day)?.perMinorUnit ?? NOTHING;
        sum = addFractions(sum, multiplyFractions(rate, shareOf(day)));
        weights.set(day, sum);
      }
      byCurrency.set(currency, weights);
    }
    return weights.get(fromDay) ?? NOTHING;
  };
}

/** Of the month that a day is in, the day's part. */
function shareOf(day: string): Fraction {
  const first = `${day.slice(0, 7)}-01`;
  return fraction(1n, BigInt(daysBetween(first, shiftMonth(first, 1))));
}
