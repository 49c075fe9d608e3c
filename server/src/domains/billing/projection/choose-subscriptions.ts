// pure
import type { Catalog } from '../../plans/index.ts';
import type { SubscriptionState } from '../../subscriptions/index.ts';
import type { RemoteCustomer, RemoteInvoice, RemoteSubscription } from '../gateway/remote.ts';
import { translateSubscription } from './subscription-state.ts';

export interface ChosenSubscription {
  readonly remote: RemoteSubscription;
  readonly state: SubscriptionState;
  readonly extraSeats: number;
}

export interface Choice {
  /** Oldest first. */
  readonly ended: readonly ChosenSubscription[];
  readonly live: ChosenSubscription | null;
  readonly duplicates: readonly RemoteSubscription[];
  /** Live ones that sell nothing of ours: somebody has to say which plan their prices mean. */
  readonly unknownPriceIds: readonly string[];
  /** Live or not, those that sell nothing of ours now; they may have, and be on record. */
  readonly foreign: readonly RemoteSubscription[];
}

/**
 * Which of a customer's subscriptions is the one: of several that live, the one that began to be
 * served first, which is not the one that was made first where that waited for its payment. The
 * one on record is kept, since another cannot be recorded beside it.
 */
export function chooseSubscriptions(
  catalog: Catalog,
  customer: RemoteCustomer,
  recordedId: string | null = null,
): Choice {
  const ended: ChosenSubscription[] = [];
  const live: ChosenSubscription[] = [];
  const foreign: RemoteSubscription[] = [];
  for (const remote of inOrder(customer.subscriptions)) {
    const translated = translateSubscription(catalog, remote, customer.invoices);
    if (translated.kind === 'not_ours') foreign.push(remote);
    if (translated.kind !== 'state') continue;
    const { state, extraSeats } = translated;
    (remote.endedMs === null ? live : ended).push({ remote, state, extraSeats });
  }
  const inService = inOrderOfService(live, customer.invoices);
  const first = inService.find(({ remote }) => remote.id === recordedId) ?? inService[0] ?? null;
  const others = inService.filter((each) => each !== first);
  return {
    ended,
    live: first,
    duplicates: others.map(({ remote }) => remote),
    unknownPriceIds: foreign.filter(({ endedMs }) => endedMs === null).flatMap(priceIdsOf),
    foreign,
  };
}

function priceIdsOf({ items }: RemoteSubscription): string[] {
  return items.map(({ price }) => price.id);
}

/** By when each was first paid for or tried; they come in order of their making, for ties. */
function inOrderOfService(
  live: readonly ChosenSubscription[],
  invoices: readonly RemoteInvoice[],
): ChosenSubscription[] {
  const since = ({ remote }: ChosenSubscription): number => {
    const paid = invoices
      .filter(({ subscriptionId }) => subscriptionId === remote.id)
      .flatMap(({ paidMs }) => paidMs ?? []);
    return remote.trial?.startMs ?? Math.min(...paid, Infinity);
  };
  const sinceOf = new Map(live.map((each) => [each, since(each)]));
  return live.toSorted((a, b) => {
    const [one, other] = [sinceOf.get(a)!, sinceOf.get(b)!];
    return one === other ? 0 : one - other;
  });
}

/** Seconds tie; ids do not. */
function inOrder(subscriptions: readonly RemoteSubscription[]): RemoteSubscription[] {
  return subscriptions.toSorted((a, b) => a.createdMs - b.createdMs || (a.id < b.id ? -1 : 1));
}
