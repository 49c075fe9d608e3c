import type Stripe from 'stripe';
import { textOfInstant } from '../../clock.ts';
import type { Tx } from '../../engine/transaction.ts';
import { eventDestinations, type EventDestinationRow } from '../../events/destination.ts';
import type { DeletedOfV2 } from '../../http/wire/answers.ts';
import { invalid, missing } from '../../http/errors.ts';
import {
  hash,
  integer,
  list,
  mergeMetadata,
  metadata,
  oneOf,
  optional,
  paramsOf,
  text,
  unsupported,
  type Params,
} from '../../http/params.ts';
import { route, type Route } from '../../http/routes.ts';

const include = optional(list(text()));

const shared = {
  description: optional(text(500)),
  include,
  metadata,
} as const;

const createSpecs = paramsOf<Stripe.V2.Core.EventDestinationCreateParams>()({
  ...shared,
  amazon_eventbridge: unsupported,
  azure_event_grid: unsupported,
  enabled_events: list(text()),
  event_payload: oneOf('snapshot', 'thin'),
  events_from: unsupported,
  name: text(200),
  snapshot_api_version: unsupported,
  type: oneOf('amazon_eventbridge', 'azure_event_grid', 'webhook_endpoint'),
  webhook_endpoint: optional(hash({ url: text(2_048) })),
});

const updateSpecs = paramsOf<Stripe.V2.Core.EventDestinationUpdateParams>()({
  ...shared,
  enabled_events: optional(list(text())),
  name: optional(text(200)),
  webhook_endpoint: optional(hash({ url: text(2_048) })),
});

const retrieveSpecs = paramsOf<Stripe.V2.Core.EventDestinationRetrieveParams>()({ include });

const listSpecs = paramsOf<Stripe.V2.Core.EventDestinationListParams>()({
  include,
  limit: optional(integer({ least: 1, most: 100 })),
});

function render(
  row: EventDestinationRow,
  included: readonly string[] = [],
): Stripe.V2.Core.EventDestination {
  const shows = (part: string): boolean => included.includes(`webhook_endpoint.${part}`);
  return {
    id: row.id,
    object: 'v2.core.event_destination',
    created: textOfInstant(row.created),
    description: row.description,
    enabled_events: [...row.types],
    event_payload: 'thin',
    events_from: ['self'],
    livemode: false,
    metadata: row.metadata,
    name: row.name,
    status: row.isEnabled ? 'enabled' : 'disabled',
    ...(row.isEnabled ? {} : { status_details: { disabled: { reason: 'user' } } }),
    type: 'webhook_endpoint',
    updated: textOfInstant(row.updated),
    webhook_endpoint: {
      ...(shows('signing_secret') ? { signing_secret: row.secret } : {}),
      ...(shows('url') ? { url: row.url } : {}),
    },
  };
}

function create(tx: Tx, said: Params<typeof createSpecs>): EventDestinationRow {
  const url = said.webhook_endpoint?.url;
  if (said.type !== 'webhook_endpoint' || said.event_payload !== 'thin' || url === undefined) {
    throw invalid(
      'The sandbox has event destinations for thin events at webhook endpoints; for snapshots, ' +
        'create a webhook endpoint.',
      { code: 'sandbox_unsupported', param: 'event_payload' },
    );
  }
  return tx.put(eventDestinations, {
    id: tx.newId('ed_test'),
    created: tx.sandboxNow,
    updated: tx.sandboxNow,
    name: said.name,
    description: said.description ?? '',
    types: said.enabled_events,
    metadata: mergeMetadata({}, said.metadata),
    isEnabled: true,
    url,
    secret: tx.newId('whsec', 32),
  });
}

function getDestination(tx: Tx, id: string): EventDestinationRow {
  const row = tx.find(eventDestinations, id);
  if (row === undefined) throw missing('event destination', id);
  return row;
}

function put(tx: Tx, row: EventDestinationRow): EventDestinationRow {
  return tx.put(eventDestinations, { ...row, updated: tx.sandboxNow });
}

function update(tx: Tx, id: string, said: Params<typeof updateSpecs>): EventDestinationRow {
  const row = getDestination(tx, id);
  return put(tx, {
    ...row,
    name: said.name ?? row.name,
    description: said.description ?? row.description,
    types: said.enabled_events ?? row.types,
    metadata: mergeMetadata(row.metadata, said.metadata),
    url: said.webhook_endpoint?.url ?? row.url,
  });
}

function remove(tx: Tx, id: string): DeletedOfV2 {
  getDestination(tx, id);
  tx.remove(eventDestinations, id);
  return { id, object: 'v2.core.event_destination' };
}

const all = '/v2/core/event_destinations';
const one = `${all}/{destination}`;

export const eventDestinationRoutes: readonly Route[] = [
  route('POST', all, createSpecs, (tx, { params }) => render(create(tx, params), params.include)),
  route('GET', all, listSpecs, (tx, { params }) => ({
    data: tx
      .all(eventDestinations)
      .toReversed()
      .slice(0, params.limit)
      .map((row) => render(row, params.include)),
    next_page_url: null,
    previous_page_url: null,
  })),
  route('GET', one, retrieveSpecs, (tx, { ids, params }) =>
    render(getDestination(tx, ids['destination']!), params.include),
  ),
  route('POST', one, updateSpecs, (tx, { ids, params }) =>
    render(update(tx, ids['destination']!, params), params.include),
  ),
  route('DELETE', one, {}, (tx, { ids }) => remove(tx, ids['destination']!)),
  route('POST', `${one}/disable`, {}, (tx, { ids }) =>
    render(put(tx, { ...getDestination(tx, ids['destination']!), isEnabled: false })),
  ),
  route('POST', `${one}/enable`, {}, (tx, { ids }) =>
    render(put(tx, { ...getDestination(tx, ids['destination']!), isEnabled: true })),
  ),
];
