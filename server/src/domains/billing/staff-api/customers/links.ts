import { assert } from '@whisperforge/kernel/assert';
import type { Database, Tx } from '../../../../platform/database.ts';
import { AppError } from '../../../../platform/errors.ts';
import {
  bumpAccessVersion,
  findAccountOfCustomer,
  findCustomerOfAccount,
  forgetStripeCustomer,
  noteStripeCustomer,
  setCurrency,
  type Accounts,
} from '../../../accounts/index.ts';
import { appendAudit } from '../../../audit/index.ts';
import { findLiveAtStripe, findSubscriptionOfStripe } from '../../../subscriptions/index.ts';
import type { Refresh } from '../../checkout/refresh.ts';
import {
  CUSTOMER_IN_USE,
  CUSTOMER_LINKED,
  CUSTOMER_MISSING,
  CUSTOMER_NOT_LINKABLE,
} from '../../errors.ts';
import type { PaymentGateway } from '../../gateway/gateway.ts';
import type { RemoteCustomer } from '../../gateway/remote.ts';
import { wantCustomers } from '../../inbox/store.ts';
import { liveIds } from '../../projection/obstacles/obstacle.ts';
import type { StaffContext } from '../deed.ts';
import { requireLook } from '../invoices/refunds.ts';
import {
  findOtherOwner,
  forgetUnlinked,
  hasUnderWay,
  isUnlinked,
  noteUnlinked,
} from './store-links.ts';

export interface LinkDependencies {
  readonly database: Database;
  readonly gateway: PaymentGateway;
  readonly accounts: Accounts;
  readonly refresh: Refresh;
}

/** By which customer of Stripe's a user was known, and is now. */
export interface LinkChange {
  readonly before: string | null;
  readonly after: string | null;
  /** What the customer has that lives, who is linked. */
  readonly subscriptionIds: readonly string[];
  readonly invoiceCount: number;
}

/**
 * Takes the customer off, so that another can take its place. What Stripe tells of it from then on
 * is about nobody. Refused while anything of it lives, which would be paid for and not served.
 */
export async function unlinkCustomer(
  { database, accounts }: LinkDependencies,
  context: StaffContext,
): Promise<LinkChange> {
  const { accountId } = await accounts.getUser(context.user);
  return database.transaction(async (tx) => {
    await requireLook(tx, accountId, context.version);
    const customerId = await findCustomerOfAccount(tx, accountId);
    if (customerId === null) {
      throw new AppError(CUSTOMER_MISSING, { message: 'Stripe knows no customer of this user.' });
    }
    await requireIdle(tx, accountId);
    const change = { before: customerId, after: null, subscriptionIds: [], invoiceCount: 0 };
    if (context.isDry) return change;
    const { nowMs } = context;
    await forgetStripeCustomer(tx, { accountId, stripeCustomerId: customerId, nowMs });
    await noteUnlinked(tx, { customerId, accountId, nowMs });
    await record(tx, { accountId, context, action: 'billing.customer_unlinked', change });
    return change;
  });
}

async function requireIdle(tx: Tx, accountId: number): Promise<void> {
  const live = (await findLiveAtStripe(tx, [accountId])).get(accountId);
  if (live !== undefined) {
    const message = `The subscription ${live} lives at Stripe; end it first.`;
    throw new AppError(CUSTOMER_IN_USE, { message });
  }
  if (!(await hasUnderWay(tx, accountId))) return;
  const message = 'A checkout, a change or a refund is under way; let it come to its end first.';
  throw new AppError(CUSTOMER_IN_USE, { message });
}

/** Makes a customer the user's, and writes all that it has. */
export async function relinkCustomer(
  deps: LinkDependencies,
  context: StaffContext,
  customerId: string,
): Promise<LinkChange> {
  const { database, gateway, accounts, refresh } = deps;
  const { accountId } = await accounts.getUser(context.user);
  const retrieval = await gateway.retrieveCustomer(customerId);
  if (retrieval.kind !== 'found') throw notLinkable('Stripe knows no such customer.');
  const { customer } = retrieval;
  const change = await database.transaction((tx) => link(tx, context, { accountId, customer }));
  if (!context.isDry) await refresh(customerId);
  return change;
}

async function link(
  tx: Tx,
  context: StaffContext,
  { accountId, customer }: { readonly accountId: number; readonly customer: RemoteCustomer },
): Promise<LinkChange> {
  const { id: customerId } = customer;
  await requireLook(tx, accountId, context.version);
  const present = await findCustomerOfAccount(tx, accountId);
  if (present !== null) {
    const message = `Stripe knows this user as ${present}; unlink that one first.`;
    throw new AppError(CUSTOMER_LINKED, { message });
  }
  await requireFree(tx, accountId, customer);
  const subscriptionIds = liveIds(customer.subscriptions);
  if (subscriptionIds.length > 1) throw notLinkable('It has several subscriptions that live.');
  const invoiceCount = customer.invoices.length;
  const change = { before: null, after: customerId, subscriptionIds, invoiceCount };
  if (context.isDry) return change;
  await forgetUnlinked(tx, customerId);
  const stripeCustomerId = customerId;
  const noted = await noteStripeCustomer(tx, { accountId, stripeCustomerId, nowMs: context.nowMs });
  assert(noted === customerId, 'the account had no customer a moment ago, and is locked');
  if (customer.currency !== null) await setCurrency(tx, accountId, customer.currency);
  // Whoever comes after a crash reads it all the same.
  await wantCustomers(tx, [customerId]);
  await record(tx, { accountId, context, action: 'billing.customer_linked', change });
  return change;
}

/**
 * A customer is of one account. Who is another's by its metadata has to be unlinked there, and what
 * was written of it stays on record where it is, so that its past goes to nobody else.
 */
async function requireFree(tx: Tx, accountId: number, customer: RemoteCustomer): Promise<void> {
  const { id: customerId, metadata } = customer;
  const owner = await findAccountOfCustomer(tx, customerId);
  if (owner !== undefined) throw notLinkable(`It is the customer of account ${owner}.`);
  const named = metadata['account_id'];
  const isNamed = named !== undefined && named !== String(accountId);
  if (isNamed && !(await isUnlinked(tx, customerId))) {
    throw notLinkable(`By its metadata it is the customer of account ${named}.`);
  }
  const invoiceIds = customer.invoices.map(({ id }) => id);
  const subscriptionIds = customer.subscriptions.map(({ id }) => id);
  const recorded = [await findOtherOwner(tx, { accountId, invoiceIds })];
  for (const id of subscriptionIds) {
    recorded.push((await findSubscriptionOfStripe(tx, id))?.accountId);
  }
  const other = recorded.find((id) => id !== undefined && id !== accountId);
  if (other === undefined) return;
  throw notLinkable(`What it has paid for is on record of account ${other}.`);
}

function notLinkable(message: string): AppError {
  const fields = [{ field: '/stripe_customer_id', message: 'cannot become the customer' }];
  return new AppError(CUSTOMER_NOT_LINKABLE, { message, fields });
}

interface Recorded {
  readonly accountId: number;
  readonly context: StaffContext;
  readonly action: string;
  readonly change: LinkChange;
}

async function record(tx: Tx, { accountId, context, action, change }: Recorded): Promise<void> {
  const { actor, reason, nowMs } = context;
  await bumpAccessVersion(tx, accountId);
  await appendAudit(tx, [
    {
      recordedMs: nowMs,
      actor,
      action,
      subject: { kind: 'account', id: accountId },
      accountId,
      reason,
      before: { stripe_customer_id: change.before },
      after: { stripe_customer_id: change.after },
    },
  ]);
}
