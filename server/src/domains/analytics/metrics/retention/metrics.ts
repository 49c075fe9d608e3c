import { fraction, subtractFractions } from '@whisperforge/kernel/fraction';
import type { Executor } from '../../../../platform/database.ts';
import { ratio } from '../formulas.ts';
import type { Column, Metric, Values } from '../registry/metric.ts';
import { SHORT_STAYS } from '../revenue/profile-notes.ts';
import { describeCustomers } from '../revenue/store-subjects.ts';
import { dimensions } from '../store.ts';
import { loadKept, loadKeptPage, loadKeptRows, type Kept } from './load-kept.ts';

const money = (name: string, title: string): Column => ({ name, title, unit: 'money', adds: true });
const count = (name: string, title: string): Column => ({ name, title, unit: 'count', adds: true });

const START = money('mrr_start', 'MRR at the start');
const CUSTOMERS = [
  count('customers_start', 'Customers at the start'),
  count('customers_kept', 'Of these, customers at the end'),
];

function valuesOf({ start, end, capped, customers, stayed }: Kept): Values {
  return {
    mrr_start: start,
    mrr_kept: end,
    mrr_capped: capped,
    mrr_changed: subtractFractions(end, start),
    mrr_lost: subtractFractions(start, capped),
    customers_start: fraction(BigInt(customers)),
    customers_kept: fraction(BigInt(stayed)),
  };
}

const SEGMENTS =
  'Accounts are in the segment that they were in at the start, and exchange rates are those of ' +
  'the start.';

const NRR = {
  name: 'nrr',
  title: 'Net revenue retention',
  area: 'retention',
  summary: `What the accounts of a span's start bring at its end. ${SEGMENTS}`,
  formula: 'MRR at the end of the accounts that paid at the start / their MRR at the start',
  columns: [
    { name: 'value', title: 'Net revenue retention', unit: 'share', adds: false },
    START,
    money('mrr_kept', 'Their MRR at the end'),
    money('mrr_changed', 'What they bring more or less'),
    ...CUSTOMERS,
  ],
  opens: 'mrr_changed',
} as const;

const GRR = {
  name: 'grr',
  title: 'Gross revenue retention',
  area: 'retention',
  summary: `The same without what accounts bring more than at the start. ${SEGMENTS}`,
  formula:
    'MRR at the end of the accounts that paid at the start, each no more than at the start / ' +
    'their MRR at the start',
  columns: [
    { name: 'value', title: 'Gross revenue retention', unit: 'share', adds: false },
    START,
    money('mrr_capped', 'Their MRR at the end, each no more than at the start'),
    money('mrr_lost', 'What was lost of it'),
    ...CUSTOMERS,
  ],
  opens: 'mrr_lost',
} as const;

/** How much of what accounts brought at the start of a span is there at its end. */
export function retentionMetrics(executor: Executor): Metric[] {
  const metric = (
    definition: typeof NRR | typeof GRR,
    withValue: (kept: Kept) => Values,
  ): Metric => ({
    ...definition,
    dimensions,
    takesAttributes: true,
    granularities: ['day', 'week', 'month'],
    profileNotes: SHORT_STAYS,
    load: (question) => loadKept(executor, question, withValue),
    rows: {
      load: (opened) => loadKeptRows(executor, opened, withValue),
      page: (opened, page) => loadKeptPage(executor, opened, page),
      describe: ({ book, span }, keys) =>
        describeCustomers(executor, { bookId: book.id, span, customerIds: keys.map(Number) }),
    },
  });
  return [
    metric(NRR, (kept) => ({ ...valuesOf(kept), value: ratio(kept.end, kept.start) })),
    metric(GRR, (kept) => ({ ...valuesOf(kept), value: ratio(kept.capped, kept.start) })),
  ];
}
