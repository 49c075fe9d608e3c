import type { Route } from '../../../platform/routes.ts';
import { adjustmentRoutes } from './adjustment-routes.ts';
import { staffSubscriptionRoutes, type SubscriptionRouteParts } from './subscription-routes.ts';

/** What staff do with money. */
export function staffMoneyRoutes(parts: SubscriptionRouteParts): Route[] {
  return [...staffSubscriptionRoutes(parts), ...adjustmentRoutes(parts)];
}
