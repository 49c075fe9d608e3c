import { addFractions, divideFractions, fraction } from '@whisperforge/kernel/fraction';
import type { DaySpan } from '@whisperforge/kernel/period';
import type { Executor } from '../../../../platform/database.ts';
import { PARTS_A_MINOR_UNIT } from '../../fold/parts.ts';
import {
  bridge,
  bridgeKinds,
  daysOf,
  type BridgeFacts,
  type BridgeKind,
  type Span,
} from '../bridge.ts';
import { rateTable } from '../rates.ts';
import type {
  Contribution,
  FoundPage,
  Opened,
  PageAsked,
  Rows,
  Values,
} from '../registry/metric.ts';
import { findPage } from '../rows/store-page.ts';
import { findRates } from '../store.ts';
import { BRIDGE } from './columns.ts';
import { loadValuedDays } from './load-bridge.ts';
import {
  contributionsOf,
  findCustomerMovements,
  findCustomerOpenings,
  type CustomerQuery,
} from './store-rows.ts';
import { describeCustomers } from './store-subjects.ts';
import { isCount, spanWith, termsOf, type Summand } from './summands.ts';

/**
 * What each customer adds to a column of a bridge: the bridge of that customer alone. The value of
 * a metric is made of one summand, where the values of customers add up.
 */
export function bridgeRows(
  executor: Executor,
  valuesOf: (span: Span) => Values,
  made?: Summand,
): Rows & Required<Pick<Rows, 'page'>> {
  return {
    page(opened, page) {
      const { column } = opened;
      const summand =
        column === 'value' ? made : column in BRIDGE ? (column as Summand) : undefined;
      return summand === undefined ? null : loadPage(executor, opened, { page, summand, valuesOf });
    },
    async load(opened) {
      const spans = await loadCustomerSpans(executor, opened);
      const values = new Map<Span, Values>();
      return spans.flatMap(({ customerId, span }): Contribution[] => {
        const all = values.get(span) ?? valuesOf(span);
        values.set(span, all);
        const value = all[opened.column] ?? null;
        return value === null || value.numerator === 0n ? [] : [{ key: String(customerId), value }];
      });
    },
    describe: ({ book, span }, keys) =>
      describeCustomers(executor, { bookId: book.id, span, customerIds: keys.map(Number) }),
  };
}

async function loadPage(
  executor: Executor,
  opened: Opened,
  {
    page,
    summand,
    valuesOf,
  }: {
    readonly page: PageAsked;
    readonly summand: Summand;
    readonly valuesOf: (span: Span) => Values;
  },
): Promise<FoundPage> {
  const { book, span, filters, column } = opened;
  const { rates: table, currencies, days } = await loadValuedDays(executor, opened, span);
  const query = { bookId: book.id, filters };
  const valued = { table, currencies, days };
  return findPage(executor, contributionsOf(query, termsOf(summand, span), { span, valued }), {
    page,
    valueOf(of) {
      const amount = isCount(summand) ? of : divideFractions(of, PARTS);
      return valuesOf(spanWith(summand, amount, span))[column]!;
    },
  });
}

const PARTS = fraction(PARTS_A_MINOR_UNIT);

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
  const [opening, all, rates] = await Promise.all([
    kind === null ? findCustomerOpenings(executor, query, span.from) : [],
    findCustomerMovements(executor, query, { ...span, kind }),
    findRates(executor, currency),
  ]);
  const table = rateTable(currency, rates);
  const openings = Map.groupBy(opening, ({ customerId }) => customerId);
  const moved = Map.groupBy(all, ({ customerId }) => customerId);
  const days = daysOf(span.from, span.to);
  const spanOf = remembered((facts) =>
    kind === null ? bridge(facts, [span], () => days)[0]! : flow(facts, span),
  );
  return [...new Set([...openings.keys(), ...moved.keys()])].map((customerId) => {
    const movements = moved.get(customerId) ?? [];
    const facts = { opening: openings.get(customerId) ?? [], movements, rates: table };
    return { customerId, span: spanOf(facts) };
  });
}

/** Prices are few, so that most customers who did not move are alike. */
function remembered(spanOf: (facts: BridgeFacts) => Span): (facts: BridgeFacts) => Span {
  const known = new Map<string, Span>();
  return (facts) => {
    const [only, ...others] = facts.opening;
    if (only === undefined || others.length > 0 || facts.movements.length > 0) return spanOf(facts);
    const key = `${only.currency} ${only.parts} ${only.customers}`;
    const found = known.get(key) ?? spanOf(facts);
    known.set(key, found);
    return found;
  };
}

/** What moved, without the days between, on which rates alone do. */
function flow(facts: BridgeFacts, { from, to }: DaySpan): Span {
  const days = [...new Set(facts.movements.map(({ day }) => day))];
  const spans = bridge(
    facts,
    days.map((day) => ({ from: day, to: day })),
  );
  return spans.reduce((sum, each) => ({ ...addSpans(sum, each), from, to }));
}

/** The flows of both; neither start nor end are said by them. */
function addSpans(first: Span, second: Span): Span {
  const movements = { ...first.movements };
  for (const kind of bridgeKinds) {
    movements[kind] = addFractions(first.movements[kind], second.movements[kind]);
  }
  const customers = { ...first.customers };
  for (const kind of ['new', 'reactivated', 'churned', 'transferred'] as const) {
    customers[kind] += second.customers[kind];
  }
  return { ...first, movements, customers };
}
