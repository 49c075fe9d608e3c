export {
  covers,
  effectivePlanAt,
  nextPlanChange,
  type AccessContext,
  type EffectivePlan,
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
  isOverLimit,
  isWithinCeiling,
  limitOf,
  markBooked,
  remainingOf,
  takenOf,
  type Balance,
  type BalanceAnswer,
} from './balance.ts';
export { packsLeftFor, type PackBurn, type PackLedger } from './packs.ts';
export { quotaPeriodAt, quotaPeriodsWithin } from './quota-period.ts';
