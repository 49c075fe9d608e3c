import { createHash } from 'node:crypto';
import type { Database } from '../../../platform/database.ts';
import { AppError } from '../../../platform/errors.ts';
import { findCustomerOfAccount } from '../../accounts/index.ts';
import { findLiveSubscription } from '../../subscriptions/index.ts';
import { SUBSCRIPTION_BY_CONTRACT, SUBSCRIPTION_MISSING } from '../errors.ts';
import type { PaymentGateway } from '../gateway/gateway.ts';
import type { RemoteCustomer, RemoteSubscription } from '../gateway/remote.ts';
import { contentOf } from './decide-present.ts';

export interface LiveSubscription {
  readonly customerId: string;
  readonly subscriptionId: string;
}

/** Which subscription of Stripe's an account has; throws why there is none that can be changed. */
export async function requireLive(
  database: Database,
  accountId: number,
): Promise<LiveSubscription> {
  const live = await database.transaction((tx) => findLiveSubscription(tx, accountId));
  if (live === null) throw subscriptionMissing();
  const customerId = await findCustomerOfAccount(database, accountId);
  if (live.stripeSubscriptionId === null || customerId === null) {
    const message = 'The subscription is kept by a contract, and changed by staff.';
    throw new AppError(SUBSCRIPTION_BY_CONTRACT, { message });
  }
  return { customerId, subscriptionId: live.stripeSubscriptionId };
}

export interface FoundSubscription {
  readonly customer: RemoteCustomer;
  readonly remote: RemoteSubscription;
  /** By which it is known again, as far as previews depend on it. */
  readonly digest: string;
}

/** As it stands at Stripe now. */
export async function retrieveLive(
  gateway: PaymentGateway,
  { customerId, subscriptionId }: LiveSubscription,
): Promise<FoundSubscription> {
  const retrieval = await gateway.retrieveCustomer(customerId);
  const customer = retrieval.kind === 'found' ? retrieval.customer : undefined;
  const remote = customer?.subscriptions.find(({ id }) => id === subscriptionId);
  if (customer === undefined || remote === undefined || remote.endedMs !== null) {
    throw subscriptionMissing();
  }
  const content = JSON.stringify(contentOf(remote, customer.balanceMinor));
  return { customer, remote, digest: createHash('sha256').update(content).digest('hex') };
}

function subscriptionMissing(): AppError {
  const message = 'The account has no live subscription; a checkout makes one.';
  return new AppError(SUBSCRIPTION_MISSING, { message });
}
