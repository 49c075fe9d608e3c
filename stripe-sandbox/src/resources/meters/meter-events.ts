import type Stripe from 'stripe';
import { secondsOfText, textOfInstant } from '../../clock.ts';
import { idText } from '../../engine/ids.ts';
import type { Tx } from '../../engine/transaction.ts';
import type { NothingAnswered } from '../../http/wire/answers.ts';
import { invalid } from '../../http/errors.ts';
import {
  hash,
  list,
  metadata,
  optional,
  paramsOf,
  text,
  timestamp,
  type MetadataChange,
  type Params,
  type Spec,
} from '../../http/params.ts';
import { route, type Route } from '../../http/routes.ts';
import { activeMeterOf } from '../../meters/meter.ts';
import { claimIdentifier, findUntimely, nowFor, takeIn } from '../../meters/usage.ts';

const payloadSpec: Spec<Readonly<Record<string, string>>> = {
  read: (value, name) => textsOf(metadata.read(value, name)),
};

function textsOf(read: MetadataChange): Readonly<Record<string, string>> {
  return { ...read };
}

const createSpecs = paramsOf<Stripe.Billing.MeterEventCreateParams>()({
  event_name: text(100),
  identifier: optional(text(100)),
  payload: payloadSpec,
  timestamp: optional(timestamp),
});

const instantText: Spec<number> = {
  read(value, name) {
    const seconds = typeof value === 'string' ? secondsOfText(value) : undefined;
    if (seconds === undefined) throw invalid(`Invalid timestamp: ${name}`, { param: name });
    return seconds;
  },
};

/** The SDK does not name them. */
type StreamParams = Parameters<Stripe['v2']['billing']['meterEventStream']['create']>[0];

const MOST_EVENTS = 100;

const streamSpecs = paramsOf<StreamParams>()({
  events: list(
    hash({
      event_name: text(100),
      identifier: optional(text(100)),
      payload: payloadSpec,
      timestamp: optional(instantText),
    }),
    MOST_EVENTS,
  ),
});

function create(tx: Tx, said: Params<typeof createSpecs>): Stripe.Billing.MeterEvent {
  const { event_name: eventName, payload } = said;
  const key = activeMeterOf(tx, eventName)?.customerKey ?? 'stripe_customer_id';
  const now = nowFor(tx, { payload }, key);
  const identifier = said.identifier ?? tx.newId('mtrevt');
  const event = { eventName, payload, identifier, at: said.timestamp ?? now };
  const untimely = findUntimely(event, now);
  if (untimely !== undefined) throw invalid(untimely.message, { param: 'timestamp' });
  if (!claimIdentifier(tx, identifier)) {
    throw invalid(`An event already exists with identifier ${identifier}.`, {
      param: 'identifier',
    });
  }
  takeIn(tx, [event]);
  return {
    object: 'billing.meter_event',
    created: tx.sandboxNow,
    event_name: eventName,
    identifier,
    livemode: false,
    payload,
    timestamp: event.at,
  };
}

/** The stream answers nothing; what was wrong with its events is told by events. */
function stream(tx: Tx, said: Params<typeof streamSpecs>): NothingAnswered {
  const events = said.events.map(
    ({ event_name: eventName, identifier, payload, timestamp: at }) => ({
      eventName,
      payload,
      identifier: identifier ?? tx.newId('mtrevt'),
      at: at ?? tx.sandboxNow,
    }),
  );
  takeIn(
    tx,
    events.filter(({ identifier }) => claimIdentifier(tx, identifier)),
  );
  return {};
}

const SESSION_SECONDS = 15 * 60;

/**
 * What authenticates a client of the stream for a while. Here any test key does, so the token is
 * made like one.
 */
function openSession(tx: Tx): Stripe.V2.Billing.MeterEventSession {
  const id = tx.newId('bmes_test');
  return {
    id,
    object: 'v2.billing.meter_event_session',
    authentication_token: `rk_test_${idText(id, 'token', 1, 64)}`,
    created: textOfInstant(tx.sandboxNow),
    expires_at: textOfInstant(tx.sandboxNow + SESSION_SECONDS),
    livemode: false,
  };
}

export const meterEventRoutes: readonly Route[] = [
  route('POST', '/v1/billing/meter_events', createSpecs, (tx, { params }) => create(tx, params)),
  route('POST', '/v2/billing/meter_event_session', {}, (tx) => openSession(tx)),
  route('POST', '/v2/billing/meter_event_stream', streamSpecs, (tx, { params }) =>
    stream(tx, params),
  ),
];
