import type Stripe from 'stripe';
import { collection } from '../engine/collection.ts';
import type { Tx } from '../engine/transaction.ts';
import { missing } from '../http/errors.ts';
import { deliveries, newDelivery } from './delivery.ts';
import { endpointsFor, getEndpoint } from './endpoint.ts';

/** An event as it is kept: what it tells, as it was when it happened. */
export interface EventRow {
  readonly id: string;
  readonly type: Stripe.Event['type'];
  readonly created: number;
  readonly object: object;
  readonly previous: object | null;
  /** The endpoints that have not confirmed it yet. */
  readonly unconfirmed: readonly string[];
  readonly requestId: string | null;
  readonly idempotencyKey: string | null;
}

export const events = collection<EventRow>('events', { type: (event) => event.type });

export interface News {
  readonly type: Stripe.Event['type'];
  /** As a GET answers it now. */
  readonly object: object;
  /** What it was before, of which the event tells what has changed. */
  readonly before?: object;
  /** Epoch seconds. */
  readonly now: number;
}

/** Tells that something has happened; webhooks hear of it once the deed is kept. */
export function emit(tx: Tx, news: News): void {
  const id = tx.newId('evt');
  const endpoints = endpointsFor(tx, news.type);
  for (const endpoint of endpoints) {
    tx.put(deliveries, newDelivery(id, endpoint.id));
  }
  tx.put(events, {
    id,
    unconfirmed: endpoints.map((endpoint) => endpoint.id),
    type: news.type,
    created: news.now,
    object: news.object,
    previous: news.before === undefined ? null : changedFrom(news.before, news.object),
    requestId: tx.origin.requestId,
    idempotencyKey: tx.origin.idempotencyKey,
  });
}

type Values = Readonly<Record<string, unknown>>;

/** What was another before, with the values it had; of a hash only what changed in it. */
export function changedFrom(before: object, after: object): Values {
  const [was, is] = [before as Values, after as Values];
  const changed: Record<string, unknown> = {};
  for (const key of new Set([...Object.keys(was), ...Object.keys(is)])) {
    const [old, now] = [was[key], is[key]];
    if (old === now || JSON.stringify(old) === JSON.stringify(now)) continue;
    changed[key] = isHash(old) && isHash(now) ? changedFrom(old, now) : (old ?? null);
  }
  return changed;
}

function isHash(value: unknown): value is object {
  return typeof value === 'object' && value !== null && !Array.isArray(value);
}

/** An event as a GET and a webhook show it. */
export function renderEvent(event: EventRow, apiVersion: string): Stripe.Event {
  const { requestId, idempotencyKey } = event;
  const previous = event.previous === null ? {} : { previous_attributes: event.previous };
  const rendered: Stripe.EventBase = {
    id: event.id,
    object: 'event',
    api_version: apiVersion,
    created: event.created,
    data: { object: event.object, ...previous },
    livemode: false,
    pending_webhooks: event.unconfirmed.length,
    request: { id: requestId, idempotency_key: idempotencyKey },
    type: event.type,
  };
  return rendered as Stripe.Event;
}

export function getEvent(tx: Tx, id: string, param?: string): EventRow {
  const event = tx.find(events, id);
  if (event === undefined) throw missing('event', id, param);
  return event;
}

/** Sends an event once more, to one endpoint or to all that want it now. */
export function resend(tx: Tx, id: string, endpoint: string | undefined): EventRow {
  const event = getEvent(tx, id);
  const ids =
    endpoint === undefined
      ? endpointsFor(tx, event.type).map((each) => each.id)
      : [getEndpoint(tx, endpoint).id];
  for (const each of ids) tx.put(deliveries, newDelivery(id, each));
  return tx.put(events, { ...event, unconfirmed: [...new Set([...event.unconfirmed, ...ids])] });
}

/** Notes that an endpoint has confirmed an event. */
export function confirm(tx: Tx, id: string, endpoint: string): void {
  const event = tx.find(events, id);
  if (event === undefined) return;
  tx.put(events, { ...event, unconfirmed: event.unconfirmed.filter((each) => each !== endpoint) });
}
