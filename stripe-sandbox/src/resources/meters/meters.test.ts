import { expect, onTestFinished, test } from 'vitest';
import { startReceiver } from '../../webhooks/receiver.fixture.ts';
import { startOwnClock } from '../../../test/own-clock.fixture.ts';

const NOW = 1_760_000_040;
const MINUTE = 60;
const DAY = 86_400;

async function startMetered() {
  const started = await startOwnClock({ seed: 'meters', now: NOW });
  const { stripe } = started;
  const meter = await stripe.billing.meters.create({
    display_name: 'Tokens',
    event_name: 'tokens',
    default_aggregation: { formula: 'sum' },
  });
  const customer = await stripe.customers.create();
  const use = (value: string, said: { identifier?: string; timestamp?: number } = {}) =>
    stripe.billing.meterEvents.create({
      event_name: 'tokens',
      payload: { stripe_customer_id: customer.id, value },
      ...said,
    });
  return { ...started, meter, customer, use };
}

test('usage is summed exactly, by the hour where that is asked for', async () => {
  const { stripe, meter, customer, use } = await startMetered();
  await use('0.1');
  await use('0.2', { timestamp: NOW - DAY });
  const hour = { start_time: NOW - (NOW % 3_600) - 2 * DAY, end_time: NOW - (NOW % 3_600) + 3_600 };
  const span = { customer: customer.id, ...hour };
  const all = await stripe.billing.meters.listEventSummaries(meter.id, span);
  expect(all.data.map(({ aggregated_value }) => aggregated_value)).toEqual([0.3]);
  const window = { ...span, value_grouping_window: 'hour' } as const;
  const hours = await stripe.billing.meters.listEventSummaries(meter.id, window);
  expect(hours.data.map(({ aggregated_value }) => aggregated_value)).toEqual([0.1, 0.2]);
});

test('an identifier counts once within a day, and again after it', async () => {
  const { stripe, meter, customer, use, wait } = await startMetered();
  await use('5', { identifier: 'once' });
  await expect(use('5', { identifier: 'once' })).rejects.toThrow('already exists');
  wait(DAY);
  await use('5', { identifier: 'once' });
  const span = { start_time: NOW - MINUTE, end_time: NOW + DAY + MINUTE };
  const { data } = await stripe.billing.meters.listEventSummaries(meter.id, {
    customer: customer.id,
    ...span,
  });
  expect(data[0]!.aggregated_value).toBe(10);
});

test('usage is at most 35 days old and 5 minutes ahead', async () => {
  const { use } = await startMetered();
  await use('1', { timestamp: NOW - 35 * DAY });
  await use('1', { timestamp: NOW + 5 * MINUTE });
  await expect(use('1', { timestamp: NOW - 35 * DAY - 1 })).rejects.toThrow('35 calendar days');
  await expect(use('1', { timestamp: NOW + 5 * MINUTE + 1 })).rejects.toThrow('5 minutes');
});

test('only one active meter has an event name, and an inactive one counts nothing', async () => {
  const { stripe, meter, use } = await startMetered();
  const same = { event_name: 'tokens', default_aggregation: { formula: 'count' } } as const;
  const create = () => stripe.billing.meters.create({ display_name: 'Other', ...same });
  await expect(create()).rejects.toThrow('already exists');
  const inactive = await stripe.billing.meters.deactivate(meter.id);
  expect(inactive.status_transitions.deactivated_at).toBe(NOW);
  await use('1');
  await create();
  await expect(stripe.billing.meters.reactivate(meter.id)).rejects.toThrow('already exists');
  const active = await stripe.billing.meters.list({ status: 'active' });
  expect(active.data.map(({ display_name }) => display_name)).toEqual(['Other']);
});

test('what cannot be counted is told by thin events, and retrieved by them', async () => {
  const { sandbox, stripe, meter, customer } = await startMetered();
  const receiver = await startReceiver();
  onTestFinished(() => receiver.close());
  const destination = await stripe.v2.core.eventDestinations.create({
    name: 'Reports',
    type: 'webhook_endpoint',
    event_payload: 'thin',
    enabled_events: ['v1.billing.meter.error_report_triggered', 'v1.billing.meter.no_meter_found'],
    webhook_endpoint: { url: receiver.url },
    include: ['webhook_endpoint.signing_secret'],
  });
  const bad = { stripe_customer_id: customer.id, value: 'many' };
  await stripe.billing.meterEvents.create({ event_name: 'tokens', payload: bad });
  await stripe.billing.meterEvents.create({ event_name: 'unheard', payload: bad });
  await sandbox.settled();
  const secret = destination.webhook_endpoint!.signing_secret!;
  const notified = receiver.received.map(({ body, signature }) =>
    stripe.parseEventNotification(body, signature, secret),
  );
  const report = notified.find(({ type }) => type === 'v1.billing.meter.error_report_triggered');
  expect(notified).toHaveLength(2);
  expect(report).toMatchObject({ related_object: { id: meter.id, type: 'billing.meter' } });
  const event = await stripe.v2.core.events.retrieve(report!.id);
  expect(event).toMatchObject({
    data: {
      developer_message_summary: 'There is 1 invalid event',
      reason: { error_count: 1, error_types: [{ code: 'meter_event_invalid_value' }] },
    },
  });
});
