import type Stripe from 'stripe';
import { collection } from '../engine/collection.ts';
import type { Tx } from '../engine/transaction.ts';
import { invalid, missing } from '../http/errors.ts';
import { pageOf, pageSpecs } from '../http/lists.ts';
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
} from '../http/params.ts';
import { route, type Route } from '../http/routes.ts';

/** Where events are sent to. */
export interface WebhookEndpointRow {
  readonly id: string;
  readonly created: number;
  readonly url: string;
  /** The events that it wants; `*` is all. */
  readonly types: readonly string[];
  /** The version of the API that events are said to be rendered at; `null` is the account's. */
  readonly apiVersion: string | null;
  readonly description: string | null;
  readonly metadata: Record<string, string>;
  readonly isEnabled: boolean;
  readonly secret: string;
  /** Secrets from before it was rolled, which are signed with until they expire. */
  readonly formerSecrets?: readonly FormerSecret[];
}

interface FormerSecret {
  readonly secret: string;
  /** Epoch milliseconds of the machine, as deliveries have them. */
  readonly untilMs: number;
}

export const webhookEndpoints = collection<WebhookEndpointRow>('webhook_endpoints');

/** The endpoints that want to hear of a type of event. */
export function endpointsFor(tx: Tx, type: string): WebhookEndpointRow[] {
  return tx
    .all(webhookEndpoints)
    .filter(({ isEnabled, types }) => isEnabled && (types.includes('*') || types.includes(type)));
}

export interface NewEndpoint {
  readonly url: string;
  readonly types: readonly string[];
  readonly apiVersion: string | null;
  readonly description: string | null;
  readonly metadata: Record<string, string>;
  /** Of its own choice; drawn where it is left out. */
  readonly secret?: string;
}

export function addEndpoint(tx: Tx, said: NewEndpoint): WebhookEndpointRow {
  const secret = said.secret ?? tx.newId('whsec', 32);
  const id = tx.newId('we');
  const endpoint = { ...said, id, secret, created: tx.sandboxNow, isEnabled: true };
  return tx.put(webhookEndpoints, endpoint);
}

/** The secrets that a delivery is signed with, the present one first. */
export function secretsOf(endpoint: WebhookEndpointRow, nowMs: number): string[] {
  const former = (endpoint.formerSecrets ?? []).filter(({ untilMs }) => nowMs < untilMs);
  return [endpoint.secret, ...former.map(({ secret }) => secret)];
}

/** Gives an endpoint a new secret; the old one is signed with as well until it expires. */
export function rollSecret(tx: Tx, id: string, untilMs: number): Stripe.WebhookEndpoint {
  const endpoint = getEndpoint(tx, id);
  const formerSecrets = [{ secret: endpoint.secret, untilMs }, ...(endpoint.formerSecrets ?? [])];
  const secret = tx.newId('whsec', 32);
  const rolled = { ...endpoint, secret, formerSecrets: formerSecrets.slice(0, MOST_SECRETS) };
  return render(tx.put(webhookEndpoints, rolled), true);
}

const MOST_SECRETS = 5;

export function getEndpoint(tx: Tx, id: string): WebhookEndpointRow {
  const endpoint = tx.find(webhookEndpoints, id);
  if (endpoint === undefined) throw missing('webhook endpoint', id);
  return endpoint;
}

function render(endpoint: WebhookEndpointRow, withSecret = false): Stripe.WebhookEndpoint {
  return {
    id: endpoint.id,
    object: 'webhook_endpoint',
    api_version: endpoint.apiVersion,
    application: null,
    created: endpoint.created,
    description: endpoint.description,
    enabled_events: [...endpoint.types],
    livemode: false,
    metadata: endpoint.metadata,
    status: endpoint.isEnabled ? 'enabled' : 'disabled',
    url: endpoint.url,
    ...(withSecret ? { secret: endpoint.secret } : {}),
  };
}

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
  route('POST', all, createSpecs, (tx, { params }) => render(create(tx, params), true)),
  route('GET', all, pageSpecs, (tx, { params }) =>
    pageOf(tx, webhookEndpoints, params, { url: all, render: (row) => render(row) }),
  ),
  route('GET', one, {}, (tx, { ids }) => render(getEndpoint(tx, ids['endpoint']!))),
  route('POST', one, updateSpecs, (tx, { ids, params }) =>
    render(update(tx, ids['endpoint']!, params)),
  ),
  route('DELETE', one, {}, (tx, { ids }) => remove(tx, ids['endpoint']!)),
];
