import { mkdtempSync, rmSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import type Stripe from 'stripe';
import { afterEach, beforeEach, expect, it } from 'vitest';
import { startValidated, type Validated } from '../../test/validated.fixture.ts';
import { startReceiver, type Receiver } from './receiver.fixture.ts';

let sandbox: Validated['sandbox'];
let receiver: Receiver;
let stripe: Stripe;

beforeEach(async () => {
  const retries = { webhookRetryDelaysMs: [5, 10] };
  ({ sandbox, stripe } = await startValidated({ seed: 'sender', ...retries }));
  receiver = await startReceiver();
});
afterEach(async () => {
  await sandbox.close();
  await receiver.close();
});

async function control(path: string, body?: object): Promise<unknown> {
  const init = body === undefined ? {} : { method: 'POST', body: JSON.stringify(body) };
  const headers = { 'content-type': 'application/json' };
  const response = await fetch(`${sandbox.url}/_sandbox/${path}`, { ...init, headers });
  return response.json();
}

async function makeCustomers(count: number): Promise<string[]> {
  for (let made = 0; made < count; made += 1) await stripe.customers.create();
  const events = await stripe.events.list({ type: 'customer.created', limit: count });
  return events.data.map(({ id }) => id).toReversed();
}

it('sends what the SDK verifies and what a GET answers', async () => {
  const endpoint = await stripe.webhookEndpoints.create({
    url: receiver.url,
    enabled_events: ['customer.created'],
  });
  const customer = await stripe.customers.create({ email: 'a@example.com' });
  await stripe.customers.update(customer.id, { name: 'not asked for' });
  await sandbox.settled();
  const [came, ...more] = receiver.received;
  expect(more).toHaveLength(0);
  const event = stripe.webhooks.constructEvent(came!.body, came!.signature, endpoint.secret!);
  expect(event).toMatchObject({ type: 'customer.created', pending_webhooks: 1 });
  expect(event.data.object).toStrictEqual(JSON.parse(JSON.stringify(customer)));
  expect((await stripe.events.retrieve(event.id)).pending_webhooks).toBe(0);
  const altered = came!.body.replace('a@example.com', 'b@example.com');
  expect(() => stripe.webhooks.constructEvent(altered, came!.signature, endpoint.secret!)).toThrow(
    'signature',
  );
});

it('tries again after each delay, and gives up after the last', async () => {
  const secret = sandbox.forwardTo(receiver.url);
  receiver.answer = (response): void => void response.writeHead(500).end();
  const [id] = await makeCustomers(1);
  await sandbox.settled();
  expect(receiver.ids()).toStrictEqual([id, id, id]);
  expect((await stripe.events.retrieve(id!)).pending_webhooks).toBe(1);
  receiver.answer = (response): void => void response.end();
  await control(`events/${id}/resend`, {});
  await sandbox.settled();
  expect(receiver.ids()).toHaveLength(4);
  expect((await stripe.events.retrieve(id!)).pending_webhooks).toBe(0);
  expect(
    stripe.webhooks.constructEvent(
      receiver.received[3]!.body,
      receiver.received[3]!.signature,
      secret,
    ).id,
  ).toBe(id);
});

it('confirms after failures, redirects among them, and sends no more', async () => {
  sandbox.forwardTo(receiver.url);
  let count = 0;
  receiver.answer = (response): void => {
    count += 1;
    if (count === 1) response.destroy();
    else response.writeHead(count === 2 ? 302 : 204, { location: '/elsewhere' }).end();
  };
  const [id] = await makeCustomers(1);
  await sandbox.settled();
  expect(receiver.ids()).toStrictEqual([id, id, id]);
  expect((await stripe.events.retrieve(id!)).pending_webhooks).toBe(0);
});

it('lets no slow endpoint hold up another', async () => {
  const slow = await startReceiver();
  slow.answer = (): void => undefined;
  sandbox.forwardTo(slow.url);
  sandbox.forwardTo(receiver.url);
  const done = Promise.withResolvers<undefined>();
  receiver.answer = (response): void => {
    response.end();
    if (receiver.received.length === 40) done.resolve(undefined);
  };
  const ids = await makeCustomers(40);
  await done.promise;
  expect(receiver.ids().toSorted()).toStrictEqual(ids.toSorted());
  await slow.close();
});

it('renders events at the version of the endpoint', async () => {
  const enabled = { enabled_events: ['*'] as ['*'] };
  const version = '2024-06-20' as Stripe.WebhookEndpointCreateParams.ApiVersion;
  await stripe.webhookEndpoints.create({ url: receiver.url, ...enabled, api_version: version });
  const usual = { url: `${receiver.url}/usual`, ...enabled };
  await stripe.webhookEndpoints.create(usual);
  await stripe.customers.create();
  await sandbox.settled();
  const versions = receiver.received.map(({ path, body }) => [
    path,
    (JSON.parse(body) as Stripe.Event).api_version,
  ]);
  expect(Object.fromEntries(versions)).toStrictEqual({
    '/webhooks': '2024-06-20',
    '/webhooks/usual': '2026-10-28.endive',
  });
});

it('sends nothing to an endpoint that is disabled or deleted', async () => {
  const all = { url: receiver.url, enabled_events: ['*'] as ['*'] };
  const disabled = await stripe.webhookEndpoints.create(all);
  const deleted = await stripe.webhookEndpoints.create(all);
  const status = await stripe.webhookEndpoints.update(disabled.id, { disabled: true });
  expect(status.status).toBe('disabled');
  await stripe.webhookEndpoints.del(deleted.id);
  await makeCustomers(1);
  await sandbox.settled();
  expect(receiver.received).toHaveLength(0);
});

it('signs with both secrets while an endpoint’s secret is being rolled', async () => {
  const enabled_events = ['*'] as ['*'];
  const endpoint = await stripe.webhookEndpoints.create({ url: receiver.url, enabled_events });
  const path = `webhook_endpoints/${endpoint.id}/roll`;
  const rolled = (await control(path, { expires_in: 3600 })) as Stripe.WebhookEndpoint;
  expect(rolled.secret).not.toBe(endpoint.secret);
  await makeCustomers(1);
  await sandbox.settled();
  const { body, signature } = receiver.received[0]!;
  expect(signature.match(/v1=/g)).toHaveLength(2);
  for (const secret of [endpoint.secret!, rolled.secret!]) {
    expect(stripe.webhooks.constructEvent(body, signature, secret).type).toBe('customer.created');
  }
  await control(path, { expires_in: 0 });
  await makeCustomers(1);
  await sandbox.settled();
  const last = receiver.received.at(-1)!;
  expect(() => stripe.webhooks.constructEvent(last.body, last.signature, rolled.secret!)).toThrow(
    'signature',
  );
});

it('drops, doubles, delays and reorders as chaos is set', async () => {
  sandbox.forwardTo(receiver.url);
  await control('chaos', { drop: 1 });
  const [dropped] = await makeCustomers(1);
  await sandbox.settled();
  expect(receiver.received).toHaveLength(0);
  expect((await stripe.events.retrieve(dropped!)).pending_webhooks).toBe(1);
  await control('chaos', { drop: 0, duplicate: 1 });
  const [doubled] = await makeCustomers(1);
  await sandbox.settled();
  expect(receiver.ids()).toStrictEqual([doubled, doubled]);
  await control('chaos', { duplicate: 0, delay: 1, delay_ms: 50 });
  const delayed = await makeCustomers(3);
  await sandbox.settled();
  expect(receiver.ids().slice(2).toSorted()).toStrictEqual(delayed.toSorted());
  await control('chaos', { delay: 0, reorder: 1 });
  const reordered = await makeCustomers(4);
  await sandbox.settled();
  const came = receiver.ids().slice(5);
  expect(came.toSorted()).toStrictEqual(reordered.toSorted());
  expect(came).not.toStrictEqual(reordered);
  expect(await control('chaos')).toStrictEqual({
    duplicate: 0,
    delay: 0,
    delay_ms: 50,
    reorder: 1,
    drop: 0,
  });
});

it('draws the same chaos from the same seed', async () => {
  const fates: string[] = [];
  for (const run of [1, 2]) {
    const validated = await startValidated({ seed: 'same', clock: () => run * 1000 });
    const { sandbox: again } = validated;
    const own = await startReceiver();
    again.forwardTo(own.url);
    await fetch(`${again.url}/_sandbox/chaos`, {
      method: 'POST',
      body: new URLSearchParams({ drop: '0.4', duplicate: '0.4' }),
    });
    for (let made = 0; made < 20; made += 1) await validated.stripe.customers.create();
    await again.settled();
    fates.push(own.ids().toSorted().join());
    await again.close();
    await own.close();
  }
  expect(fates[0]).toBe(fates[1]);
});

it('goes on after a restart with what was not confirmed before it', async () => {
  const folder = mkdtempSync(join(tmpdir(), 'stripe-sandbox-sender-'));
  const kept = { journalFile: join(folder, 'journal'), webhookRetryDelaysMs: [1] };
  const { sandbox: first, stripe: before } = await startValidated(kept);
  const secret = first.forwardTo(receiver.url);
  const asked = Promise.withResolvers<undefined>();
  receiver.answer = (): void => asked.resolve(undefined);
  await before.customers.create();
  await asked.promise;
  await first.close();
  receiver.answer = (response): void => void response.end();
  const { sandbox: second, stripe: after } = await startValidated(kept);
  await second.settled();
  const [once, again] = receiver.received;
  expect(again?.body).toBe(once?.body);
  const { id } = stripe.webhooks.constructEvent(again!.body, again!.signature, secret);
  expect((await after.events.retrieve(id)).pending_webhooks).toBe(0);
  await second.close();
  rmSync(folder, { recursive: true });
});
