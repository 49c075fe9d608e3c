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
  findOverrideType,
  insertGrant,
  insertPlanChange,
  insertQuotaBoost,
  putOverageConsent,
  type NewOverride,
} from './store.ts';
export {
  endLapsedSubscription,
  findLiveSubscription,
  findRecordedSubscription,
  insertSubscription,
  updateSubscription,
} from './store-subscriptions.ts';
export {
  isServed,
  startsService,
  type RecordedSubscription,
  type SubscriptionSource,
  type SubscriptionState,
} from './subscription.ts';
