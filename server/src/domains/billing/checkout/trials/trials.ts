import type { Consumer } from '../../../outbox/index.ts';
import type { PaymentGateway } from '../../gateway/gateway.ts';
import type { Refresh } from '../refresh.ts';
import { TRIAL_REFUSED } from './admit.ts';

export interface TrialDependencies {
  readonly gateway: PaymentGateway;
  readonly refresh: Refresh;
}

/** Ends a trial that was refused: without a charge, since nobody has agreed to pay today. */
export function trialsConsumer({ gateway, refresh }: TrialDependencies): Consumer {
  return {
    name: 'billing_trials',
    topics: [TRIAL_REFUSED],
    async handle({ payload }) {
      const { subscription: subscriptionId, customer } = payload as Record<string, string>;
      if (subscriptionId === undefined || customer === undefined) return;
      if (!(await isTrialing(gateway, customer, subscriptionId))) return;
      await gateway.cancelNow({ subscriptionId, idempotencyKey: `trial:${subscriptionId}` });
      await refresh(customer);
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
