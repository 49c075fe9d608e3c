import { createRoute, lazyRouteComponent } from '@tanstack/react-router';
import { inside } from './inside.ts';
import { only } from './search-params.ts';

const rules = createRoute({
  getParentRoute: () => inside,
  path: '/pricing',
  validateSearch: only('type', 'state', 'rule', 'deed'),
  component: lazyRouteComponent(() => import('../areas/pricing/rules/rules.tsx'), 'Rules'),
});
const codes = createRoute({
  getParentRoute: () => inside,
  path: '/pricing/codes',
  validateSearch: only('prefix', 'batch', 'state', 'code', 'deed'),
  component: lazyRouteComponent(() => import('../areas/pricing/codes/codes.tsx'), 'Codes'),
});
const agreed = createRoute({
  getParentRoute: () => inside,
  path: '/pricing/agreed',
  validateSearch: only('user'),
  component: lazyRouteComponent(() => import('../areas/pricing/agreed/agreed.tsx'), 'Agreed'),
});
const tester = createRoute({
  getParentRoute: () => inside,
  path: '/pricing/tester',
  validateSearch: only('plan', 'cycle', 'user', 'seats', 'code', 'currency'),
  component: lazyRouteComponent(() => import('../areas/pricing/tester/tester.tsx'), 'Tester'),
});

/** The views of how prices come about. */
export const PRICING_ROUTES = [rules, codes, agreed, tester] as const;
