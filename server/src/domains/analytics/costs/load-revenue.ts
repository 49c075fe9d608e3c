import { addFractions, multiplyFractions, type Fraction } from '@whisperforge/kernel/fraction';
import type { DaySpan } from '@whisperforge/kernel/period';
import type { Executor } from '../../../platform/database.ts';
import { attributeOf } from '../metrics/attributes/attribute.ts';
import { loadValuedDays } from '../metrics/revenue/load-bridge.ts';
import { findCustomerMovements, findCustomerOpenings } from '../metrics/revenue/store-rows.ts';
import { findOpening, findSpanMovements } from '../metrics/store.ts';
import type { ValuedDays } from '../metrics/valued-days.ts';
import { NOTHING, type DaySums, type LoadedSums, type SumsQuestion } from '../usage/summed.ts';
import { earnedIn, earning, weightsOf, type Weights } from './weights.ts';

/**
 * Recurring revenue by span: of what a customer brings a month, each day has its share of the
 * month. A month of 31 days with an MRR of 31.00 earns 1.00 on each of them.
 */
export async function loadRevenue(
  executor: Executor,
  { range, spans = [range], by, filters, ...question }: SumsQuestion,
): Promise<LoadedSums> {
  const breakdown = by !== null && isOfRevenue(by) ? by : null;
  const query = { bookId: question.book.id, filters: filtersOfRevenue(filters), breakdown };
  const { rates, currencies, days: valued } = await loadValuedDays(executor, question, range);
  const weights = weightsOf(spans, { rates, currencies });
  const [opening, movements] = await Promise.all([
    findOpening(executor, query, range.from),
    findSpanMovements(executor, query, { spans, rates: weights }),
  ]);
  const stood = opening.map((each) => ({ ...each, part: -1, worth: '0', since: range.from }));
  const moved = movements.map(({ span, ...each }) => ({ ...each, part: span }));
  const all = [...stood, ...moved].filter(({ parts }) => parts !== 0n);
  const days = [...Map.groupBy(all, ({ key }) => key)].flatMap(([key, own]) =>
    earnedIn(spans, { moved: own, weights }).flatMap((revenue, index): DaySums[] =>
      revenue.numerator === 0n ? [] : [{ key, day: spans[index]!.to, sums: { revenue } }],
    ),
  );
  const noted = (isSo: ValuedDays['isCarried']): string[] => {
    const found = all.filter((each) => isSo(each.currency, { from: each.since, to: range.to }));
    return [...new Set(found.map(({ currency }) => currency))];
  };
  return { days, carried: noted(valued.isCarried), missing: noted(valued.isMissing) };
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
  const [openings, movements, { rates, currencies }] = await Promise.all([
    findCustomerOpenings(executor, query, range.from),
    findCustomerMovements(executor, query, { ...range, kind: null }),
    loadValuedDays(executor, { book, currency }, range),
  ]);
  const weights = weightsOf(parts, { rates, currencies });
  const worthOf = remembered(weights);
  const revenues = new Map<number, Fraction[]>();
  const add = (customerId: number, worth: Worth): void => {
    const sums = revenues.get(customerId) ?? parts.map(() => NOTHING);
    revenues.set(customerId, sums);
    for (const [index, { from, to }] of parts.entries()) {
      if (to < worth.day) continue;
      const earned = worthOf({ ...worth, day: worth.day < from ? from : worth.day });
      sums[index] = addFractions(sums[index]!, earned);
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

/** Prices are few, so that most customers earn alike. */
function remembered(weights: Weights): (worth: Worth) => Fraction {
  const known = new Map<string, Fraction>();
  return ({ currency, parts, day }) => {
    const key = `${currency} ${parts} ${day}`;
    const found =
      known.get(key) ?? multiplyFractions(earning(String(parts)), weights.from(currency, day));
    known.set(key, found);
    return found;
  };
}
