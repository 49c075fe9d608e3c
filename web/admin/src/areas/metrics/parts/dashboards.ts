// pure

/** A metric that is taken apart by a dimension. */
export interface TakenApart {
  readonly metric: string;
  readonly by: string;
}

export interface DashboardPlan {
  /** In the address. */
  readonly name: string;
  readonly title: string;
  /** Whose metrics are on it. */
  readonly areas: readonly string[];
  readonly apart: readonly TakenApart[];
}

const apart = (metric: string, ...dimensions: readonly string[]): TakenApart[] =>
  dimensions.map((by) => ({ metric, by }));

export const DASHBOARDS: readonly DashboardPlan[] = [
  {
    name: 'revenue',
    title: 'Revenue',
    areas: ['revenue', 'payments'],
    apart: apart('mrr', 'plan', 'country'),
  },
  {
    name: 'retention',
    title: 'Retention',
    areas: ['retention'],
    apart: apart('customer_churn', 'plan'),
  },
  {
    name: 'customers',
    title: 'Customers',
    areas: ['customers'],
    apart: apart('customers', 'plan', 'cycle', 'country', 'source'),
  },
  {
    name: 'usage',
    title: 'Usage',
    areas: ['usage'],
    apart: [
      ...apart('consumption', 'feature', 'plan'),
      ...apart('feature_adoption', 'feature', 'plan', 'signed_up'),
      ...apart('quota_pressure', 'feature', 'plan'),
      ...apart('api_requests', 'key', 'route', 'hour'),
    ],
  },
  {
    name: 'costs',
    title: 'Cost and margin',
    areas: ['costs'],
    apart: [
      ...apart('ai_cost', 'model', 'feature'),
      ...apart('gross_margin', 'plan'),
      ...apart('cost_per_minute', 'model'),
      ...apart('cost_per_output', 'prompt'),
    ],
  },
  {
    name: 'growth',
    title: 'Growth',
    areas: ['growth'],
    apart: [
      ...apart('mrr', 'source'),
      ...apart('free_to_paid', 'campaign'),
      ...apart('promotions', 'code'),
    ],
  },
  {
    name: 'operations',
    title: 'Operations',
    areas: ['operations', 'support'],
    apart: [
      ...apart('response_time', 'route'),
      ...apart('error_rate', 'route'),
      ...apart('support_tickets', 'plan', 'priority'),
      ...apart('nps', 'plan'),
    ],
  },
];
