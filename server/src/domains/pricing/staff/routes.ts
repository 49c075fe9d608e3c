import type { Route } from '../../../platform/routes.ts';
import type { Accounts } from '../../accounts/index.ts';
import { draftsRoutes } from '../drafts/routes.ts';
import type { Drafts } from '../drafts/service.ts';
import type { Quotes } from '../quotes/service.ts';
import { eventTypesRoutes } from '../sold/event-types-routes.ts';
import { packsRoutes, type SoldDependencies } from '../sold/packs-routes.ts';
import type { LoadRevenue } from './code-answer.ts';
import { codesRoutes } from './codes-routes.ts';
import { pricesRoutes } from './prices-routes.ts';
import { quotesStaffRoutes } from './quotes-routes.ts';
import { redemptionsRoutes } from './redemptions-routes.ts';
import { rulesRoutes } from './rules-routes.ts';

export interface PricingStaffDependencies extends SoldDependencies {
  readonly accounts: Pick<Accounts, 'getUser'>;
  readonly quotes: Pick<Quotes, 'explain'>;
  readonly drafts: Drafts;
  readonly loadRevenue: LoadRevenue;
}

/** What staff do about plans that are to come, and about prices. */
export function pricingStaffRoutes(deps: PricingStaffDependencies): Route[] {
  return [
    ...draftsRoutes(deps.drafts),
    ...packsRoutes(deps),
    ...eventTypesRoutes(deps),
    ...rulesRoutes(deps),
    ...pricesRoutes(deps),
    ...codesRoutes(deps),
    ...redemptionsRoutes(deps),
    ...quotesStaffRoutes(deps.quotes),
  ];
}
