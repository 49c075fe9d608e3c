import type { DaySpan } from '@whisperforge/kernel/period';
import type { Executor } from '../../../../platform/database.ts';
import type { Span } from '../bridge.ts';
import { bridgeOfSums } from '../bridge-spans.ts';
import type { Question } from '../registry/metric.ts';
import { rateTable, type RateTable } from '../rates.ts';
import { findCurrencies, findOpening, findRates, findSpanMovements } from '../store.ts';
import { valuedDays, type ValuedDays } from '../valued-days.ts';

/** How MRR and customers came from the start of each span to its end. */
export interface SpanGroup {
  readonly key: string | null;
  readonly spans: readonly Span[];
}

/** The bridges of a question: of the whole, or of each segment that there is. */
export async function loadBridges(executor: Executor, question: Question): Promise<SpanGroup[]> {
  const { book, spans, filters, breakdown } = question;
  const query = { bookId: book.id, filters, breakdown };
  const range = { from: spans[0]!.from, to: spans.at(-1)!.to };
  const { rates, days } = await loadValuedDays(executor, question, range);
  const [opening, movements] = await Promise.all([
    findOpening(executor, query, range.from),
    findSpanMovements(executor, query, { spans, rates: days }),
  ]);
  const openings = Map.groupBy(opening, ({ key }) => key);
  const moved = Map.groupBy(movements, ({ key }) => key);
  const keys = breakdown === null ? [null] : [...new Set([...openings.keys(), ...moved.keys()])];
  return keys.map((key) => {
    const facts = { opening: openings.get(key) ?? [], movements: moved.get(key) ?? [] };
    return { key, spans: bridgeOfSums({ ...facts, rates, days }, spans) };
  });
}

/** The rates by which what a book has is valued, on each day of a range. */
export async function loadValuedDays(
  executor: Executor,
  { book, currency }: Pick<Question, 'book' | 'currency'>,
  range: DaySpan,
): Promise<Valuing> {
  const [found, rates] = await Promise.all([
    findCurrencies(executor, book.id),
    findRates(executor, currency),
  ]);
  const table = rateTable(currency, rates);
  const currencies = found.map((each) => each.currency);
  return { rates: table, currencies, days: valuedDays(table, found, range) };
}

interface Valuing {
  readonly rates: RateTable;
  /** All that the book has. */
  readonly currencies: readonly string[];
  readonly days: ValuedDays;
}
