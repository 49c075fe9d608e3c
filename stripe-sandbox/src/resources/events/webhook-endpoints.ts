import type Stripe from 'stripe';
import type { Tx } from '../../engine/transaction.ts';
import {
  addEndpoint,
  getEndpoint,
  renderEndpoint,
  webhookEndpoints,
  type WebhookEndpointRow,
} from '../../events/endpoint.ts';
import { invalid } from '../../http/errors.ts';
import { pageOf, pageSpecs, rowsOf } from '../../http/lists.ts';
import {
  boolean,
  emptyable,
  ignored,
  list,
  mergeMetadata,
  metadata,
  optional,
  paramsOf,
  text,
  type Params,
  type Spec,
} from '../../http/params.ts';
import { route, type Route } from '../../http/routes.ts';

const address: Spec<string> = {
  read(value, name) {
    const url = text(2_048).read(value, name);
    const protocol = URL.parse(url)?.protocol;
    if (protocol === 'http:' || protocol === 'https:') return url;
    throw invalid('Invalid URL: it must begin with http:// or https://.', {
      code: 'url_invalid',
      param: name,
    });
  },
};

const eventTypes: Spec<string[]> = {
  read(value, name) {
    const types = list(text(200)).read(value, name);
    if (types.length > 0) return types;
    throw invalid(`Invalid array: ${name} must not be empty.`, { param: name });
  },
};

const createSpecs = paramsOf<Stripe.WebhookEndpointCreateParams>()({
  api_version: optional(text(40)),
  connect: ignored,
  description: emptyable(text(5_000)),
  enabled_events: eventTypes,
  metadata,
  url: address,
});

const updateSpecs = paramsOf<Stripe.WebhookEndpointUpdateParams>()({
  description: emptyable(text(5_000)),
  disabled: optional(boolean),
  enabled_events: optional(eventTypes),
  metadata,
  url: optional(address),
});

function create(tx: Tx, said: Params<typeof createSpecs>): WebhookEndpointRow {
  return addEndpoint(tx, {
    url: said.url,
    types: said.enabled_events,
    apiVersion: said.api_version ?? null,
    description: said.description ?? null,
    metadata: mergeMetadata({}, said.metadata),
  });
}

function update(tx: Tx, id: string, said: Params<typeof updateSpecs>): WebhookEndpointRow {
  const endpoint = getEndpoint(tx, id);
  return tx.put(webhookEndpoints, {
    ...endpoint,
    url: said.url ?? endpoint.url,
    types: said.enabled_events ?? endpoint.types,
    description: said.description === undefined ? endpoint.description : said.description,
    metadata: mergeMetadata(endpoint.metadata, said.metadata),
    isEnabled: said.disabled === undefined ? endpoint.isEnabled : !said.disabled,
  });
}

function remove(tx: Tx, id: string): Stripe.DeletedWebhookEndpoint {
  getEndpoint(tx, id);
  tx.remove(webhookEndpoints, id);
  return { id, object: 'webhook_endpoint', deleted: true };
}

const all = '/v1/webhook_endpoints';
const one = `${all}/{endpoint}`;

export const webhookEndpointRoutes: readonly Route[] = [
  route('POST', all, createSpecs, (tx, { params }) => renderEndpoint(create(tx, params), true)),
  route('GET', all, pageSpecs, (tx, { params }) =>
    pageOf(rowsOf(tx, webhookEndpoints, getEndpoint), params, {
      url: all,
      render: (row) => renderEndpoint(row),
    }),
  ),
  route('GET', one, {}, (tx, { ids }) => renderEndpoint(getEndpoint(tx, ids['endpoint']!))),
  route('POST', one, updateSpecs, (tx, { ids, params }) =>
    renderEndpoint(update(tx, ids['endpoint']!, params)),
  ),
  route('DELETE', one, {}, (tx, { ids }) => remove(tx, ids['endpoint']!)),
];
