import type { Tx } from '../../engine/transaction.ts';
import { DAY_SECONDS, HOUR_SECONDS } from '../../money/calendar.ts';
import { subscriptionNow } from './render.ts';
import { nextPhaseEnd } from './schedules/rows.ts';
import { hasEnded, periodOf, type SubscriptionRow } from './rows.ts';

/** What falls due for a subscription: the kinds of its timers. */
export const DUE = {
  /** The end of its period, of its trial, of its phase, or of itself. */
  turn: 'subscription_turn',
  upcoming: 'subscription_upcoming_invoice',
  trialWillEnd: 'subscription_trial_will_end',
  expiry: 'subscription_first_payment_expiry',
  pendingExpiry: 'subscription_pending_update_expiry',
  collection: 'subscription_collection_resumes',
  resumption: 'subscription_resumption_expiry',
} as const;

/** How long a first payment, and a pending update, is waited for. */
export const PATIENCE_SECONDS = 23 * HOUR_SECONDS;
const UPCOMING_SECONDS = 7 * DAY_SECONDS;
export const TRIAL_NOTICE_SECONDS = 3 * DAY_SECONDS;

/** Sets all timers of a subscription anew, by what it is now. */
export function setTimers(tx: Tx, row: SubscriptionRow): void {
  const { id: subject, testClock: clock } = row;
  const now = subscriptionNow(tx, row);
  const set = (kind: string, at: number | null): void => {
    if (at === null) tx.unschedule(kind, subject);
    else tx.schedule({ kind, subject, at, clock });
  };
  const { start, end } = periodOf(row);
  const lives = !hasEnded(row);
  const turns = lives && row.status !== 'incomplete' && row.status !== 'paused';
  const ends = [turns ? end : null, row.cancelAt, nextPhaseEnd(tx, row, now)];
  const ahead = ends.filter((each) => each !== null);
  set(DUE.turn, lives && ahead.length > 0 ? Math.min(...ahead) : null);
  const upcoming = end - UPCOMING_SECONDS;
  const isFollowed = row.cancelAt === null || row.cancelAt > end;
  const isTold = turns && isFollowed && upcoming > Math.max(now, start);
  set(DUE.upcoming, isTold ? upcoming : null);
  const notice = (row.trialEnd ?? 0) - TRIAL_NOTICE_SECONDS;
  set(DUE.trialWillEnd, row.status === 'trialing' && notice > now ? notice : null);
  set(DUE.expiry, row.status === 'incomplete' ? row.created + PATIENCE_SECONDS : null);
  set(DUE.pendingExpiry, row.pendingUpdate?.expiresAt ?? null);
  set(DUE.collection, lives ? (row.pauseCollection?.resumesAt ?? null) : null);
}
