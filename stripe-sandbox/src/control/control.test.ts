import type Stripe from 'stripe';
import { afterEach, beforeEach, expect, it } from 'vitest';
import { startValidated, type Validated } from '../../test/validated.fixture.ts';

let started: Validated;
let stripe: Stripe;

beforeEach(async () => {
  started = await startValidated({ seed: 'control', clock: () => 1_800_000_000_000 });
  ({ stripe } = started);
});
afterEach(() => started.sandbox.close());

async function control(method: string, path: string, body: object = {}): Promise<unknown> {
  const init = method === 'POST' ? { body: JSON.stringify(body) } : {};
  const headers = { 'content-type': 'application/json' };
  const response = await fetch(`${started.sandbox.url}/_sandbox/${path}`, {
    method,
    ...init,
    headers,
  });
  return response.json();
}

const countCustomers = async (): Promise<number> =>
  (await stripe.customers.list({ limit: 100 })).data.length;

it('refuses with 429 as often as it was asked to, and does nothing meanwhile', async () => {
  await control('POST', 'failures', {
    kind: 'rate_limit',
    method: 'POST',
    path: '/v1/customers',
    count: 2,
    retry_after: 7,
  });
  for (const _ of [1, 2]) {
    const refused = stripe.customers.create({}, { idempotencyKey: 'limited' });
    await expect(refused).rejects.toMatchObject({
      type: 'StripeRateLimitError',
      statusCode: 429,
      code: 'rate_limit',
      headers: { 'retry-after': '7' },
    });
    expect(await countCustomers()).toBe(0);
  }
  await stripe.customers.create({}, { idempotencyKey: 'limited' });
  expect(await control('GET', 'failures')).toStrictEqual({ failures: [] });
});

it('answers as if another request with the key were under way, and keeps nothing', async () => {
  await control('POST', 'failures', { kind: 'key_in_use', method: 'POST' });
  const create = () =>
    started
      .connect({ maxNetworkRetries: 0 })
      .customers.create({ name: 'once' }, { idempotencyKey: 'shared' });
  await expect(create()).rejects.toMatchObject({ statusCode: 409, code: 'idempotency_key_in_use' });
  expect(await countCustomers()).toBe(0);
  expect((await create()).name).toBe('once');
  expect(await countCustomers()).toBe(1);
});

it('keeps a 500 under its key, as Stripe does', async () => {
  await control('POST', 'failures', { kind: 'server_error', path: '/v1/customers/*' });
  const { id } = await stripe.customers.create();
  for (const _ of [1, 2]) {
    const failed = stripe.customers.update(id, { name: 'x' }, { idempotencyKey: 'failed' });
    await expect(failed).rejects.toMatchObject({ type: 'StripeAPIError', statusCode: 500 });
  }
  expect((await stripe.customers.update(id, { name: 'y' })).name).toBe('y');
});

it('loses the answer but not the deed, which a retry under the same key then learns', async () => {
  for (const kind of ['timeout_after_commit', 'reset_after_commit']) {
    await control('POST', 'failures', { kind, method: 'POST' });
    const before = await countCustomers();
    const impatient = started.connect({ timeout: 200, maxNetworkRetries: 2 });
    const { id } = await impatient.customers.create({ name: kind });
    expect(await countCustomers()).toBe(before + 1);
    expect((await stripe.customers.retrieve(id)).id).toBe(id);
  }
});

it('breaks off before anything is done', async () => {
  // The SDK tries a connection that was reset once more, whatever it is told.
  await control('POST', 'failures', { kind: 'reset_before_commit', count: 5 });
  const broken = stripe.customers.create();
  await expect(broken).rejects.toMatchObject({ type: 'StripeConnectionError' });
  await control('DELETE', 'failures');
  expect(await countCustomers()).toBe(0);
});

it('moves the sandbox’s own clock forward, and never back', async () => {
  expect(await control('GET', 'clock')).toStrictEqual({ now: 1_800_000_000, offset_seconds: 0 });
  await control('POST', 'clock', { advance_by: 3600 });
  expect((await stripe.customers.create()).created).toBe(1_800_003_600);
  await control('POST', 'clock', { advance_to: 1_800_010_000 });
  expect((await stripe.customers.create()).created).toBe(1_800_010_000);
  expect(await control('POST', 'clock', { advance_to: 1_800_000_000 })).toMatchObject({
    error: { message: 'The clock goes forward only.' },
  });
});

it('shows and changes settings', async () => {
  const change = { dunning_retry_days: [1, 2], dunning_end: 'unpaid', limit_clock_advance: true };
  const shown = { ...change, webhook_retry_delays_ms: null };
  expect(await control('POST', 'settings', change)).toStrictEqual(shown);
  expect(await control('GET', 'settings')).toStrictEqual(shown);
});

it('counts what there is, and forgets it when it is reset', async () => {
  const { id } = await stripe.customers.create();
  expect(await control('GET', 'state')).toMatchObject({ counts: { customers: 1, events: 1 } });
  await control('POST', 'reset');
  expect(await countCustomers()).toBe(0);
  expect((await stripe.customers.create()).id).toBe(id);
});
