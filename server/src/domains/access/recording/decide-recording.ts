// pure
import { AppError } from '../../../platform/errors.ts';
import type { RecordedSubscription, SubscriptionState } from '../../subscriptions/index.ts';
import {
  SUBSCRIPTION_ENDED,
  SUBSCRIPTION_LIVE,
  SUBSCRIPTION_OF_ANOTHER_ACCOUNT,
} from '../errors.ts';

export interface RecordingFacts {
  readonly accountId: number;
  /** The account's subscription that has not been told to have ended. */
  readonly live: RecordedSubscription | null;
  /** What is on record of the subscription that the news is of. */
  readonly known: RecordedSubscription | null;
  readonly nowMs: number;
}

export interface Recording {
  /** The row that the news is written to; `null` is a new one. */
  readonly row: RecordedSubscription | null;
  /** A row that was to end by now, and makes room. */
  readonly lapsed: RecordedSubscription | null;
  /** Whether the news is of what the account is, or comes to be, subscribed to. */
  readonly isPresent: boolean;
}

/**
 * Where news of a subscription belongs. What has ended is recorded in its own row, and changes
 * nothing of another that lives; two that live at once are refused. A scheduled cancellation
 * ends a subscription at its instant, though nobody has told that it has.
 */
export function decideRecording(facts: RecordingFacts, state: SubscriptionState): Recording {
  const { live, known, nowMs } = facts;
  if (known !== null && known.accountId !== facts.accountId) {
    throw new AppError(SUBSCRIPTION_OF_ANOTHER_ACCOUNT, {
      message: `Subscription ${known.stripeSubscriptionId} is another account's.`,
    });
  }
  if (state.endedMs !== null) {
    const isContract = known === null && live !== null && isContractOf(live, state);
    if (isContract) return { row: live, lapsed: null, isPresent: true };
    return { row: known, lapsed: null, isPresent: live === null || known?.id === live.id };
  }
  if (known !== null && known.endedMs === null) {
    return { row: known, lapsed: null, isPresent: true };
  }
  if (known !== null && known.stripeSubscriptionId !== null) {
    throw new AppError(SUBSCRIPTION_ENDED, {
      message: `Subscription ${known.stripeSubscriptionId} has ended, and cannot live again.`,
    });
  }
  if (live === null) return { row: null, lapsed: null, isPresent: true };
  const hasLapsed = live.cancelAtMs !== null && live.cancelAtMs <= nowMs;
  if (hasLapsed) return { row: null, lapsed: live, isPresent: true };
  // A contract is known by being the only one; its start may be corrected.
  if (isContractOf(live, state)) return { row: live, lapsed: null, isPresent: true };
  throw new AppError(SUBSCRIPTION_LIVE, {
    message: 'The account has a live subscription already; it must end before another begins.',
  });
}

function isContractOf(live: RecordedSubscription, state: SubscriptionState): boolean {
  const haveNoId = live.stripeSubscriptionId === null && state.stripeSubscriptionId === null;
  return haveNoId && live.source === state.source;
}
