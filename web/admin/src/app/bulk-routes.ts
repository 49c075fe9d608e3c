import { createRoute, lazyRouteComponent } from '@tanstack/react-router';
import { inside } from './inside.ts';
import { only } from './search-params.ts';

const bulkDeeds = createRoute({
  getParentRoute: () => inside,
  path: '/bulk-deeds',
  component: lazyRouteComponent(() => import('../areas/users/bulk/bulk-deeds.tsx'), 'BulkDeeds'),
});
const bulkDeed = createRoute({
  getParentRoute: () => inside,
  path: '/bulk-deeds/$deed',
  validateSearch: only('state'),
  component: lazyRouteComponent(() => import('../areas/users/bulk/bulk-deed.tsx'), 'BulkDeedPage'),
});

/** What is done to many users at once. */
export const BULK_ROUTES = [bulkDeeds, bulkDeed];
