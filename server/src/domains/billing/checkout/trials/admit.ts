import type { Database } from '../../../../platform/database.ts';
import type { AccessChange } from '../../../access/index.ts';
import { publish } from '../../../outbox/index.ts';
import { findSubscriptionOfStripe } from '../../../subscriptions/index.ts';
import type { RemoteCustomer, RemoteSubscription } from '../../gateway/remote.ts';
import { createSecrets } from '../../secrets/secrets.ts';
import { claimTrial } from './store.ts';

export const TRIAL_REFUSED = 'billing.trial_refused';

/**
 * Of the card that a customer's trial is had by, only a digest is kept, and it outlives accounts.
 * It is made before the transaction, which asks nobody outside.
 */
export async function digestCard(
  database: Database,
  { subscriptions, defaultCard }: RemoteCustomer,
): Promise<Buffer | null> {
  const fingerprint = defaultCard?.fingerprint ?? null;
  const hasTrial = subscriptions.some(({ trial }) => trial !== null);
  if (fingerprint === null || !hasTrial) return null;
  return createSecrets({ database }).digest('cards', fingerprint);
}

/**
 * A customer without the trials whose card had one before, in whichever account: to everything that
 * follows they have never begun, so that nothing is granted or written for them. What was served
 * before its card was known stays until it has ended at Stripe.
 */
export async function admitTrials(
  { tx, account }: AccessChange,
  customer: RemoteCustomer,
  of: {
    readonly cardDigest: Buffer | null;
    readonly mayRefuse: boolean;
    readonly nowMs: number;
  },
): Promise<RemoteCustomer> {
  const refused = new Set<string>();
  for (const remote of customer.subscriptions) {
    if (remote.trial === null) continue;
    const { id: subscriptionId } = remote;
    const isRefusable = of.mayRefuse && remote.status === 'trialing';
    const trial = { subscriptionId, accountId: account.id, isRefusable };
    const cardDigest = remote.endedMs === null ? of.cardDigest : null;
    const claim = await claimTrial(tx, { ...trial, cardDigest }, of.nowMs);
    if (claim === 'granted') continue;
    if (claim === 'refused_now') {
      const payload = { subscription: subscriptionId, customer: customer.id };
      const event = { topic: TRIAL_REFUSED, accountId: account.id, payload };
      await publish(tx, [{ ...event, recordedMs: of.nowMs }]);
    }
    if (isPaidFor(remote, customer)) continue;
    if ((await findSubscriptionOfStripe(tx, subscriptionId)) === null) refused.add(subscriptionId);
  }
  if (refused.size === 0) return customer;
  const subscriptions = customer.subscriptions.filter(({ id }) => !refused.has(id));
  return { ...customer, subscriptions };
}

/** It has outlived its trial, by money. */
function isPaidFor({ id, status }: RemoteSubscription, { invoices }: RemoteCustomer): boolean {
  if (status === 'trialing') return false;
  return invoices.some(
    ({ subscriptionId, amountPaidMinor }) => subscriptionId === id && amountPaidMinor > 0,
  );
}
