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
