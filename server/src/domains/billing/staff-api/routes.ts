import type { Route } from '../../../platform/routes.ts';
import { adjustmentRoutes } from './adjustment-routes.ts';
import { invoiceDeedRoutes, type InvoiceDeedParts } from './invoices/routes.ts';
import { staffSubscriptionRoutes, type SubscriptionRouteParts } from './subscription-routes.ts';

/** What staff do with money. */
export function staffMoneyRoutes(parts: SubscriptionRouteParts & InvoiceDeedParts): Route[] {
  return [
    ...staffSubscriptionRoutes(parts),
    ...adjustmentRoutes(parts),
    ...invoiceDeedRoutes(parts),
  ];
}
