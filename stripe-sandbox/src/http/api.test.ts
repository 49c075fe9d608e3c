import type Stripe from 'stripe';
import { afterAll, beforeAll, expect, it } from 'vitest';
import { startValidated, type Validated } from '../../test/validated.fixture.ts';

let started: Validated;
let stripe: Stripe;
let nowMs = Date.UTC(2026, 0, 1);

beforeAll(async () => {
  started = await startValidated({ seed: 'api', clock: () => nowMs });
  ({ stripe } = started);
});
afterAll(() => started.sandbox.close());

interface Answer {
  readonly status: number;
  readonly headers: Headers;
  readonly body: {
    readonly id?: string;
    readonly error?: { readonly type: string; readonly code?: string; readonly message: string };
  };
}

async function post(
  path: string,
  body: string,
  headers: Readonly<Record<string, string>> = {},
): Promise<Answer> {
  const response = await started.fetch(`${started.sandbox.url}${path}`, {
    method: 'POST',
    body,
    headers: {
      'authorization': 'Bearer sk_test_123',
      'content-type': 'application/x-www-form-urlencoded',
      ...headers,
    },
  });
  const { status } = response;
  return { status, headers: response.headers, body: (await response.json()) as Answer['body'] };
}

it('answers a request that comes again under its key as it did, and does it once', async () => {
  const key = { 'idempotency-key': 'once' };
  const first = await post('/v1/customers', 'name=once', key);
  const again = await post('/v1/customers', 'name=once', key);
  expect(again.body).toStrictEqual(first.body);
  expect(first.headers.get('idempotent-replayed')).toBeNull();
  expect(again.headers.get('idempotent-replayed')).toBe('true');
  expect(again.headers.get('original-request')).toBe(first.headers.get('request-id'));
  expect(again.headers.get('request-id')).not.toBe(first.headers.get('request-id'));
  const all = await stripe.customers.list({ limit: 100 });
  expect(all.data.filter(({ name }) => name === 'once')).toHaveLength(1);
});

it('refuses a key that was used for something else', async () => {
  const key = { 'idempotency-key': 'other' };
  await post('/v1/customers', 'name=a', key);
  const parameters = await post('/v1/customers', 'name=b', key);
  expect([parameters.status, parameters.body.error?.type]).toStrictEqual([
    400,
    'idempotency_error',
  ]);
  const path = await post('/v1/products', 'name=a', key);
  expect(path.body.error?.type).toBe('idempotency_error');
});

it('keeps an error from the work itself, and none from reading the parameters', async () => {
  const kept = { 'idempotency-key': 'kept' };
  const first = await post('/v1/customers/cus_none', 'name=a', kept);
  const again = await post('/v1/customers/cus_none', 'name=a', kept);
  expect([first.status, again.status]).toStrictEqual([404, 404]);
  expect(again.headers.get('idempotent-replayed')).toBe('true');
  const free = { 'idempotency-key': 'free' };
  const wrong = await post('/v1/customers', 'nonsense=a', free);
  expect([wrong.status, wrong.body.error?.code]).toStrictEqual([400, 'parameter_unknown']);
  const right = await post('/v1/customers', 'name=a', free);
  expect(right.status).toBe(200);
});

it('forgets a key after a day', async () => {
  const key = { 'idempotency-key': 'day' };
  const first = await post('/v1/customers', 'name=day', key);
  nowMs += 86_399_000;
  expect((await post('/v1/customers', 'name=day', key)).body.id).toBe(first.body.id);
  nowMs += 1_000;
  const later = await post('/v1/customers', 'name=another', key);
  expect([later.status, later.body.id === first.body.id]).toStrictEqual([200, false]);
});

it('echoes the version that was asked for, and lets events keep the account’s', async () => {
  const asked = { 'stripe-version': '2024-06-20' };
  const answer = await post('/v1/customers', 'name=version', asked);
  expect(answer.headers.get('stripe-version')).toBe('2024-06-20');
  const [event] = (await stripe.events.list({ type: 'customer.created', limit: 1 })).data;
  expect(event?.api_version).toBe('2026-10-28.endive');
  const wrong = await post('/v1/customers', '', { 'stripe-version': 'yesterday' });
  expect(wrong.body.error?.message).toBe('Invalid Stripe API version: yesterday');
});

it('takes JSON, and forms with brackets, as the same parameters', async () => {
  const json = await post(
    '/v1/customers',
    JSON.stringify({ name: 'j', metadata: { a: 'b' }, preferred_locales: ['de', 'en'] }),
    { 'content-type': 'application/json' },
  );
  const form = 'name=j&metadata[a]=b&preferred_locales[]=de&preferred_locales[]=en';
  const { id: one, ...asJson } = json.body as Stripe.Customer;
  const { id: other, ...asForm } = (await post('/v1/customers', form)).body as Stripe.Customer;
  expect(one).not.toBe(other);
  expect(asJson.preferred_locales).toStrictEqual(['de', 'en']);
  const { name, metadata, preferred_locales: locales } = asForm;
  expect({ name, metadata, locales }).toStrictEqual({
    name: asJson.name,
    metadata: asJson.metadata,
    locales: asJson.preferred_locales,
  });
});

it('refuses requests without a key, and with one that is no test key', async () => {
  for (const authorization of ['', 'Bearer ', 'Bearer sk_live_1', 'Digest x', 'Bearer pk_test_1']) {
    const answer = await post('/v1/customers', '', { authorization });
    expect([answer.status, answer.body.error?.type]).toStrictEqual([401, 'invalid_request_error']);
  }
  const basic = `Basic ${Buffer.from('sk_test_1:').toString('base64')}`;
  expect((await post('/v1/customers', '', { authorization: basic })).status).toBe(200);
});

it('pages through a list in both directions, and each row once', async () => {
  const made: string[] = [];
  const name = { email: 'page@example.com' };
  for (let count = 0; count < 7; count += 1) made.unshift((await stripe.customers.create(name)).id);
  const ids = (page: { readonly data: readonly { readonly id: string }[] }): string[] =>
    page.data.map(({ id }) => id);
  const first = await stripe.customers.list({ ...name, limit: 3 });
  expect([ids(first), first.has_more]).toStrictEqual([made.slice(0, 3), true]);
  const second = await stripe.customers.list({ ...name, limit: 3, starting_after: made[2]! });
  expect([ids(second), second.has_more]).toStrictEqual([made.slice(3, 6), true]);
  const last = await stripe.customers.list({ ...name, limit: 3, starting_after: made[5]! });
  expect([ids(last), last.has_more]).toStrictEqual([made.slice(6), false]);
  const back = await stripe.customers.list({ ...name, limit: 3, ending_before: made[5]! });
  expect([ids(back), back.has_more]).toStrictEqual([made.slice(2, 5), true]);
  const all = await stripe.customers.list({ ...name, limit: 2 }).autoPagingToArray({ limit: 100 });
  expect(all.map(({ id }) => id)).toStrictEqual(made);
});

it('pages through events, newest first, also by type', async () => {
  const query = { type: 'customer.created', limit: 2 } as const;
  const first = await stripe.events.list(query);
  const [, second] = first.data;
  const next = await stripe.events.list({ ...query, starting_after: second!.id });
  const back = await stripe.events.list({ ...query, ending_before: next.data[0]!.id });
  expect(back.data.map(({ id }) => id)).toStrictEqual(first.data.map(({ id }) => id));
  const unknown = stripe.events.list({ starting_after: 'evt_none' });
  await expect(unknown).rejects.toMatchObject({ statusCode: 400, code: 'resource_missing' });
});

it('expands what can be expanded, and refuses what cannot', async () => {
  const clock = await stripe.testHelpers.testClocks.create({ frozen_time: 1_700_000_000 });
  const expand = ['test_clock'];
  const customer = await stripe.customers.create({
    email: 'a@example.com',
    test_clock: clock.id,
    expand,
  });
  expect(customer.test_clock).toStrictEqual(clock);
  const listed = await stripe.customers.list({
    test_clock: clock.id,
    expand: ['data.test_clock'],
  });
  expect(listed.data[0]?.test_clock).toStrictEqual(clock);
  for (const path of ['email', 'metadata', 'nothing', '__proto__', 'a.b.c.d.e', 'constructor']) {
    const refused = stripe.customers.retrieve(customer.id, { expand: [path] });
    await expect(refused).rejects.toMatchObject({ statusCode: 400, param: 'expand' });
  }
});
