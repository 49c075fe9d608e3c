// pure

export interface DashboardPlan {
  /** In the address. */
  readonly name: string;
  readonly title: string;
  /** Whose metrics are on it. */
  readonly areas: readonly string[];
  /** The metric that is taken apart on it, and by what. */
  readonly broken: string;
  readonly breakdowns: readonly string[];
}

const SEGMENTS = ['plan', 'country', 'source', 'cycle'];

const plan = (
  name: string,
  title: string,
  { areas = [name], broken = 'mrr', breakdowns = [] }: Partial<DashboardPlan> = {},
): DashboardPlan => ({ name, title, areas, broken, breakdowns });

export const DASHBOARDS: readonly DashboardPlan[] = [
  plan('revenue', 'Revenue', { areas: ['revenue', 'payments'], breakdowns: ['plan', 'country'] }),
  plan('retention', 'Retention'),
  plan('customers', 'Customers', { broken: 'customers', breakdowns: SEGMENTS }),
  plan('usage', 'Usage'),
  plan('costs', 'Cost and margin'),
  plan('growth', 'Growth', { breakdowns: ['source'] }),
  plan('operations', 'Operations', { areas: ['operations', 'support'] }),
];
