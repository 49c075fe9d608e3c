export type {
  AccessFacts,
  BoostFact,
  GivenOverride,
  OverageConsentFact,
  OverrideSpan,
  PackFact,
  PlanChangeFact,
  SubscriptionFact,
} from './facts.ts';
export type { ChangeCause, HistorySource, SubscriptionChange } from './history/change.ts';
export { isContractItem, type ContractPrice } from './history/contract.ts';
export type {
  DiscountRecord,
  InvoiceRecord,
  InvoiceStatus,
  ItemRecord,
  LineRecord,
  PriceRecord,
  SubscriptionRecord,
} from './history/records.ts';
export { deriveHistory } from './history.ts';
export {
  displayAmount,
  nextAmountChangeMs,
  recurringAmount,
  recurringAmounts,
  type AmountAt,
  type AmountOff,
  type AmountProfile,
  type Interval,
  type PercentOff,
  type RecurringDiscount,
  type RecurringItem,
  type RecurringShare,
  type RecurringTerms,
} from './recurring-amount.ts';
export { loadFacts } from './store-facts.ts';
export {
  closeExpiredPlanChanges,
  endGrant,
  findGivenOverride,
  findGrantOfSource,
  endOverride,
  findOverrideSpans,
  findOverrideType,
  insertGrant,
  insertPlanChange,
  insertQuotaBoost,
  putOverageConsent,
  type NewOverride,
} from './store.ts';
export {
  appendContract,
  appendHistory,
  findHistory,
  HISTORY_CHANGED,
  type DerivedHistory,
  type RecordedChange,
} from './store-history.ts';
export { findLiveAtStripe, hasSubscribed } from './store-purchases.ts';
export {
  countSubscribers,
  findHeldTerms,
  findSubscribers,
  type Subscriber,
  type SubscriberCount,
} from './store-subscribers.ts';
export {
  endLapsedSubscription,
  findLiveSubscription,
  findRecordedSubscription,
  findSubscriptionOfStripe,
  insertSubscription,
  listContracts,
  updateSubscription,
} from './store-subscriptions.ts';
export {
  isRecorded,
  isServed,
  startsService,
  type RecordedSubscription,
  type SubscriptionSource,
  type SubscriptionState,
} from './subscription.ts';
