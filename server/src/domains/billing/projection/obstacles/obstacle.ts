// pure
import type { Catalog } from '../../../plans/index.ts';
import type { RecordedSubscription } from '../../../subscriptions/index.ts';
import type { RemoteSubscription } from '../../gateway/remote.ts';

/** Why a customer cannot be brought up to date until a person has acted. */
export type Obstacle =
  /** A live subscription is of prices that are no plan of ours. */
  | { readonly kind: 'prices_unknown'; readonly priceIds: readonly string[] }
  /** A live subscription is at Stripe, and the account is served by a contract. */
  | {
      readonly kind: 'beside_contract';
      readonly subscriptionId: string;
      readonly source: string;
      readonly plan: string;
    }
  /** The account is another customer at Stripe already. */
  | {
      readonly kind: 'second_customer';
      readonly customerId: string;
      readonly knownId: string;
      readonly accountId: number;
      readonly subscriptionIds: readonly string[];
    };

/**
 * What an account has that was not sold by Stripe, and keeps a subscription at Stripe from being
 * recorded: which of the two is meant is not for a program, that would take access or money away.
 */
export function findContract(
  live: RecordedSubscription | null,
  nowMs: number,
): RecordedSubscription | null {
  if (live === null || live.source === 'stripe') return null;
  const hasLapsed = live.cancelAtMs !== null && live.cancelAtMs <= nowMs;
  return hasLapsed ? null : live;
}

export function besideContract(
  catalog: Catalog,
  contract: RecordedSubscription,
  subscriptionId: string,
): Obstacle {
  const plan = catalog.plans.get(contract.planId)?.slug ?? String(contract.planId);
  return { kind: 'beside_contract', subscriptionId, source: contract.source, plan };
}

const NEVER_BEGAN = new Set(['incomplete', 'incomplete_expired']);

/** Of somebody who is an account's second customer, what charges them. */
export function liveIds(subscriptions: readonly RemoteSubscription[]): string[] {
  return subscriptions
    .filter(({ endedMs, status }) => endedMs === null && !NEVER_BEGAN.has(status))
    .map(({ id }) => id);
}

/** As whoever looks at the events reads it: what meets what, and what to do about it. */
export function reasonOf(obstacle: Obstacle): string {
  switch (obstacle.kind) {
    case 'prices_unknown':
      return `no plan has the prices ${obstacle.priceIds.join(', ')}`;
    case 'beside_contract': {
      const { subscriptionId, source, plan } = obstacle;
      return (
        `${subscriptionId} lives at Stripe, and the account has ${plan} here (${source}); ` +
        'end one of the two, and replay'
      );
    }
    case 'second_customer': {
      const { customerId, knownId, accountId, subscriptionIds } = obstacle;
      const account = `account ${accountId} is ${knownId} at Stripe`;
      if (subscriptionIds.length === 0) return `${account}; ${customerId} has nothing that lives`;
      return (
        `${account}, and its second customer ${customerId} has ${subscriptionIds.join(', ')}, ` +
        'which is not served; end it there'
      );
    }
  }
}

/** What staff are told of, each once; what is only a matter of the price list is in the log. */
export function noticeOf(obstacle: Obstacle): { readonly key: string; title: string } | null {
  switch (obstacle.kind) {
    case 'prices_unknown':
      return null;
    case 'beside_contract': {
      const key = `beside_contract:${obstacle.subscriptionId}`;
      return { key, title: 'a customer pays at Stripe beside a contract' };
    }
    case 'second_customer': {
      if (obstacle.subscriptionIds.length === 0) return null;
      const key = `second_customer:${obstacle.customerId}:${obstacle.subscriptionIds.join(',')}`;
      return { key, title: 'an account pays as two customers of Stripe' };
    }
  }
}
