import type { Clock } from '@whisperforge/kernel/clock';
import type { Database } from '../../../platform/database.ts';
import { findAccountOfCustomer, noteStripeCustomer } from '../../accounts/index.ts';
import type { RemoteCustomer } from '../gateway/remote.ts';
import { isUnlinked } from '../staff-api/customers/store-links.ts';
import { liveIds, type Obstacle } from './obstacles/obstacle.ts';

/** Whose a customer of Stripe's is. */
export type Owner =
  | { readonly kind: 'account'; readonly accountId: number }
  | { readonly kind: 'nobody' }
  /** Its account is another customer; the metadata of both name it. */
  | (Obstacle & { readonly kind: 'second_customer' });

/** By what was noted, or else by what the customer's own metadata say. */
export async function findOwner(
  { database, clock }: { readonly database: Database; readonly clock: Clock },
  { id: stripeCustomerId, metadata, subscriptions }: RemoteCustomer,
): Promise<Owner> {
  const known = await findAccountOfCustomer(database, stripeCustomerId);
  if (known !== undefined) return { kind: 'account', accountId: known };
  const named = metadata['account_id'];
  if (named === undefined || !/^[1-9]\d{0,15}$/.test(named)) return { kind: 'nobody' };
  if (await isUnlinked(database, stripeCustomerId)) return { kind: 'nobody' };
  const accountId = Number(named);
  const knownId = await database.transaction((tx) =>
    noteStripeCustomer(tx, { accountId, stripeCustomerId, nowMs: clock.nowMs() }),
  );
  if (knownId === undefined) return { kind: 'nobody' };
  if (knownId === stripeCustomerId) return { kind: 'account', accountId };
  const subscriptionIds = liveIds(subscriptions);
  const customerId = stripeCustomerId;
  return { kind: 'second_customer', customerId, knownId, accountId, subscriptionIds };
}
