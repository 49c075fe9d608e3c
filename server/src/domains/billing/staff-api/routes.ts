import type { Route } from '../../../platform/routes.ts';
import { adjustmentRoutes } from './adjustment-routes.ts';
import { customerLinkRoutes } from './customers/routes.ts';
import type { LinkDependencies } from './customers/links.ts';
import { invoiceDeedRoutes, type InvoiceDeedParts } from './invoices/routes.ts';
import type { PerformDependencies } from './perform.ts';
import { standingRoute } from './standing-route.ts';
import { staffSubscriptionRoutes } from './subscription-routes.ts';

/** What staff do with money. */
export function staffMoneyRoutes(
  parts: PerformDependencies & InvoiceDeedParts & LinkDependencies,
): Route[] {
  return [
    standingRoute(parts),
    ...staffSubscriptionRoutes(parts),
    ...adjustmentRoutes(parts),
    ...invoiceDeedRoutes(parts),
    ...customerLinkRoutes(parts),
  ];
}
