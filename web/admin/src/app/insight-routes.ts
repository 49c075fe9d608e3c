import { createRoute, lazyRouteComponent } from '@tanstack/react-router';
import { INSIGHT_PARAMS } from './filters.ts';
import { inside } from './inside.ts';
import { only } from './search-params.ts';

const overview = createRoute({
  getParentRoute: () => inside,
  path: '/insights',
  validateSearch: only(...INSIGHT_PARAMS),
  component: lazyRouteComponent(() => import('../areas/metrics/overview.tsx'), 'Overview'),
});
const dashboard = createRoute({
  getParentRoute: () => inside,
  path: '/insights/$dashboard',
  validateSearch: only(...INSIGHT_PARAMS),
  component: lazyRouteComponent(() => import('../areas/metrics/dashboard.tsx'), 'Dashboard'),
});
const metrics = createRoute({
  getParentRoute: () => inside,
  path: '/insights/metrics',
  validateSearch: only(...INSIGHT_PARAMS),
  component: lazyRouteComponent(() => import('../areas/metrics/metric-list.tsx'), 'MetricList'),
});
const metric = createRoute({
  getParentRoute: () => inside,
  path: '/insights/metrics/$metric',
  validateSearch: only(...INSIGHT_PARAMS, 'breakdown'),
  component: lazyRouteComponent(() => import('../areas/metrics/metric.tsx'), 'Metric'),
});
const rows = createRoute({
  getParentRoute: () => inside,
  path: '/insights/metrics/$metric/rows',
  validateSearch: only(...INSIGHT_PARAMS, 'at', 'column'),
  component: lazyRouteComponent(() => import('../areas/metrics/rows.tsx'), 'Rows'),
});
const movements = createRoute({
  getParentRoute: () => inside,
  path: '/insights/movements',
  validateSearch: only(...INSIGHT_PARAMS, 'at'),
  component: lazyRouteComponent(() => import('../areas/metrics/movements.tsx'), 'Movements'),
});
const customer = createRoute({
  getParentRoute: () => inside,
  path: '/insights/customers/$customer',
  validateSearch: only('profile'),
  component: lazyRouteComponent(() => import('../areas/metrics/story.tsx'), 'Story'),
});
const annotations = createRoute({
  getParentRoute: () => inside,
  path: '/insights/annotations',
  validateSearch: only('annotation'),
  component: lazyRouteComponent(() => import('../areas/metrics/annotations.tsx'), 'Annotations'),
});

/** The views of figures. */
export const INSIGHT_ROUTES = [
  overview,
  metrics,
  metric,
  rows,
  movements,
  customer,
  annotations,
  dashboard,
] as const;
