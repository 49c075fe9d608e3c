import { addFractions, fraction, type Fraction } from '@whisperforge/kernel/fraction';
import { shiftDay, type DaySpan } from '@whisperforge/kernel/period';
import type { Executor } from '../../../../platform/database.ts';
import type { Span } from '../bridge.ts';
import { minorUnitsOfWorth, type SpanMovement } from '../bridge-spans.ts';
import { ratio } from '../formulas.ts';
import type { Column, Metric, Opened, Question, Values } from '../registry/metric.ts';
import { BRIDGE, bridgeValues } from '../revenue/columns.ts';
import { loadBridges, loadValuedDays } from '../revenue/load-bridge.ts';
import { SHORT_STAYS } from '../revenue/profile-notes.ts';
import { bridgeRows } from '../revenue/rows.ts';
import { findSpanMovements, type Dimension } from '../store.ts';

/**
 * Who and how much is still there of all that ever began, up to each span. Taken apart by cohort, a
 * column a cohort and a line a month, it is the picture of how cohorts hold.
 */
export function cohortMetrics(executor: Executor): Metric[] {
  return [
    cohortMetric(executor, {
      name: 'customer_retention',
      title: 'Customers retained',
      summary:
        'How many of those who ever became customers are there at the end of each span; by ' +
        'cohort, of those who first paid in a month.',
      formula: 'Customers at the end / all who have ever become customers until then',
      columns: [
        { name: 'customers_begun', title: 'Ever became customers', unit: 'count', adds: true },
        BRIDGE.customers_end,
      ],
      value: ({ customers_end: end, customers_begun: begun }) => ratio(end!, begun!),
      opens: 'customers_end',
    }),
    cohortMetric(executor, {
      name: 'revenue_retention',
      title: 'Revenue retained',
      summary:
        'What is there at the end of each span of the MRR that customers began with, and what ' +
        'they came to bring more; by cohort, of those who first paid in a month.',
      formula: 'MRR at the end / the new MRR of all who have ever become customers until then',
      columns: [
        { name: 'mrr_begun', title: 'New MRR until then', unit: 'money', adds: true },
        BRIDGE.mrr_end,
      ],
      value: ({ mrr_end: end, mrr_begun: begun }) => ratio(end!, begun!),
      opens: 'mrr_end',
    }),
  ];
}

interface CohortMetric extends Pick<Metric, 'name' | 'title' | 'summary' | 'formula' | 'opens'> {
  readonly columns: readonly Column[];
  readonly value: (values: Values) => Fraction | null;
}

/** Customers come and go with the plan they are on, so that only what they keep is a segment. */
const DIMENSIONS: readonly Dimension[] = ['cohort', 'country', 'source'];

function cohortMetric(executor: Executor, { columns, value, ...told }: CohortMetric): Metric {
  const ofCustomers = bridgeRows(executor, bridgeValues);
  return {
    ...told,
    area: 'retention',
    columns: [{ name: 'value', title: told.title, unit: 'share', adds: false }, ...columns],
    dimensions: DIMENSIONS,
    takesAttributes: true,
    granularities: ['month', 'week', 'day'],
    profileNotes: SHORT_STAYS,
    async load(question) {
      const [groups, begun] = await Promise.all([
        loadBridges(executor, question),
        loadBegun(executor, question),
      ]);
      return groups.map(({ key, spans }) => {
        const before = begun.get(key);
        return {
          key,
          points: spans.map((span, index) => {
            const values = valuesOf(span, before?.[index]);
            const { carried, missing } = span;
            return { values: { ...values, value: value(values) }, carried, missing };
          }),
        };
      });
    },
    rows: {
      load: (opened) => ofCustomers.load(sinceBegun(opened)),
      page: (opened, page) => ofCustomers.page(sinceBegun(opened), page),
      describe: ofCustomers.describe,
    },
  };
}

/** Who has ever begun until a day is who was new from the first day to that one. */
const BEGUN: Readonly<Record<string, string>> = {
  customers_begun: 'customers_new',
  mrr_begun: 'new',
};

function sinceBegun(opened: Opened): Opened {
  if (!(opened.column in BEGUN)) return opened;
  const span = { from: FIRST_DAY, to: opened.span.to };
  return { ...opened, span, column: BEGUN[opened.column]! };
}

interface Begun {
  readonly mrr: Fraction;
  readonly customers: number;
}

function valuesOf({ end, customers }: Span, begun: Begun | undefined): Values {
  return {
    mrr_end: end,
    customers_end: counted(customers.end),
    mrr_begun: begun?.mrr ?? fraction(0n),
    customers_begun: counted(begun?.customers ?? 0),
  };
}

function counted(number: number): Fraction {
  return fraction(BigInt(number));
}

const FIRST_DAY = '0001-01-01';

/** What all who ever came began with, up to the end of each span; at the rates of their days. */
async function loadBegun(
  executor: Executor,
  { book, currency, spans, filters, breakdown }: Question,
): Promise<ReadonlyMap<string | null, readonly Begun[]>> {
  const query = { bookId: book.id, filters, breakdown };
  const earlier = { from: FIRST_DAY, to: shiftDay(spans[0]!.from, -1) };
  const all = [earlier, ...spans];
  const range = { from: FIRST_DAY, to: spans.at(-1)!.to };
  const { days: rates } = await loadValuedDays(executor, { book, currency }, range);
  const movements = await findSpanMovements(executor, query, { spans: all, rates, kind: 'new' });
  const byKey = Map.groupBy(movements, ({ key }) => key);
  return new Map([...byKey].map(([key, begun]) => [key, begunUpTo(all, begun).slice(1)]));
}

function begunUpTo(spans: readonly DaySpan[], begun: readonly SpanMovement[]): Begun[] {
  const bySpan = Map.groupBy(begun, ({ span }) => span);
  let [mrr, customers] = [fraction(0n), 0];
  return spans.map((_, index) => {
    for (const { worth, customers: count } of bySpan.get(index) ?? []) {
      mrr = addFractions(mrr, minorUnitsOfWorth(worth));
      customers += count;
    }
    return { mrr, customers };
  });
}
