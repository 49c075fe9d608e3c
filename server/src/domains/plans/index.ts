export { createCatalogCache, type CatalogCache } from './cache.ts';
export {
  currentPlan,
  defaultPlanAt,
  implicitEventType,
  planVersion,
  termsOf,
  type Beyond,
  type BillingCycle,
  type Catalog,
  type Count,
  type Dimension,
  type EventType,
  type ExtraSeat,
  type Feature,
  type FeatureKind,
  type FeatureTerms,
  type Pack,
  type PackDefinition,
  type PackPrice,
  type PlanPrice,
  type PlanVersion,
} from './catalog.ts';
export {
  compareContent,
  contentOf,
  type Difference,
  type PlanContent,
  type PlanDraft,
  type Price,
} from './content.ts';
export {
  checkEventType,
  checkFeature,
  checkKey,
  checkName,
  checkSlug,
  checkText,
  checkUnique,
  isSameWriting,
  refuseKindChange,
  requireOneDefault,
  writeEventType,
  writeFeature,
} from './definitions.ts';
export { refuseFaults } from './errors.ts';
export { checkExtraSeat } from './extras/extra-seat.ts';
export { checkPack, currentPack, packUnknown, writePack } from './extras/pack.ts';
export {
  packPriceKey,
  planPriceKey,
  seatPriceKey,
  soldPrices,
  type SoldPrice,
} from './extras/sold-prices.ts';
export { noteStripePrice } from './extras/store-stripe.ts';
export { applyPack, withdrawPack } from './extras/service.ts';
export { findWithdrawnPacks, type WithdrawnPack } from './extras/store.ts';
export { staffCommand, type StaffCommand } from './staff/command.ts';
export { recordChange, type CommandContext } from './record.ts';
export { plansRoutes } from './routes.ts';
export {
  applyEventType,
  applyFeature,
  createPlans,
  draftVersion,
  movePlan,
  publishVersions,
  withdrawPlan,
  type Publication,
} from './service.ts';
export { plansStaffRoutes } from './staff/routes.ts';
export { findCatalogVersion, loadCatalog } from './store-catalog.ts';
export { lockCatalog } from './store.ts';
export { parseTerms, pointer, writeTerms, type Faults, type WrittenTerms } from './terms.ts';
