import { describe, expect, it } from 'vitest';
import { drivenClient } from '../../test/support/client.ts';
import { json, problem, scriptedServer } from '../../test/support/scripted-server.ts';
import type { Script } from '../../test/support/scripted-server.ts';
import { PATIENCE } from '../../test/support/patience.ts';

const UUID = /^[0-9a-f]{8}-[0-9a-f]{4}-4[0-9a-f]{3}-[89ab][0-9a-f]{3}-[0-9a-f]{12}$/;
const CHECKOUT = '/v1/checkout';
const purchase = {
  user: 'user_1',
  plan: 'pro',
  billingCycle: 'monthly',
  successUrl: 'https://app.test/bought',
  cancelUrl: 'https://app.test/plans',
} as const;
const page = { id: 'chk_1', url: 'https://pay.test', expires_at: '2026-01-31T13:00:00.000Z' };
const checkout = { id: 'chk_1', url: 'https://pay.test', expiresAt: '2026-01-31T13:00:00.000Z' };

async function setUp(script: Script, path = CHECKOUT) {
  const server = await scriptedServer({ [path]: script });
  const keys = () => server.received.map(({ headers }) => headers['idempotency-key']);
  return { ...drivenClient(server.url), server, keys };
}

describe('the key of a purchase', () => {
  it('is made for each call, and kept by its retries', async () => {
    const { client, keys } = await setUp((response, _, nth) =>
      nth % 2 === 0 ? response.destroy() : json(response, 200, page),
    );
    expect(await client.checkout.create(purchase)).toEqual(checkout);
    await client.checkout.create(purchase);
    const [first, repeated, second, again] = keys();
    expect(first).toMatch(UUID);
    expect(repeated).toBe(first);
    expect(second).not.toBe(first);
    expect(again).toBe(second);
  });

  it("is the caller's own where one is given", async () => {
    const { client, keys } = await setUp((response, _, nth) =>
      nth === 0 ? problem(response, 503, 'later') : json(response, 200, page),
    );
    await client.checkout.create(purchase, { idempotencyKey: 'order 7' });
    expect(keys()).toEqual(['order 7', 'order 7']);
  });

  it.each(['', ' padded', 'padded ', 'ключ', 'line\nbreak', 'x'.repeat(256)])(
    'is refused before anything is sent: %j',
    async (idempotencyKey) => {
      const { client, server } = await setUp((response) => json(response, 200, page));
      const refused = client.checkout.create(purchase, { idempotencyKey });
      await expect(refused).rejects.toMatchObject({
        code: 'invalid_argument',
        fields: [{ field: 'idempotencyKey' }],
      });
      expect(server.received).toEqual([]);
    },
  );
});

describe('a purchase that takes long', () => {
  it('has half a minute for a try, however short other calls are', async () => {
    const server = await scriptedServer({
      [CHECKOUT]: (response, _, nth) => {
        if (nth > 0) json(response, 200, page);
      },
    });
    const { client, clock } = drivenClient(server.url, {
      timeoutMs: 2_000,
      totalTimeoutMs: 15_000,
      instantBelowMs: 2_000,
    });
    const asked = client.checkout.create(purchase);
    await clock.sleeper((durationMs) => durationMs === 30_000);
    await expect.poll(() => server.received.length, PATIENCE).toBe(1);
    clock.advance(30_000);
    expect(await asked).toEqual(checkout);
  });

  it('is waited for while an earlier try is at work, beyond the number of retries', async () => {
    const { client, keys } = await setUp((response, _, nth) => {
      if (nth === 0) response.destroy();
      else if (nth < 12)
        problem(response, 409, 'idempotency_key_in_flight', { 'retry-after': '1' });
      else json(response, 200, page);
    });
    expect(await client.checkout.create(purchase)).toEqual(checkout);
    expect(keys()).toHaveLength(13);
    expect(new Set(keys()).size).toBe(1);
  });

  it('is given up when the time is over, and may have happened', async () => {
    const server = await scriptedServer({
      [CHECKOUT]: (response) =>
        problem(response, 409, 'idempotency_key_in_flight', { 'retry-after': '31' }),
    });
    const { client, clock } = drivenClient(server.url, {
      timeoutMs: 2_000,
      totalTimeoutMs: 15_000,
      instantBelowMs: 0,
    });
    const asked = client.checkout.create(purchase).catch((error: unknown) => error);
    await clock.sleeper((durationMs) => durationMs > 31_000);
    clock.advance(32_000);
    expect(await asked).toMatchObject({
      name: 'UnavailableError',
      code: 'idempotency_key_in_flight',
      status: 409,
      retryAfterMs: 31_000,
    });
    expect(server.received).toHaveLength(2);
  });

  it('ends by the signal of the caller', async () => {
    const controller = new AbortController();
    const { client } = await setUp(() => controller.abort(new Error('closed')));
    const { signal } = controller;
    await expect(client.checkout.create(purchase, { signal })).rejects.toThrow('closed');
  });
});

describe('a refusal', () => {
  it('keeps what the service says beside its code', async () => {
    const { client } = await setUp((response) =>
      json(response, 409, {
        type: 'about:blank',
        title: 'Conflict',
        status: 409,
        code: 'payment_declined',
        detail: 'Your card has insufficient funds.',
        request_id: 'req-1',
        decline_code: 'insufficient_funds',
      }),
    );
    await expect(client.checkout.create(purchase)).rejects.toMatchObject({
      name: 'WhisperForgeError',
      code: 'payment_declined',
      message: 'Your card has insufficient funds.',
      requestId: 'req-1',
      members: { decline_code: 'insufficient_funds' },
    });
  });
});

describe('a list in pages', () => {
  const path = '/v1/users/user_1/invoices';

  it('is asked for no further than it is read', async () => {
    const { client, server } = await setUp(
      (response) => json(response, 200, { data: [wireInvoice], next_cursor: 'more' }),
      path,
    );
    for await (const invoice of client.users.invoices('user_1')) {
      expect(invoice).toMatchObject({ id: 'in_1', total: { amountMinor: 1_900, currency: 'usd' } });
      break;
    }
    expect(server.received.map((each) => each.path)).toEqual([path]);
  });

  it('is not read for ever where a page names itself as the next', async () => {
    const wire = { data: [wireInvoice], next_cursor: 'again' };
    const server = await scriptedServer({
      [path]: (response) => json(response, 200, wire),
      [`${path}?cursor=again`]: (response) => json(response, 200, wire),
    });
    const { client } = drivenClient(server.url);
    const read = async (): Promise<number> => {
      let count = 0;
      for await (const { id } of client.users.invoices('user_1')) count += id.length;
      return count;
    };
    await expect(read()).rejects.toMatchObject({ code: 'unreadable_answer' });
    expect(server.received).toHaveLength(2);
  });

  it('is refused for a user who would be another path', async () => {
    const { client } = drivenClient('http://127.0.0.1:1');
    expect(() => client.users.invoices('..')).toThrow(/must not be/);
    await expect(client.subscriptions.resume('.')).rejects.toThrow(/must not be/);
  });
});

const wireInvoice = {
  id: 'in_1',
  number: 'A-1',
  status: 'paid',
  reason: 'subscription_create',
  subscription: 'sub_1',
  currency: 'usd',
  subtotal_minor: 1_900,
  total_minor: 1_900,
  amount_due_minor: 1_900,
  amount_paid_minor: 1_900,
  amount_remaining_minor: 0,
  attempt_count: 1,
  next_attempt_at: null,
  created_at: '2026-01-31T12:00:00.000Z',
  due_at: null,
  paid_at: '2026-01-31T12:00:00.000Z',
  hosted_url: null,
  pdf_url: null,
  lines: [],
};
