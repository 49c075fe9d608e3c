import type { Executor } from '../../../../platform/database.ts';
import { bridge, type Span } from '../bridge.ts';
import type { Question } from '../registry/metric.ts';
import { rateTable } from '../rates.ts';
import { findDayMovements, findOpening, findRates, type Dimension } from '../store.ts';

/** How MRR and customers came from the start of each span to its end. */
export interface SpanGroup {
  readonly key: string | null;
  readonly spans: readonly Span[];
}

/** The bridges of a question: of the whole, or of each segment that there is. */
export async function loadBridges(executor: Executor, question: Question): Promise<SpanGroup[]> {
  const { book, currency, spans, filters } = question;
  // The registry has refused what is no dimension of the metric.
  const breakdown = question.breakdown as Dimension | null;
  const query = { bookId: book.id, filters, breakdown };
  const from = spans[0]!.from;
  const [opening, movements, rates] = await Promise.all([
    findOpening(executor, query, from),
    findDayMovements(executor, query, { from, to: spans.at(-1)!.to }),
    findRates(executor, currency),
  ]);
  const table = rateTable(currency, rates);
  const openings = Map.groupBy(opening, ({ key }) => key);
  const moved = Map.groupBy(movements, ({ key }) => key);
  const keys = breakdown === null ? [null] : [...new Set([...openings.keys(), ...moved.keys()])];
  return keys.map((key) => ({
    key,
    spans: bridge(
      { opening: openings.get(key) ?? [], movements: moved.get(key) ?? [], rates: table },
      spans,
    ),
  }));
}
