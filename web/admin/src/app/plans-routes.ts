import { createRoute, lazyRouteComponent } from '@tanstack/react-router';
import { inside } from './inside.ts';
import { only } from './search-params.ts';

const plans = createRoute({
  getParentRoute: () => inside,
  path: '/plans',
  validateSearch: only('deed'),
  component: lazyRouteComponent(() => import('../areas/plans/plans.tsx'), 'Plans'),
});
const plan = createRoute({
  getParentRoute: () => inside,
  path: '/plans/versions/$plan',
  validateSearch: only('move', 'deed'),
  component: lazyRouteComponent(() => import('../areas/plans/plan.tsx'), 'Plan'),
});
const draft = createRoute({
  getParentRoute: () => inside,
  path: '/plans/drafts/$plan',
  validateSearch: only('view', 'user', 'deed'),
  component: lazyRouteComponent(() => import('../areas/plans/draft/draft.tsx'), 'Draft'),
});
const features = createRoute({
  getParentRoute: () => inside,
  path: '/plans/features',
  validateSearch: only('q', 'feature', 'deed'),
  component: lazyRouteComponent(() => import('../areas/plans/features.tsx'), 'Features'),
});
const packs = createRoute({
  getParentRoute: () => inside,
  path: '/plans/packs',
  validateSearch: only('pack', 'deed'),
  component: lazyRouteComponent(() => import('../areas/plans/packs/packs.tsx'), 'Packs'),
});
const events = createRoute({
  getParentRoute: () => inside,
  path: '/plans/events',
  validateSearch: only('event', 'deed'),
  component: lazyRouteComponent(
    () => import('../areas/plans/events/event-types.tsx'),
    'EventTypes',
  ),
});
const migrations = createRoute({
  getParentRoute: () => inside,
  path: '/plans/migrations',
  component: lazyRouteComponent(() => import('../areas/plans/migrations.tsx'), 'Migrations'),
});
const migration = createRoute({
  getParentRoute: () => inside,
  path: '/plans/migrations/$migration',
  validateSearch: only('state'),
  component: lazyRouteComponent(() => import('../areas/plans/migration.tsx'), 'Migration'),
});

/** The views of what is sold; `versions` and `drafts` come first, so that any slug can follow. */
export const PLANS_ROUTES = [
  plans,
  plan,
  draft,
  features,
  packs,
  events,
  migrations,
  migration,
] as const;
