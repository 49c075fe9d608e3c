import { addMonths } from '@whisperforge/kernel/period';
import type { Process } from '../../../test/simulation/process.ts';
import type { SubscriptionState } from '../subscriptions/index.ts';

export function planIdOf(process: Process, slug: string): number {
  return process.catalog.current().current.find((plan) => plan.slug === slug)!.id;
}

/** A contract for the plan pro that has begun at an instant, but for what is said. */
export function subscribedSince(
  process: Process,
  startedMs: number,
  said: Partial<SubscriptionState> = {},
): SubscriptionState {
  return {
    planId: planIdOf(process, 'pro'),
    status: 'active',
    source: 'stripe',
    billingCycle: 'monthly',
    seats: 1,
    startedMs,
    period: { startMs: startedMs, endMs: addMonths(startedMs, 1) },
    trialEndMs: null,
    cancelAtMs: null,
    pastDueSinceMs: null,
    scheduled: null,
    endedMs: null,
    stripeSubscriptionId: null,
    ...said,
  };
}
