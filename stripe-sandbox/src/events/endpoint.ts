import type Stripe from 'stripe';
import { collection } from '../engine/collection.ts';
import type { Tx } from '../engine/transaction.ts';
import { missing } from '../http/errors.ts';

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
  return renderEndpoint(tx.put(webhookEndpoints, rolled), true);
}

const MOST_SECRETS = 5;

export function getEndpoint(tx: Tx, id: string, param?: string): WebhookEndpointRow {
  const endpoint = tx.find(webhookEndpoints, id);
  if (endpoint === undefined) throw missing('webhook endpoint', id, param);
  return endpoint;
}

export function renderEndpoint(
  endpoint: WebhookEndpointRow,
  withSecret = false,
): Stripe.WebhookEndpoint {
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
