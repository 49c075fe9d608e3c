import type { Clock } from '@whisperforge/kernel/clock';
import type { Database } from '../../../../platform/database.ts';
import { publish, type Consumer } from '../../../outbox/index.ts';
import type { PaymentGateway } from '../../gateway/gateway.ts';
import type { Effect } from '../../projection/effect.ts';
import type { Secrets } from '../../secrets/secrets.ts';
import type { Refresh } from '../refresh.ts';
import { claimCard, insertTrialUse } from './store.ts';

const TRIAL_BEGAN = 'billing.trial_began';

/** Has every trial's card looked at, once. */
export const noteTrials: Effect = async ({ access, customer, retrievedMs }) => {
  const { tx, account } = access;
  for (const remote of customer.subscriptions) {
    if (remote.trial === null) continue;
    const use = { subscriptionId: remote.id, accountId: account.id };
    if (!(await insertTrialUse(tx, use, retrievedMs))) continue;
    const payload = { subscription: remote.id, customer: customer.id };
    const event = { topic: TRIAL_BEGAN, accountId: account.id, payload };
    await publish(tx, [{ ...event, recordedMs: retrievedMs }]);
  }
};

export interface TrialDependencies {
  readonly database: Database;
  readonly gateway: PaymentGateway;
  readonly clock: Clock;
  readonly secrets: Secrets;
  readonly refresh: Refresh;
}

/**
 * Ends a trial whose card had one before, in whichever account: without a charge, since nobody has
 * agreed to pay today. Only a digest of the card's fingerprint is kept, and it outlives accounts.
 */
export function trialsConsumer(deps: TrialDependencies): Consumer {
  const { database, gateway, clock, secrets } = deps;
  return {
    name: 'billing_trials',
    topics: [TRIAL_BEGAN],
    async handle({ payload }) {
      const { subscription: subscriptionId, customer } = payload as Record<string, string>;
      if (subscriptionId === undefined || customer === undefined) return;
      const fingerprint = await gateway.findCardFingerprint(subscriptionId);
      if (fingerprint === null) return;
      const cardDigest = await secrets.digest('cards', fingerprint);
      const nowMs = clock.nowMs();
      const claim = await database.transaction((tx) =>
        claimCard(tx, { subscriptionId, cardDigest, nowMs }),
      );
      if (claim === 'first' || !(await isTrialing(gateway, customer, subscriptionId))) return;
      await gateway.cancelNow({ subscriptionId, idempotencyKey: `trial:${subscriptionId}` });
      await deps.refresh(customer);
    },
  };
}

/** One that has been paid for since is left alone. */
async function isTrialing(
  gateway: PaymentGateway,
  customerId: string,
  subscriptionId: string,
): Promise<boolean> {
  const retrieval = await gateway.retrieveCustomer(customerId);
  if (retrieval.kind !== 'found') return false;
  const found = retrieval.customer.subscriptions.find(({ id }) => id === subscriptionId);
  return found?.status === 'trialing';
}
