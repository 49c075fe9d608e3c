// pure
import type { RecurringDiscount, RecurringItem, RecurringTerms } from '../recurring-amount.ts';
import type { SubscriptionSource } from '../subscription.ts';

/** Who keeps what a history tells; `import` is a Stripe account that came in whole. */
export type HistorySource = SubscriptionSource | 'import';

/** Why a subscription came to stand as it does. */
export type ChangeCause =
  | 'started'
  | 'activated'
  | 'trial_started'
  | 'trial_ended'
  | 'items_changed'
  | 'discounts_changed'
  | 'payment_failed'
  | 'recovered'
  | 'unpaid'
  | 'paused'
  | 'resumed'
  | 'ended'
  | 'expired'
  | 'status_changed';

/** How a subscription stands from an instant on, until the next one of its history. */
export interface SubscriptionChange extends RecurringTerms {
  readonly effectiveMs: number;
  readonly cause: ChangeCause;
}

export type HistoryState = Omit<SubscriptionChange, 'cause'>;

/**
 * The states that differ from the ones before them, each with its cause. They come in the order of
 * time, at most one for an instant. That a discount ended by itself is told by its end already.
 */
export function changesOf(states: readonly HistoryState[]): SubscriptionChange[] {
  const changes: SubscriptionChange[] = [];
  for (const state of states) {
    const before = changes.at(-1);
    if (before !== undefined && isAlike(before, state)) continue;
    changes.push({ ...state, cause: causeOf(before, state) });
  }
  return changes;
}

/** Whether all that is on record of two changes is the same. */
export function isSameChange(first: SubscriptionChange, second: SubscriptionChange): boolean {
  return canonical(first) === canonical(second);
}

function isAlike(before: HistoryState, after: HistoryState): boolean {
  const discounts = before.discounts.filter((each) => isOpenAt(each, after.effectiveMs));
  return (
    before.status === after.status &&
    before.currency === after.currency &&
    canonical(before.items) === canonical(after.items) &&
    canonical(discounts) === canonical(after.discounts)
  );
}

export function isOpenAt({ endMs }: Pick<RecurringDiscount, 'endMs'>, atMs: number): boolean {
  return endMs === null || endMs > atMs;
}

/** JSON with its members in order, because the database keeps another. */
function canonical(value: unknown): string {
  return JSON.stringify(value, (_key, member: unknown) =>
    isMembers(member)
      ? Object.fromEntries(Object.entries(member).toSorted(([a], [b]) => (a < b ? -1 : 1)))
      : member,
  );
}

function isMembers(value: unknown): value is Record<string, unknown> {
  return typeof value === 'object' && value !== null && !Array.isArray(value);
}

const ENTERED: Readonly<Record<string, ChangeCause>> = {
  trialing: 'trial_started',
  past_due: 'payment_failed',
  unpaid: 'unpaid',
  paused: 'paused',
  canceled: 'ended',
  incomplete_expired: 'expired',
};

const LEFT: Readonly<Record<string, ChangeCause>> = {
  incomplete: 'activated',
  trialing: 'trial_ended',
  past_due: 'recovered',
  unpaid: 'recovered',
  paused: 'resumed',
};

function causeOf(before: HistoryState | undefined, after: HistoryState): ChangeCause {
  if (before === undefined) return 'started';
  if (before.status !== after.status) {
    const left = after.status === 'active' ? LEFT[before.status] : undefined;
    return left ?? ENTERED[after.status] ?? 'status_changed';
  }
  return canonical(before.items) === canonical(after.items) ? 'discounts_changed' : 'items_changed';
}

/** The prices that a history names, for those who look for a plan. */
export function plansOf(items: readonly RecurringItem[]): number[] {
  const ids = items.flatMap(({ planId }) => (planId === null ? [] : [planId]));
  return [...new Set(ids)].toSorted((a, b) => a - b);
}
