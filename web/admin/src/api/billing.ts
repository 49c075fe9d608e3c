import { infiniteQueryOptions, queryOptions } from '@tanstack/react-query';
import type { Invoice, SubscriptionAnswer } from './contract/money.ts';
import type { List } from './contract/session.ts';
import { ask, queryOf, segment } from './request.ts';

const A_FEW = '10';

/** How the subscription stands at Stripe, and what is billed next. */
export function subscriptionQuery(user: string) {
  return queryOptions({
    queryKey: ['users', 'subscription', user],
    queryFn: () => ask<SubscriptionAnswer>('GET', `/users/${segment(user)}/subscription`),
  });
}

export function invoicesQuery(user: string) {
  return infiniteQueryOptions({
    queryKey: ['users', 'invoices', user],
    queryFn: ({ pageParam: cursor }) =>
      ask<List<Invoice>>(
        'GET',
        `/users/${segment(user)}/invoices${queryOf({ limit: A_FEW, cursor })}`,
      ),
    initialPageParam: '',
    getNextPageParam: ({ next_cursor: cursor }) => cursor ?? undefined,
  });
}
