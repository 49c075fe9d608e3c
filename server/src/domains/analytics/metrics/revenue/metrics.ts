import { fraction, subtractFractions, type Fraction } from '@whisperforge/kernel/fraction';
import type { Executor } from '../../../../platform/database.ts';
import { bridgeKinds, type Span } from '../bridge.ts';
import {
  annualRunRate,
  arpa,
  customerChurnRate,
  grossMrrChurnRate,
  netMrrChurnRate,
  quickRatio,
} from '../formulas.ts';
import type { Metric } from '../registry/metric.ts';
import { bridgeMetric, type BridgeMetric } from './bridge-metric.ts';
import { BRIDGE_IDENTITY } from './columns.ts';
import { DISCOUNTS, SHORT_STAYS } from './profile-notes.ts';

const NOTHING = fraction(0n);

/** What was lost, as a positive amount. */
function lost({ movements }: Span): { readonly churn: Fraction; readonly contraction: Fraction } {
  return {
    churn: subtractFractions(NOTHING, movements.churn),
    contraction: subtractFractions(NOTHING, movements.contraction),
  };
}

const METRICS: readonly BridgeMetric[] = [
  {
    name: 'mrr',
    title: 'Monthly recurring revenue',
    area: 'revenue',
    summary: 'What subscriptions bring a month, at the end of each span.',
    formula:
      'Sum of what active and past due subscriptions bring, normalised to a month (year / 12, ' +
      'week x 52 / 12), without trials, tax, use and free plans',
    unit: 'money',
    value: ({ end }) => end,
    from: ['mrr_start', 'customers_end'],
    opens: 'value',
    adds: 'mrr_end',
    profileNotes: DISCOUNTS,
  },
  {
    name: 'movements',
    title: 'MRR movements',
    area: 'revenue',
    summary: 'Why MRR is at the end of a span what it was not at its start.',
    formula:
      'MRR at the end - MRR at the start = new + reactivation + expansion - contraction - churn ' +
      '+ transfers between segments + what other exchange rates make of it',
    unit: 'money',
    value: ({ start, end }) => subtractFractions(end, start),
    from: [
      'mrr_start',
      ...bridgeKinds,
      'mrr_end',
      'customers_start',
      'customers_new',
      'customers_reactivated',
      'customers_churned',
      'customers_transferred',
      'customers_end',
    ],
    opens: 'value',
    adds: 'net',
    identity: { ...BRIDGE_IDENTITY, difference: 'value' },
    profileNotes: SHORT_STAYS,
  },
  {
    name: 'arr',
    title: 'Annual run rate',
    area: 'revenue',
    summary: 'A year of the MRR at the end of each span.',
    formula: 'MRR x 12',
    unit: 'money',
    value: ({ end }) => annualRunRate(end),
    from: ['mrr_end'],
    opens: 'value',
    adds: 'mrr_end',
  },
  {
    name: 'arpa',
    title: 'Average revenue per account',
    area: 'revenue',
    summary: 'What a paying customer brings a month.',
    formula: 'MRR / customers, both at the end',
    unit: 'money',
    value: ({ end, customers }) => arpa(end, customers.end),
    from: ['mrr_end', 'customers_end'],
    opens: 'mrr_end',
  },
  {
    name: 'customers',
    title: 'Customers',
    area: 'customers',
    summary: 'Accounts that bring MRR, at the end of each span.',
    formula: 'Customers at the start + new + who came back - who left + from other segments, net',
    unit: 'count',
    value: ({ customers }) => fraction(BigInt(customers.end)),
    from: [
      'customers_start',
      'customers_new',
      'customers_reactivated',
      'customers_churned',
      'customers_transferred',
    ],
    opens: 'value',
    adds: 'customers_end',
    profileNotes: SHORT_STAYS,
  },
  {
    name: 'customer_churn',
    title: 'Customer churn',
    area: 'retention',
    summary: 'How many of the customers at the start of a span left in it.',
    formula: 'Customers who left / customers at the start',
    unit: 'share',
    value: ({ customers }) => customerChurnRate(customers.churned, customers.start),
    from: ['customers_churned', 'customers_start'],
    opens: 'customers_churned',
    profileNotes: SHORT_STAYS,
  },
  {
    name: 'gross_mrr_churn',
    title: 'Gross MRR churn',
    area: 'retention',
    summary: 'How much of the MRR at the start of a span was lost in it.',
    formula: '(churn + contraction) / MRR at the start',
    unit: 'share',
    value: (span) => grossMrrChurnRate(span.start, lost(span)),
    from: ['churn', 'contraction', 'mrr_start'],
    opens: 'churn',
    profileNotes: SHORT_STAYS,
  },
  {
    name: 'net_mrr_churn',
    title: 'Net MRR churn',
    area: 'retention',
    summary: 'What was lost less what customers of before came to bring more; below 0 is growth.',
    formula: '(churn + contraction - expansion - reactivation) / MRR at the start',
    unit: 'share',
    value: (span) => netMrrChurnRate(span.start, { ...span.movements, ...lost(span) }),
    from: ['churn', 'contraction', 'expansion', 'reactivation', 'mrr_start'],
    opens: 'churn',
    profileNotes: SHORT_STAYS,
  },
  {
    name: 'quick_ratio',
    title: 'Quick ratio',
    area: 'growth',
    summary: 'How much MRR is won for each unit that is lost.',
    formula: '(new + reactivation + expansion) / (churn + contraction)',
    unit: 'ratio',
    value: (span) => quickRatio({ ...span.movements, ...lost(span) }),
    from: ['new', 'reactivation', 'expansion', 'contraction', 'churn'],
    opens: 'new',
    profileNotes: SHORT_STAYS,
  },
];

/** The metrics that follow from bridges alone. */
export function revenueMetrics(executor: Executor): Metric[] {
  return METRICS.map((metric) => bridgeMetric(executor, metric));
}
