import { DAY_MS } from '@whisperforge/kernel/period';
import { effectivePlanAt, type AccessContext } from '../../entitlements/index.ts';
import type { RecordedSubscription } from '../../subscriptions/index.ts';
import { NOTICE_MS, type DunningStep } from './step.ts';

export interface DueFacts {
  /** The account's live subscription. */
  readonly subscription: RecordedSubscription | null;
  readonly access: AccessContext;
  readonly nowMs: number;
}

export type DueDecision =
  | { readonly kind: 'happens' }
  | { readonly kind: 'dropped'; readonly reason: string }
  /** The grace period has become longer since. */
  | { readonly kind: 'waits'; readonly dueMs: number };

/** Whether a step whose time has come still happens: what counts is how access stands. */
export function decideDue(
  { step, subscriptionId, owedSinceMs }: DunningStep,
  { subscription, access, nowMs }: DueFacts,
): DueDecision {
  const isLive = subscription !== null && subscription.stripeSubscriptionId === subscriptionId;
  const isOwed = isLive && subscription.status === 'past_due';
  if (!isOwed || subscription.pastDueSinceMs === null) return dropped('nothing is owed any more');
  if (subscription.pastDueSinceMs !== owedSinceMs) return dropped('another payment is owed');
  const endMs = owedSinceMs + access.graceDays * DAY_MS;
  const dueMs = step === 'grace_ending' ? endMs - NOTICE_MS : endMs;
  if (dueMs > nowMs) return { kind: 'waits', dueMs };
  const isRestrictedNow = effectivePlanAt(access, nowMs).restriction !== null;
  if (step === 'restricted') {
    return isRestrictedNow ? { kind: 'happens' } : dropped('access is kept by something else');
  }
  if (isRestrictedNow) return dropped('access is restricted already');
  const isAhead = effectivePlanAt(access, endMs).restriction !== null;
  return isAhead ? { kind: 'happens' } : dropped('access is kept by something else');
}

function dropped(reason: string): DueDecision {
  return { kind: 'dropped', reason };
}
