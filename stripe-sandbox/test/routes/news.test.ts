import type Stripe from 'stripe';
import { afterAll, beforeAll, expect, test } from 'vitest';
import { startValidated, type Validated } from '../validated.fixture.ts';

let started: Validated;
let stripe: Stripe;

beforeAll(async () => {
  started = await startValidated({ seed: 'news routes', clock: () => 1_760_000_000_000 });
  ({ stripe } = started);
});
afterAll(() => started.sandbox.close());

/** Where nobody listens; nothing is sent there, for no such event happens here. */
const url = 'http://127.0.0.1:9/webhooks';

test('an endpoint shows its secret once, and is changed, listed and deleted', async () => {
  const made = await stripe.webhookEndpoints.create({ url, enabled_events: ['plan.created'] });
  const { secret, ...shown } = made;
  expect(secret).toMatch(/^whsec_/);
  expect(await stripe.webhookEndpoints.retrieve(made.id)).toEqual(shown);
  const changed = await stripe.webhookEndpoints.update(made.id, { disabled: true });
  expect(changed).toEqual({ ...shown, status: 'disabled' });
  expect((await stripe.webhookEndpoints.list()).data).toEqual([changed]);
  expect(await stripe.webhookEndpoints.del(made.id)).toMatchObject({ deleted: true });
  expect((await stripe.webhookEndpoints.list()).data).toEqual([]);
});

test('an event destination is changed, turned off and on, listed and deleted', async () => {
  const { eventDestinations } = stripe.v2.core;
  const made = await eventDestinations.create({
    name: 'meters',
    type: 'webhook_endpoint',
    event_payload: 'thin',
    enabled_events: ['v1.billing.meter.no_meter_found'],
    webhook_endpoint: { url },
  });
  expect(await eventDestinations.retrieve(made.id)).toEqual(made);
  expect(await eventDestinations.update(made.id, { name: 'new' })).toEqual({
    ...made,
    name: 'new',
  });
  expect(await eventDestinations.disable(made.id)).toMatchObject({ status: 'disabled' });
  expect(await eventDestinations.enable(made.id)).toMatchObject({ status: 'enabled' });
  expect((await eventDestinations.list()).data).toMatchObject([{ id: made.id }]);
  expect(await eventDestinations.del(made.id)).toMatchObject({ id: made.id });
  expect((await eventDestinations.list()).data).toEqual([]);
});

test('an event is retrieved as it was listed', async () => {
  await stripe.customers.create();
  const { data } = await stripe.events.list({ limit: 1 });
  expect(data).toMatchObject([{ type: 'customer.created' }]);
  expect(await stripe.events.retrieve(data[0]!.id)).toEqual(data[0]);
});

test('clocks are listed, newest first', async () => {
  const frozen = { frozen_time: 1_700_000_000 };
  const first = await stripe.testHelpers.testClocks.create(frozen);
  const second = await stripe.testHelpers.testClocks.create(frozen);
  expect((await stripe.testHelpers.testClocks.list()).data).toEqual([second, first]);
});

test('a meter is renamed, and counts again after it was turned off', async () => {
  const { meters } = stripe.billing;
  const made = await meters.create({
    display_name: 'Tokens',
    event_name: 'tokens',
    default_aggregation: { formula: 'sum' },
  });
  const renamed = await meters.update(made.id, { display_name: 'Words' });
  expect(await meters.retrieve(made.id)).toEqual(renamed);
  await meters.deactivate(made.id);
  expect(await meters.reactivate(made.id)).toMatchObject({ status: 'active' });
});

test('usage comes by the stream, which tells by events what it could not count', async () => {
  const session = await stripe.v2.billing.meterEventSession.create();
  expect(session.authentication_token).toMatch(/^rk_test_/);
  // By the SDK it goes to a host of its own.
  const answer = await started.fetch(`${started.sandbox.url}/v2/billing/meter_event_stream`, {
    method: 'POST',
    headers: {
      'authorization': `Bearer ${session.authentication_token}`,
      'content-type': 'application/json',
    },
    body: JSON.stringify({ events: [{ event_name: 'unknown', payload: { value: '1' } }] }),
  });
  expect([answer.status, await answer.json()]).toEqual([200, {}]);
  const { data } = await stripe.v2.core.events.list();
  expect(data).toMatchObject([{ type: 'v1.billing.meter.no_meter_found' }]);
});
