import type { Tx } from '../../../platform/database.ts';
import { AppError } from '../../../platform/errors.ts';
import { findAccountOfCustomer, noteStripeCustomer, setCurrency } from '../../accounts/index.ts';
import { CUSTOMER_NOT_IMPORTABLE } from '../errors.ts';
import type { RemoteCustomer } from '../gateway/remote.ts';
import type { Effect } from './effect.ts';

/** Whose a customer becomes that was at Stripe before. */
export interface Adopter {
  readonly accountId: number;
}

/** Makes a customer the account's, in the transaction that also writes what follows. */
export async function adoptCustomer(
  tx: Tx,
  { accountId }: Adopter,
  customer: RemoteCustomer,
  nowMs: number,
): Promise<void> {
  const owner = await findAccountOfCustomer(tx, customer.id);
  if (owner === accountId) return;
  if (owner !== undefined) refuse(`it is the customer of account ${owner}`);
  const noted = await noteStripeCustomer(tx, {
    accountId,
    stripeCustomerId: customer.id,
    nowMs,
  });
  if (noted !== customer.id) refuse(`its user is customer ${noted ?? 'of nobody'} already`);
  if (customer.currency !== null) await setCurrency(tx, accountId, customer.currency);
}

/** One live subscription is what an account has; which of several goes is not for an import. */
export const refuseSeveral: Effect = ({ duplicates }) => {
  if (duplicates.length > 0) refuse('it has several live subscriptions');
  return Promise.resolve();
};

export function refuse(why: string): never {
  throw new AppError(CUSTOMER_NOT_IMPORTABLE, { message: why });
}
