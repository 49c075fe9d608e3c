export type {
  AccessFacts,
  BoostFact,
  OverageConsentFact,
  PackFact,
  PlanChangeFact,
  SubscriptionFact,
} from './facts.ts';
export { loadFacts } from './store-facts.ts';
export {
  closeExpiredPlanChanges,
  endGrant,
  endOverride,
  findLiveSubscription,
  findOverrideType,
  insertGrant,
  insertPlanChange,
  insertQuotaBoost,
  putOverageConsent,
  putSubscription,
  type NewOverride,
} from './store.ts';
export {
  isServed,
  startsService,
  type SubscriptionSource,
  type SubscriptionState,
} from './subscription.ts';
