import { once } from 'node:events';
import { createServer } from 'node:http';
import type { AddressInfo } from 'node:net';
import { expect, onTestFinished, test } from 'vitest';
import type { PaymentGateway } from '../../domains/billing/index.ts';
import { createStripeGateway } from './index.ts';
import { openStripeScene, SECRET_KEY } from './stripe.fixture.ts';

interface Garbage {
  readonly status: number;
  readonly type: string;
  readonly body: string;
}

/** A proxy before the sandbox, which loses answers to what was asked and done all the same. */
async function gatewayBehind(sandboxUrl: string, garbage: Garbage): Promise<PaymentGateway> {
  const proxy = createServer((request, response) => {
    const chunks: Buffer[] = [];
    request.on('data', (chunk: Buffer) => chunks.push(chunk));
    request.on('end', () => {
      const { method = 'GET', url = '/', headers } = request;
      const body = Buffer.concat(chunks);
      const kept = ['authorization', 'content-type', 'idempotency-key', 'stripe-version'];
      const passed = kept.flatMap((name) => {
        const value = headers[name];
        return typeof value === 'string' ? [[name, value] as const] : [];
      });
      void fetch(`${sandboxUrl}${url}`, {
        method,
        headers: passed.map(([name, value]) => [name, value]),
        ...(method === 'POST' && { body }),
      }).then(() => {
        response.writeHead(garbage.status, { 'content-type': garbage.type }).end(garbage.body);
      });
    });
  }).listen(0, '127.0.0.1');
  await once(proxy, 'listening');
  onTestFinished(async () => {
    proxy.closeAllConnections();
    proxy.close();
    await once(proxy, 'close');
  });
  const { port } = proxy.address() as AddressInfo;
  return createStripeGateway({
    secretKey: SECRET_KEY,
    apiBase: `http://127.0.0.1:${port}`,
    webhookSecrets: [],
    networkRetries: 0,
  });
}

const html = '<html><body><h1>Bad gateway</h1></body></html>';

test.each<[string, Garbage]>([
  ['a page of HTML as if all were well', { status: 200, type: 'text/html', body: html }],
  ['a page of HTML with 502', { status: 502, type: 'text/html', body: html }],
  ['a page of HTML with 403', { status: 403, type: 'text/html', body: html }],
  ['nothing at all', { status: 200, type: 'application/json', body: '' }],
  ['an object of nobody', { status: 200, type: 'application/json', body: '{}' }],
  ['null', { status: 200, type: 'application/json', body: 'null' }],
  ['a list', { status: 200, type: 'application/json', body: '[]' }],
  ["somebody else's 404", { status: 404, type: 'application/json', body: '{"message":"no"}' }],
])(
  '%s is no answer: whether anything was done is not known, and is asked again',
  async (_, garbage) => {
    const scene = await openStripeScene('garbage');
    const customerId = await scene.payingCustomer('1');
    const { id: price } = await scene.stripe.prices.create({
      currency: 'usd',
      unit_amount: 1_000,
      recurring: { interval: 'month' },
      product_data: { name: 'Pro' },
    });
    const { id: subscriptionId } = await scene.stripe.subscriptions.create({
      customer: customerId,
      items: [{ price }],
    });
    const gateway = await gatewayBehind(scene.sandbox.url, garbage);
    const asked = { subscriptionId, idempotencyKey: 'one' };
    const unavailable = { code: 'payment_provider_unavailable' };
    await expect(gateway.cancelAtPeriodEnd(asked)).rejects.toMatchObject(unavailable);
    await expect(gateway.cancelNow(asked)).rejects.toMatchObject(unavailable);
    await expect(gateway.retrieveCustomer(customerId)).rejects.toMatchObject(unavailable);
    await expect(gateway.listCustomerIds(null)).rejects.toMatchObject(unavailable);
    const person = { email: 'a@example.com', name: null, metadata: {}, idempotencyKey: 'two' };
    await expect(gateway.createCustomer(person)).rejects.toMatchObject(unavailable);
    await scene.gateway.cancelAtPeriodEnd(asked);
    const { cancel_at_period_end: ends } =
      await scene.stripe.subscriptions.retrieve(subscriptionId);
    expect(ends).toBe(true);
  },
);
