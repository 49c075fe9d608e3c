import type Stripe from 'stripe';
import { textOfInstant } from '../../clock.ts';
import { collection } from '../../engine/collection.ts';
import type { Store } from '../../engine/store.ts';
import type { Tx } from '../../engine/transaction.ts';
import { missing } from '../../http/errors.ts';
import { instantRange, isWithin } from '../../http/lists.ts';
import { integer, list, optional, paramsOf, text, type Params } from '../../http/params.ts';
import { route, type Route } from '../../http/routes.ts';
import { deliveries, newDelivery } from '../../webhooks/deliveries.ts';
import { destinationsFor } from './event-destinations.ts';

type RelatedObject = Stripe.V2.Core.Events.RelatedObject;

/** An event that is sent without what it is about, which is retrieved where it is wanted. */
export interface ThinEventRow {
  readonly id: string;
  readonly type: string;
  readonly created: number;
  readonly related: RelatedObject | null;
  /** What is only shown when the event is retrieved. */
  readonly data: object;
}

export const thinEvents = collection<ThinEventRow>('thin_events');

export type ThinNews = Pick<ThinEventRow, 'type' | 'related' | 'data'>;

/** Tells something that there is no snapshot event of. */
export function emitThin(tx: Tx, news: ThinNews): void {
  const event = tx.put(thinEvents, { ...news, id: tx.newId('evt_test'), created: tx.sandboxNow });
  for (const destination of destinationsFor(tx, news.type)) {
    tx.put(deliveries, newDelivery(event.id, destination.id));
  }
}

/** What is sent of an event. */
function notificationOf({ id, type, created, related }: ThinEventRow): object {
  return {
    id,
    object: 'v2.core.event',
    created: textOfInstant(created),
    livemode: false,
    type,
    ...(related === null ? {} : { related_object: related }),
  };
}

/** The body of a webhook, if it is a thin event that it is about. */
export function thinBodyOf(store: Store, event: string): string | undefined {
  const row = store.find(thinEvents, event);
  return row && JSON.stringify(notificationOf(row));
}

const render = (row: ThinEventRow): object => ({ ...notificationOf(row), data: row.data });

const listSpecs = paramsOf<Stripe.V2.Core.EventListParams>()({
  created: instantRange,
  limit: optional(integer({ least: 1, most: 100 })),
  object_id: optional(text()),
  types: optional(list(text(), 20)),
});

function listEvents(tx: Tx, said: Params<typeof listSpecs>): object {
  const rows = tx.all(thinEvents).filter(({ type, related, created }) => {
    if (said.types?.includes(type) === false) return false;
    if (said.object_id !== undefined && related?.id !== said.object_id) return false;
    return isWithin(created, said.created);
  });
  const data = rows.toReversed().slice(0, said.limit).map(render);
  return { data, next_page_url: null, previous_page_url: null };
}

const all = '/v2/core/events';

export const thinEventRoutes: readonly Route[] = [
  route('GET', all, listSpecs, (tx, { params }) => listEvents(tx, params)),
  route('GET', `${all}/{event}`, {}, (tx, { ids }) => {
    const event = tx.find(thinEvents, ids['event']!);
    if (event === undefined) throw missing('event', ids['event']!);
    return render(event);
  }),
];
