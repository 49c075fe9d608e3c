import type { Tx } from '../../../engine/transaction.ts';
import { cancelSubscription } from '../cancel.ts';
import { lacksPaymentMethod } from '../terms/payment-method.ts';
import { putSubscription, subscriptionNow, tellSubscription } from '../render.ts';
import { getSubscription, type SubscriptionRow } from '../rows.ts';
import { setTimers, TRIAL_NOTICE_SECONDS } from '../timers.ts';

/** Tells of a trial's end three days before, or at once where it is nearer than that. */
export function tellTrialWillEnd(tx: Tx, id: string): void {
  const row = getSubscription(tx, id);
  if (row.status === 'trialing') {
    tellSubscription(tx, 'customer.subscription.trial_will_end', row);
  }
}

export function tellShortTrial(tx: Tx, row: SubscriptionRow): void {
  const notice = (row.trialEnd ?? 0) - TRIAL_NOTICE_SECONDS;
  if (row.status === 'trialing' && notice <= subscriptionNow(tx, row)) {
    tellTrialWillEnd(tx, row.id);
  }
}

/**
 * Ends a trial that cannot be followed by a paid period, as `trial_settings` asks for where there
 * is no payment method. Answers `undefined` where the subscription goes on.
 */
export function endUnpaidTrial(tx: Tx, row: SubscriptionRow): SubscriptionRow | undefined {
  if (row.missingPaymentMethod === 'create_invoice') return undefined;
  if (row.collectionMethod === 'send_invoice' || !lacksPaymentMethod(tx, row)) return undefined;
  if (row.missingPaymentMethod === 'cancel') return cancelSubscription(tx, row.id);
  const now = subscriptionNow(tx, row);
  const paused = putSubscription(tx, {
    ...row,
    status: 'paused',
    trialEnd: now,
    pause: { at: now, reason: 'trial_end_without_payment_method' },
  });
  setTimers(tx, paused);
  tellSubscription(tx, 'customer.subscription.paused', paused);
  return paused;
}
