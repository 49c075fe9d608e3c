// pure
import type { Catalog } from '../../plans/index.ts';
import type { SubscriptionState } from '../../subscriptions/index.ts';
import type { RemoteCustomer, RemoteSubscription } from '../gateway/remote.ts';
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
}

/**
 * Which of a customer's subscriptions is the one: of several that live, the one that was made
 * first, by whatever way the others came to be.
 */
export function chooseSubscriptions(catalog: Catalog, customer: RemoteCustomer): Choice {
  const ended: ChosenSubscription[] = [];
  const live: ChosenSubscription[] = [];
  const unknownPriceIds: string[] = [];
  for (const remote of inOrder(customer.subscriptions)) {
    const translated = translateSubscription(catalog, remote, customer.invoices);
    if (translated.kind === 'not_ours' && remote.endedMs === null) {
      unknownPriceIds.push(...translated.priceIds);
    }
    if (translated.kind !== 'state') continue;
    const { state, extraSeats } = translated;
    (remote.endedMs === null ? live : ended).push({ remote, state, extraSeats });
  }
  const [first = null, ...others] = live;
  return { ended, live: first, duplicates: others.map(({ remote }) => remote), unknownPriceIds };
}

/** Seconds tie; ids do not. */
function inOrder(subscriptions: readonly RemoteSubscription[]): RemoteSubscription[] {
  return subscriptions.toSorted((a, b) => a.createdMs - b.createdMs || (a.id < b.id ? -1 : 1));
}
