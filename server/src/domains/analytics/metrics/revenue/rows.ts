import type { Executor } from '../../../../platform/database.ts';
import { bridge, type BridgeKind, type Span } from '../bridge.ts';
import { rateTable } from '../rates.ts';
import type { Contribution, Opened, Rows, Values } from '../registry/metric.ts';
import { findRates } from '../store.ts';
import { findCustomerMovements, findCustomerOpenings, type CustomerQuery } from './store-rows.ts';
import { describeCustomers } from './store-subjects.ts';

/** What each customer adds to a column of a bridge: the bridge of that customer alone. */
export function bridgeRows(executor: Executor, valuesOf: (span: Span) => Values): Rows {
  return {
    async load(opened) {
      const spans = await loadCustomerSpans(executor, opened);
      return spans.flatMap(({ customerId, span }): Contribution[] => {
        const value = valuesOf(span)[opened.column] ?? null;
        return value === null || value.numerator === 0n ? [] : [{ key: String(customerId), value }];
      });
    },
    describe: ({ book, span }, keys) =>
      describeCustomers(executor, { bookId: book.id, span, customerIds: keys.map(Number) }),
  };
}

/** Columns that only those add to who moved, and how; to others everybody may. */
const MOVED_BY: Readonly<Partial<Record<string, BridgeKind>>> = {
  new: 'new',
  customers_new: 'new',
  reactivation: 'reactivation',
  customers_reactivated: 'reactivation',
  churn: 'churn',
  customers_churned: 'churn',
  expansion: 'expansion',
  contraction: 'contraction',
  transfer: 'transfer',
  customers_transferred: 'transfer',
};

export interface CustomerSpan {
  readonly customerId: number;
  readonly span: Span;
}

async function loadCustomerSpans(
  executor: Executor,
  { book, currency, span, filters, column }: Opened,
): Promise<CustomerSpan[]> {
  const query: CustomerQuery = { bookId: book.id, filters };
  const kind = MOVED_BY[column] ?? null;
  const [opening, movements, rates] = await Promise.all([
    kind === null ? findCustomerOpenings(executor, query, span.from) : [],
    findCustomerMovements(executor, query, { ...span, kind }),
    findRates(executor, currency),
  ]);
  const table = rateTable(currency, rates);
  const openings = Map.groupBy(opening, ({ customerId }) => customerId);
  const moved = Map.groupBy(movements, ({ customerId }) => customerId);
  return [...new Set([...openings.keys(), ...moved.keys()])].map((customerId) => ({
    customerId,
    span: bridge(
      {
        opening: openings.get(customerId) ?? [],
        movements: moved.get(customerId) ?? [],
        rates: table,
      },
      [span],
    )[0]!,
  }));
}
