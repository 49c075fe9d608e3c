// pure

/** Who keeps the subscription: Stripe, a contract (in MRR), or a present (not in MRR). */
export type SubscriptionSource = 'stripe' | 'manual' | 'gift';

/** A subscription as it stands, however it came to be so. */
export interface SubscriptionState {
  readonly planId: number;
  /** Stripe's word; one that is not known grants nothing. */
  readonly status: string;
  readonly source: SubscriptionSource;
  readonly billingCycle: 'monthly' | 'yearly';
  readonly seats: number;
  readonly startedMs: number;
  readonly period: { readonly startMs: number; readonly endMs: number };
  readonly trialEndMs: number | null;
  readonly cancelAtMs: number | null;
  readonly pastDueSinceMs: number | null;
  readonly scheduled: { readonly planId: number; readonly atMs: number } | null;
  readonly endedMs: number | null;
  readonly stripeSubscriptionId: string | null;
}

const SERVED = new Set(['active', 'trialing', 'past_due']);

/** Whether a status means that service is being paid for, tried, or owed for. */
export function isServed(status: string): boolean {
  return SERVED.has(status);
}

/** A subscription as it is on record; one that has not been told to have ended has no `endedMs`. */
export interface RecordedSubscription extends SubscriptionState {
  readonly id: number;
  readonly accountId: number;
}

/** Whether news of a subscription says nothing but what is on record. */
export function isRecorded(recorded: RecordedSubscription, state: SubscriptionState): boolean {
  const { period, scheduled, ...simple } = state;
  const isSame = (Object.keys(simple) as (keyof typeof simple)[]).every(
    (name) => recorded[name] === simple[name],
  );
  return (
    isSame &&
    recorded.period.startMs === period.startMs &&
    recorded.period.endMs === period.endMs &&
    recorded.scheduled?.planId === scheduled?.planId &&
    recorded.scheduled?.atMs === scheduled?.atMs
  );
}

/**
 * Whether service starts from none: the only event that moves the account's quota anchor. A change
 * of plan or cycle, a recovery from failed payment and a renewal keep the quota period as it is,
 * and so does a cancellation that is withdrawn. `before` is what is known of the same
 * subscription, `null` where it is another one than was served before.
 */
export function startsService(
  before: Pick<RecordedSubscription, 'status' | 'startedMs'> | null,
  after: SubscriptionState,
  nowMs: number,
): boolean {
  const isServedNow = after.endedMs === null && isServed(after.status);
  if (!isServedNow || after.status === 'past_due') return false;
  return before === null || !isServed(before.status) || before.startedMs > nowMs;
}
