import { infiniteQueryOptions, queryOptions } from '@tanstack/react-query';
import type { List } from '../contract/session.ts';
import { ask, queryOf, segment } from '../request.ts';

/** What Stripe has told, and what became of it. */
export interface Webhook {
  readonly id: string;
  readonly type: string;
  readonly stripe_customer_id: string | null;
  readonly state: string;
  readonly reason: string | null;
  readonly created_at: string;
  readonly received_at: string;
  readonly handled_at: string | null;
  readonly found_by_sweep: boolean;
}

export interface Webhooks extends List<Webhook> {
  readonly status: {
    readonly waiting: number;
    readonly failed: number;
    readonly oldest_waiting_at: string | null;
    readonly customers_in_trouble: number;
    readonly last_sweep_at: string | null;
  };
}

export interface WebhookFilters {
  readonly state?: string;
  readonly customer?: string;
}

export function webhooksQuery({ state, customer }: WebhookFilters) {
  return infiniteQueryOptions({
    queryKey: ['operations', 'webhooks', state, customer],
    queryFn: ({ pageParam: cursor }) =>
      ask<Webhooks>('GET', `/webhooks${queryOf({ state, customer, cursor })}`),
    initialPageParam: '',
    getNextPageParam: ({ next_cursor: cursor }) => cursor ?? undefined,
    placeholderData: (previous) => previous,
  });
}

export function payloadQuery(id: string) {
  return queryOptions({
    queryKey: ['operations', 'payload', id],
    queryFn: () => ask<{ readonly payload: string }>('GET', `/webhooks/${segment(id)}/payload`),
  });
}

export interface Replayed {
  readonly replayed: readonly string[];
}

/** With `dry_run` it is only said which would be. */
export function replayWebhooks(
  ids: readonly string[],
  attempt: { readonly reason: string; readonly dry_run: boolean },
): Promise<Replayed> {
  return ask('POST', '/webhooks/replay', { ids, ...attempt });
}

/** An event of ours, and how its delivery stands. */
export interface Delivery {
  readonly id: number;
  readonly topic: string;
  readonly account_id: number | null;
  readonly payload: unknown;
  readonly state: string;
  readonly recorded_at: string;
  readonly due_at: string;
  readonly delivered_at: string | null;
  readonly attempts: number;
  readonly delivered_to: readonly string[];
  readonly last_error: string | null;
}

export interface OutboxFilters {
  readonly state?: string;
  readonly topic?: string;
}

export function outboxQuery({ state, topic }: OutboxFilters) {
  return infiniteQueryOptions({
    queryKey: ['operations', 'outbox', state, topic],
    queryFn: ({ pageParam: cursor }) =>
      ask<List<Delivery>>('GET', `/outbox${queryOf({ state, topic, cursor })}`),
    initialPageParam: '',
    getNextPageParam: ({ next_cursor: cursor }) => cursor ?? undefined,
  });
}

export function retryDeliveries(ids: readonly number[], reason: string): Promise<unknown> {
  return ask('POST', '/outbox/retry', { ids, reason });
}
