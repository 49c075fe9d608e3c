import type { MetricDefinition } from '../../src/api/metrics/figures.ts';

const DIMENSIONS = ['plan', 'cycle', 'currency', 'country', 'source', 'cohort'];

const definition = (
  name: string,
  title: string,
  area: string,
  columns: MetricDefinition['columns'],
): MetricDefinition => ({
  name,
  title,
  area,
  summary: 'What subscriptions bring a month, at the end of each span.',
  formula: 'Sum of what active and past due subscriptions bring, normalised to a month',
  columns,
  opens: columns.find(({ adds }) => adds)?.name ?? null,
  dimensions: DIMENSIONS,
  takes_attributes: true,
  one_of: null,
  granularities: ['day', 'week', 'month'],
  profile_notes: { stripe: 'Discounts for ever lower MRR; those that end do not.' },
});

/** A column of a metric's answer. */
export const column = (name: string, title: string, unit: string, adds = true) => ({
  name,
  title,
  unit,
  adds,
});

/** What a server that measures says of its metrics. */
export const DEFINITIONS: readonly MetricDefinition[] = [
  definition('mrr', 'Monthly recurring revenue', 'revenue', [
    column('value', 'Monthly recurring revenue', 'money'),
    column('mrr_start', 'MRR at the start', 'money'),
  ]),
  definition('movements', 'MRR movements', 'revenue', [column('value', 'Change', 'money', false)]),
  definition('customers', 'Customers', 'customers', [column('value', 'Customers', 'count')]),
  definition('customer_retention', 'Customers retained', 'retention', [
    column('value', 'Customers retained', 'share', false),
    column('customers_begun', 'Ever became customers', 'count'),
    column('customers_end', 'Customers at the end', 'count'),
  ]),
  definition('free_to_paid', 'Free to paid', 'growth', [
    column('value', 'Free to paid', 'share', false),
    column('signed_up', 'Signed up', 'count'),
    column('tried', 'Of these, began a trial', 'count'),
    column('paid', 'Of these, paid', 'count'),
  ]),
  definition('customer_churn', 'Customer churn', 'retention', [
    column('value', 'Customer churn', 'share', false),
    column('customers_churned', 'Customers who left', 'count'),
  ]),
  definition('ai_cost', 'AI cost', 'costs', [column('value', 'AI cost', 'unit_money')]),
  {
    ...definition('consumption', 'Consumption', 'usage', [
      column('value', 'Consumption', 'quantity'),
    ]),
    one_of: 'feature',
  },
];
