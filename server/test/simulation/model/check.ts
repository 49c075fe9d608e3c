import { takenOf, type ModelAccount } from './account.ts';
import { countsShown, type CheckShown } from './answers.ts';
import { isCounted, plansOnSale, termsAt, type Micro, type ModelPlan } from './catalog.ts';
import { limitOf, planAt } from './limits.ts';
import { openPeriodOf } from './time.ts';

export interface Question {
  readonly feature: string;
  readonly amount: Micro;
  readonly value: string | undefined;
}

/** May the account do this now? If not: why, and which plan would allow it. */
export function checkNow(account: ModelAccount, question: Question): CheckShown {
  const { plan, restriction } = planAt(account, account.nowMs);
  const { feature } = question;
  const counted = isCounted(account.catalog, feature);
  if (counted) account.isTouched = true;
  const period = counted ? openPeriodOf(account, feature) : null;
  const terms = termsAt(account.catalog, plan, feature, account.nowMs);
  const refusal = refusalNow(account, plan, question);
  const isPaymentAllThatIsMissing =
    refusal !== null && restriction !== null && wouldAllow(account, restriction.from, question);
  const shown = {
    plan: plan.slug,
    value: terms?.kind === 'values' ? (terms.isList ? terms.values : terms.values[0]!) : null,
    balance: period === null ? null : countsShown(account, period),
  };
  if (refusal === null) return { ...shown, allowed: true, reason: 'ok', upgrade: null };
  if (isPaymentAllThatIsMissing) {
    const reason = `subscription_${restriction.cause}`;
    return { ...shown, allowed: false, reason, upgrade: restriction.from.slug };
  }
  const dearer = plansOnSale(account.catalog).filter((other) => other.position > plan.position);
  const upgrade = dearer.find((other) => wouldAllow(account, other, question))?.slug ?? null;
  return { ...shown, allowed: false, reason: refusal, upgrade };
}

function refusalNow(account: ModelAccount, plan: ModelPlan, question: Question): string | null {
  const { feature, amount, value } = question;
  const terms = termsAt(account.catalog, plan, feature, account.nowMs);
  if (isCounted(account.catalog, feature)) {
    const period = openPeriodOf(account, feature);
    const { limit, ceiling } = limitOf(account, period);
    // Boosts and packs may give what the plan does not.
    if (terms === null && limit === 0n) return 'feature_not_in_plan';
    return ceiling === null || takenOf(period) + amount <= ceiling ? null : 'quota_exceeded';
  }
  if (terms === null) return 'feature_not_in_plan';
  if (terms.kind !== 'values' || value === undefined) return null;
  return terms.values.includes(value) || (terms.isList && terms.values.includes('*'))
    ? null
    : 'value_not_allowed';
}

/** Whether a plan by itself would allow it, with what is used and held already. */
function wouldAllow(account: ModelAccount, plan: ModelPlan, question: Question): boolean {
  const { feature, amount, value } = question;
  const terms = termsAt(account.catalog, plan, feature, account.nowMs);
  if (terms === null) return false;
  if (terms.kind === 'counted') {
    return terms.limit === null || takenOf(openPeriodOf(account, feature)) + amount <= terms.limit;
  }
  if (terms.kind !== 'values' || value === undefined) return true;
  return terms.values.includes(value) || (terms.isList && terms.values.includes('*'));
}
