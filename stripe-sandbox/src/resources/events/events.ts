import type Stripe from 'stripe';
import type { Key } from '../../engine/store.ts';
import { events, getEvent, renderEvent, type EventRow } from '../../events/event.ts';
import { instantRange, isWithin, pageOf, pageSpecs, rowsOf } from '../../http/lists.ts';
import { boolean, list, optional, paramsOf, text, type Params } from '../../http/params.ts';
import { route, type Route } from '../../http/routes.ts';

const listSpecs = paramsOf<Stripe.EventListParams>()({
  ...pageSpecs,
  created: instantRange,
  delivery_success: optional(boolean),
  type: optional(text(200)),
  types: optional(list(text(200), 20)),
});

function wanted(event: EventRow, said: Params<typeof listSpecs>): boolean {
  const { delivery_success: isDelivered, type, types } = said;
  if (isDelivered !== undefined && isDelivered !== (event.unconfirmed.length === 0)) return false;
  if (type !== undefined && !isOfType(event, type)) return false;
  if (types !== undefined && !types.some((each) => isOfType(event, each))) return false;
  return isWithin(event.created, said.created);
}

/** `invoice.*` is every event of invoices. */
function isOfType(event: EventRow, type: string): boolean {
  return type.endsWith('*') ? event.type.startsWith(type.slice(0, -1)) : event.type === type;
}

const all = '/v1/events';

export function eventRoutes(apiVersion: string): readonly Route[] {
  return [
    route('GET', all, listSpecs, (tx, { params }) => {
      const render = (row: EventRow): Stripe.Event => renderEvent(row, apiVersion);
      const where = params.type === undefined ? undefined : keyOfType(params.type);
      const passes = (event: EventRow): boolean => wanted(event, params);
      return pageOf(rowsOf(tx, events, getEvent, where), params, { url: all, render, passes });
    }),
    route('GET', `${all}/{event}`, {}, (tx, { ids }) =>
      renderEvent(getEvent(tx, ids['event']!), apiVersion),
    ),
  ];
}

function keyOfType(type: string): Key | undefined {
  return type.endsWith('*') ? undefined : { index: 'type', key: type };
}
