import type { Executor } from '../../../../platform/database.ts';
import type { Metric } from '../registry/metric.ts';
import { dimensions } from '../store.ts';
import { growthMetric, timesCost, type GrowthMetric } from './growth-metric.ts';
import type { GrowthSources } from './sources.ts';

/** Spend is known by where customers came from, and not by what they bought. */
const OF_SPEND = ['source'] as const;

const METRICS: readonly GrowthMetric[] = [
  {
    name: 'ltv',
    title: 'Lifetime value',
    summary:
      'What a customer brings until they leave, if they go on leaving as they do in each span; ' +
      'there is none where nobody leaves. By month, since the rate is of the span.',
    formula: 'ARPA x gross margin / customer churn; the margin is 1 where no cost is on record',
    unit: 'money',
    value: ({ ltv }) => ltv,
    from: [
      'arpa',
      'gross_margin',
      'churn_rate',
      'mrr_end',
      'customers_end',
      'customers_churned',
      'customers_start',
    ],
    opens: 'customers_churned',
    dimensions,
    takesAttributes: true,
  },
  {
    name: 'cac',
    title: 'Cost of a new customer',
    summary: 'What is spent on winning a customer.',
    formula: 'Marketing spend / new customers',
    unit: 'money',
    value: ({ cac }) => cac,
    from: ['spend', 'customers_new'],
    opens: 'spend',
    dimensions: OF_SPEND,
  },
  {
    name: 'cac_payback',
    title: 'Payback of the cost of a new customer',
    summary: 'How many months of revenue a new customer costs.',
    formula: '(marketing spend / new customers) / (ARPA x gross margin)',
    unit: 'months',
    value: ({ payback }) => payback,
    from: ['cac', 'arpa', 'gross_margin', 'spend', 'customers_new', 'mrr_end', 'customers_end'],
    opens: 'spend',
    dimensions: OF_SPEND,
  },
  {
    name: 'ltv_to_cac',
    title: 'Lifetime value to cost',
    summary: 'How many times its cost a customer brings until they leave.',
    formula: 'Lifetime value / cost of a new customer',
    unit: 'ratio',
    value: timesCost,
    from: ['ltv', 'cac', 'arpa', 'gross_margin', 'churn_rate', 'spend', 'customers_new'],
    opens: 'spend',
    dimensions: OF_SPEND,
  },
];

/** What customers cost and what they are worth. */
export function growthMetrics(executor: Executor, sources: GrowthSources): Metric[] {
  return METRICS.map((metric) => growthMetric(executor, metric, sources));
}
