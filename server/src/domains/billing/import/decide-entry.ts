// pure
import type { RemoteCustomer } from '../gateway/remote.ts';
import { chooseSubscriptions } from '../projection/choose-subscriptions.ts';
import type { PricedCatalog } from '../projection/plan-of-price.ts';

/** What is to become of a customer who was at Stripe before. */
export interface Entry {
  readonly customerId: string;
  readonly externalId: string | null;
  readonly email: string | null;
  /** The oldest of what Stripe knows of the customer; `null` where it has bought nothing. */
  readonly knownSinceMs: number | null;
  readonly liveCount: number;
  readonly subscriptionCount: number;
  readonly invoiceCount: number;
  /** Prices of its subscriptions that are no plan's and that nobody has said anything of. */
  readonly unknownPriceIds: readonly string[];
  /** Why it is skipped; `null` where nothing speaks against it. */
  readonly skippedBecause: string | null;
}

/** What is known here of the user whom a customer names. */
export interface KnownUser {
  /** The customer by which Stripe knows the user's account already. */
  readonly customerId: string | null;
}

export interface Naming {
  /** Whom the customer names, by where the import was told to look. */
  readonly externalId: string | null;
  /** Nothing where there is no such user yet. */
  readonly user: KnownUser | undefined;
  /** Whether the customer is one of ours already. */
  readonly isLinked: boolean;
}

const EXTERNAL_ID = /^[A-Za-z0-9._:@|-]{1,255}$/;

export function decideEntry(
  catalog: PricedCatalog,
  customer: RemoteCustomer,
  naming: Naming,
): Entry {
  const { subscriptions, invoices } = customer;
  const choice = chooseSubscriptions(catalog, customer);
  const priceIds = choice.foreign.flatMap(({ items }) => items.map(({ price }) => price.id));
  const unknownPriceIds = [...new Set(priceIds)].filter((id) => !catalog.mappedPrices?.has(id));
  const instants = [
    ...subscriptions.map(({ startedMs }) => startedMs),
    ...invoices.map(({ createdMs }) => createdMs),
  ];
  const liveForeign = choice.foreign.filter(({ endedMs }) => endedMs === null);
  const liveCount = choice.duplicates.length + (choice.live === null ? 0 : 1);
  return {
    customerId: customer.id,
    externalId: naming.externalId,
    email: customer.email,
    knownSinceMs: instants.length === 0 ? null : Math.min(...instants),
    liveCount: liveCount + liveForeign.length,
    subscriptionCount: subscriptions.length,
    invoiceCount: invoices.length,
    unknownPriceIds,
    skippedBecause:
      whyNotNamed(customer, naming) ??
      whyNotSold({ unknownPriceIds, liveForeign: liveForeign.length, liveCount }),
  };
}

/** Of a customer with whom something is wrong. */
export function unreadable(customerId: string, fault: string): Entry {
  return {
    customerId,
    externalId: null,
    email: null,
    knownSinceMs: null,
    liveCount: 0,
    subscriptionCount: 0,
    invoiceCount: 0,
    unknownPriceIds: [],
    skippedBecause: `it cannot be read: ${fault}`,
  };
}

function whyNotNamed(
  { id, email }: RemoteCustomer,
  { externalId, user, isLinked }: Naming,
): string | null {
  if (isLinked) return null;
  if (externalId === null) return 'it names no user';
  if (!EXTERNAL_ID.test(externalId) || externalId === '.' || externalId === '..') {
    return 'what it names is no id of a user';
  }
  if (user === undefined)
    return email === null ? 'its user is new and it has no mail address' : null;
  if (user.customerId === null || user.customerId === id) return null;
  return `its user is customer ${user.customerId} already`;
}

function whyNotSold(of: {
  readonly unknownPriceIds: readonly string[];
  readonly liveForeign: number;
  readonly liveCount: number;
}): string | null {
  if (of.unknownPriceIds.length > 0) {
    return `no plan has the prices ${of.unknownPriceIds.join(', ')}`;
  }
  if (of.liveForeign > 0) return 'it has a live subscription of prices that are no plan';
  return of.liveCount > 1 ? 'it has several live subscriptions' : null;
}

/** What of an entry decides between customers who name one user. */
export type Claim = Pick<
  Entry,
  'customerId' | 'liveCount' | 'subscriptionCount' | 'invoiceCount'
> & { readonly externalId: string };

/**
 * Of customers who name one user, the one with the live subscription, or else with most of a past,
 * is the user's; the others are answered with the reason. Where several live, nobody can say.
 */
export function decideDoubles(claims: readonly Claim[]): ReadonlyMap<string, string> {
  const skipped = new Map<string, string>();
  for (const [externalId, rivals] of Map.groupBy(claims, (claim) => claim.externalId)) {
    if (rivals.length < 2) continue;
    const [first, ...others] = rivals.toSorted(byPast);
    if (first === undefined) continue;
    const live = rivals.filter(({ liveCount }) => liveCount > 0);
    if (live.length > 1) {
      const names = live.map(({ customerId }) => customerId).join(', ');
      const reason = `${names} are customers of user ${externalId}, each with a live subscription`;
      for (const { customerId } of rivals) skipped.set(customerId, reason);
      continue;
    }
    const reason = `${first.customerId} is the customer of user ${externalId}`;
    for (const { customerId } of others) skipped.set(customerId, reason);
  }
  return skipped;
}

function byPast(a: Claim, b: Claim): number {
  return (
    b.liveCount - a.liveCount ||
    b.subscriptionCount - a.subscriptionCount ||
    b.invoiceCount - a.invoiceCount ||
    (a.customerId < b.customerId ? -1 : 1)
  );
}
