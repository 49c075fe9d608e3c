export {
  covers,
  effectivePlanAt,
  nextPlanChange,
  planSourceAt,
  type AccessContext,
  type EffectivePlan,
  type PlanSource,
  type Restriction,
  type RestrictionCause,
} from './effective-plan.ts';
export {
  advanceBalance,
  closePeriod,
  isClosed,
  openBalance,
  refreshLimits,
  settleClosed,
  type BalanceContext,
  type ExpiringHold,
} from './advance-balance.ts';
export {
  answerOf,
  countsOf,
  isOverLimit,
  isWithinCeiling,
  markBooked,
  takenOf,
  type Balance,
  type BalanceAnswer,
  type CountedBalance,
} from './balance.ts';
export { packsLeftFor, type PackBurn, type PackLedger } from './packs.ts';
