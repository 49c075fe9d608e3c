import type { ModelAccount, ModelGrant, ModelSubscription } from './account.ts';
import type { RefusedShown } from './answers.ts';
import type { Micro, ModelPlan } from './catalog.ts';
import { beginPeriods, fitOpenPeriods, openPeriodOf, startAnew } from './time.ts';

/** What every command is told besides: how many there were before it. */
export interface Commanded {
  commands: number;
}

/**
 * A command changes the facts from now on; what is counted already stays. Of an account of which
 * nothing has been counted, and which has seen no command, the facts count as having been so.
 */
function withFacts(account: ModelAccount, before: Commanded, change: () => void): void {
  const isFresh = !account.isTouched && before.commands === 0;
  before.commands += 1;
  change();
  if (isFresh) beginPeriods(account);
}

export function recordSubscription(
  account: ModelAccount,
  before: Commanded,
  state: { readonly subscription: ModelSubscription | null; readonly startedMs: number },
): void {
  const { nowMs } = account;
  const { subscription } = state;
  const isFresh = !account.isTouched && before.commands === 0;
  const starts = subscription !== null && startsService(account, subscription);
  withFacts(account, before, () => {
    // A start that was to come is told anew or called off.
    const anchorMs = isFresh ? state.startedMs : Math.max(state.startedMs, nowMs);
    const keptUntil = starts ? Math.min(anchorMs, nowMs) : nowMs;
    account.anchors = account.anchors.filter((anchor) => anchor <= keptUntil);
    if (isFresh) {
      if (starts) account.anchors.push(anchorMs);
    } else {
      fitOpenPeriods(account);
      if (starts) startAnew(account, anchorMs);
    }
    account.subscription = subscription;
  });
}

const SERVED = ['active', 'trialing', 'past_due'];

/** Whether paid or tried service begins where there was none. */
function startsService(account: ModelAccount, next: ModelSubscription): boolean {
  if (next.status !== 'active' && next.status !== 'trialing') return false;
  const last = account.subscription;
  if (last === null || !SERVED.includes(last.status)) return true;
  if (last.startedMs > account.nowMs) return true;
  const hasLapsed = last.cancelAtMs !== null && last.cancelAtMs <= account.nowMs;
  return hasLapsed && last.startedMs !== next.startedMs;
}

export function overridePlan(
  account: ModelAccount,
  before: Commanded,
  change: { readonly number: number; readonly plan: ModelPlan; readonly endsMs: number | null },
): RefusedShown | null {
  const { planChange, nowMs } = account;
  if (planChange !== null && (planChange.endsMs === null || planChange.endsMs > nowMs)) {
    return { error: 'plan_change_in_force' };
  }
  withFacts(account, before, () => {
    account.planChange = { ...change, startsMs: nowMs };
  });
  return null;
}

export function endPlanChange(account: ModelAccount, before: Commanded): void {
  withFacts(account, before, () => {
    account.planChange = null;
  });
}

/** With an end it adds to each period until then; without one to the period that is open. */
export function boost(
  account: ModelAccount,
  before: Commanded,
  given: {
    readonly number: number;
    readonly feature: string;
    readonly amount: Micro;
    readonly endsMs: number | null;
  },
): void {
  withFacts(account, before, () => {
    const isLevel = account.levels.has(given.feature);
    const period = openPeriodOf(account, given.feature);
    const isForOne = given.endsMs === null && !isLevel;
    account.boosts.push({
      ...given,
      startsMs: account.nowMs,
      endsMs: isForOne ? period.endMs : given.endsMs,
      periodStartMs: isForOne ? period.startMs : null,
    });
  });
}

export function grantPack(
  account: ModelAccount,
  before: Commanded,
  given: {
    readonly number: number;
    readonly feature: string;
    readonly amount: Micro;
    readonly endsMs: number | null;
  },
): void {
  withFacts(account, before, () => {
    account.packs.push({ ...given, startsMs: account.nowMs, periodStartMs: null });
  });
}

/** A repeat of the same source adds nothing, but it is a command. */
export function repeatPack(account: ModelAccount, before: Commanded): void {
  withFacts(account, before, () => undefined);
}

/** What a command ends, ends a millisecond later, so that what it gave until now is counted. */
export function endGrant(
  account: ModelAccount,
  before: Commanded,
  grant: ModelGrant,
): RefusedShown | null {
  const endMs = account.nowMs + 1;
  if (grant.endsMs !== null && grant.endsMs <= endMs) return { error: 'not_in_force' };
  withFacts(account, before, () => {
    grant.endsMs = endMs;
  });
  return null;
}

export function consent(
  account: ModelAccount,
  before: Commanded,
  given: { readonly feature: string; readonly capMinor: number; readonly currency: string },
): void {
  withFacts(account, before, () => {
    account.consents.set(given.feature, given);
  });
}
