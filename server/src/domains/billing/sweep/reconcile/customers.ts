import type { Database } from '../../../../platform/database.ts';
import { findAccount, findCustomerOfAccount, listCustomers } from '../../../accounts/index.ts';
import { findLiveAtStripe } from '../../../subscriptions/index.ts';
import type { Page, PaymentGateway } from '../../gateway/gateway.ts';
import { isUnlinked } from '../../staff-api/customers/store-links.ts';
import { patiently } from '../patiently.ts';
import type { Wanted } from './compare.ts';
import { findStrangers } from './store.ts';

const TOGETHER = 1_000;
/** More than anybody has: a list that does not end is a fault. */
const MOST_PAGES = 100_000;

/** Every account that Stripe knows. */
export async function loadOurs(database: Database): Promise<Wanted[]> {
  const ours: Wanted[] = [];
  let afterId = 0;
  for (let page = 0; page < MOST_PAGES; page += 1) {
    const accounts = await listCustomers(database, { afterId, limit: TOGETHER });
    const live = await findLiveAtStripe(
      database,
      accounts.map(({ accountId }) => accountId),
    );
    for (const { accountId, stripeCustomerId: customerId } of accounts) {
      ours.push({ customerId, accountId, liveId: live.get(accountId) ?? null });
      afterId = accountId;
    }
    if (accounts.length < TOGETHER) return ours;
  }
  throw new RangeError('there is no end to the accounts');
}

/** Every customer that Stripe lists. */
export async function loadTheirs(
  gateway: PaymentGateway,
  signal: AbortSignal | undefined,
): Promise<ReadonlySet<string>> {
  const theirs = new Set<string>();
  let cursor: string | null = null;
  for (let read = 0; read < MOST_PAGES; read += 1) {
    signal?.throwIfAborted();
    const from: string | null = cursor;
    const page: Page<string> = await patiently(() => gateway.listCustomerIds(from));
    for (const id of page.data) theirs.add(id);
    if (page.next === null) return theirs;
    cursor = page.next;
  }
  throw new RangeError('there is no end to the customers of Stripe');
}

/** Of customers that are not ours, those that were never looked at. */
export async function unseen(database: Database, strangers: readonly string[]): Promise<string[]> {
  const left: string[] = [];
  for (let from = 0; from < strangers.length; from += TOGETHER) {
    const some = strangers.slice(from, from + TOGETHER);
    const seen = await findStrangers(database, some);
    left.push(...some.filter((id) => !seen.has(id)));
  }
  return left;
}

/** The account that a customer of Stripe's says it is of, where that is true and not known here. */
export async function accountNamed(
  database: Database,
  gateway: PaymentGateway,
  customerId: string,
): Promise<number | null> {
  const retrieval = await patiently(() => gateway.retrieveCustomer(customerId));
  if (retrieval.kind !== 'found') return null;
  const named = retrieval.customer.metadata['account_id'];
  if (named === undefined || !/^[1-9]\d{0,15}$/.test(named)) return null;
  if (await isUnlinked(database, customerId)) return null;
  const accountId = Number(named);
  if ((await findAccount(database, accountId)) === undefined) return null;
  return (await findCustomerOfAccount(database, accountId)) === null ? accountId : null;
}
