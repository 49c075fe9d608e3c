import type Stripe from 'stripe';
import type { Tx } from '../../engine/transaction.ts';
import { renderThinEvent, thinEvents, type ThinEvent } from '../../events/thin-event.ts';
import type { V2Page } from '../../http/wire/answers.ts';
import { missing } from '../../http/errors.ts';
import { instantRange, isWithin } from '../../http/lists.ts';
import { integer, list, optional, paramsOf, text, type Params } from '../../http/params.ts';
import { route, type Route } from '../../http/routes.ts';

const listSpecs = paramsOf<Stripe.V2.Core.EventListParams>()({
  created: instantRange,
  limit: optional(integer({ least: 1, most: 100 })),
  object_id: optional(text()),
  types: optional(list(text(), 20)),
});

function listEvents(tx: Tx, said: Params<typeof listSpecs>): V2Page<ThinEvent> {
  const rows = tx.all(thinEvents).filter(({ type, related, created }) => {
    if (said.types?.includes(type) === false) return false;
    if (said.object_id !== undefined && related?.id !== said.object_id) return false;
    return isWithin(created, said.created);
  });
  const data = rows.toReversed().slice(0, said.limit).map(renderThinEvent);
  return { data, next_page_url: null, previous_page_url: null };
}

const all = '/v2/core/events';

export const thinEventRoutes: readonly Route[] = [
  route('GET', all, listSpecs, (tx, { params }) => listEvents(tx, params)),
  route('GET', `${all}/{event}`, {}, (tx, { ids }) => {
    const event = tx.find(thinEvents, ids['event']!);
    if (event === undefined) throw missing('event', ids['event']!);
    return renderThinEvent(event);
  }),
];
