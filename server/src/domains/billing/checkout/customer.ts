import { createHash } from 'node:crypto';
import { assert } from '@whisperforge/kernel/assert';
import type { Database } from '../../../platform/database.ts';
import { findCustomerOfAccount, noteStripeCustomer, type User } from '../../accounts/index.ts';
import { countCustomers } from '../inbox/store-leases.ts';
import type { PaymentGateway } from '../gateway/gateway.ts';

export interface CustomerDependencies {
  readonly database: Database;
  readonly gateway: PaymentGateway;
}

/**
 * The customer by which Stripe knows the user's account, made where there is none: one, however
 * many ask at the same moment, since they ask under one key.
 */
export async function ensureCustomer(
  { database, gateway }: CustomerDependencies,
  user: User,
  nowMs: number,
): Promise<string> {
  const { accountId } = user;
  const noted = await findCustomerOfAccount(database, accountId);
  if (noted !== null) return noted;
  // Those whom Stripe has deleted: counted before it is looked again whether there is one, so that
  // all who find none have counted the same.
  const before = await countCustomers(database, accountId);
  const known = await findCustomerOfAccount(database, accountId);
  if (known !== null) return known;
  const made = await gateway.createCustomer({
    email: user.email,
    name: user.name,
    metadata: { account_id: String(accountId), user: user.externalId },
    idempotencyKey: `customer:${accountId}:${digestOf(user)}${before === 0 ? '' : `:${before}`}`,
  });
  const kept = await database.transaction((tx) =>
    noteStripeCustomer(tx, { accountId, stripeCustomerId: made, nowMs }),
  );
  assert(kept !== undefined, 'a user has an account');
  return kept;
}

/** A key stands for what it was first used with, so that it names that. */
function digestOf({ externalId, email, name, createdMs }: User): string {
  const text = JSON.stringify([externalId, email, name, createdMs]);
  return createHash('sha256').update(text).digest('hex').slice(0, 16);
}
