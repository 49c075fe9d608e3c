import { describe, expect, it } from 'vitest';
import { drivenClient } from '../test/support/client.ts';
import { json, problem, scriptedServer } from '../test/support/scripted-server.ts';
import { balance, wireBalance, wireReservation, wireTrack } from '../test/support/wire.ts';
import { WhisperForge } from './client.ts';

const UUID = /^[0-9a-f]{8}-[0-9a-f]{4}-4[0-9a-f]{3}-[89ab][0-9a-f]{3}-[0-9a-f]{12}$/;

describe('track', () => {
  it('sends all that is known of an event, and answers with the balances', async () => {
    const wire = wireTrack({ over_limit: true, balances: [wireBalance()] });
    const server = await scriptedServer({ '/v1/track': (response) => json(response, 200, wire) });
    const { client } = drivenClient(server.url);
    const answer = await client.track({
      user: 'user_1',
      event: 'audio_minutes',
      amount: '12.5',
      idempotencyKey: 'file-7',
      occurredAt: new Date(Date.UTC(2026, 0, 31, 11)),
      costCents: '0.25',
      model: 'whisper-1',
      provider: 'openai',
      tokensIn: 10,
      tokensOut: 20,
      metadata: { some_key: { camelKey: 1 } },
      enforce: true,
    });
    expect(answer).toEqual({
      recorded: true,
      duplicate: false,
      overLimit: true,
      balances: [balance],
    });
    expect(server.bodies('/v1/track')).toEqual([
      {
        user: 'user_1',
        event: 'audio_minutes',
        amount: '12.5',
        idempotency_key: 'file-7',
        occurred_at: '2026-01-31T11:00:00.000Z',
        cost_cents: '0.25',
        model: 'whisper-1',
        provider: 'openai',
        tokens_in: 10,
        tokens_out: 20,
        metadata: { some_key: { camelKey: 1 } },
        enforce: true,
      },
    ]);
  });

  it('repeats a call under its own key when the answer was lost', async () => {
    const server = await scriptedServer({
      '/v1/track': (response, _, nth) =>
        nth % 2 === 0 ? response.destroy() : json(response, 200, wireTrack()),
    });
    const { client } = drivenClient(server.url);
    const event = { user: 'user_1', event: 'audio_minutes', amount: 1 };
    await client.track(event);
    await client.track(event);
    const bodies = server.bodies('/v1/track') as readonly { idempotency_key: string }[];
    const [first, repeated, second] = bodies.map((body) => body.idempotency_key);
    expect(first).toMatch(UUID);
    expect(repeated).toBe(first);
    expect(second).toMatch(UUID);
    expect(second).not.toBe(first);
  });

  it('says how long to stay away when the service cannot book', async () => {
    const server = await scriptedServer({
      '/v1/track': (response) =>
        problem(response, 503, 'database_unavailable', { 'retry-after': '100000' }),
    });
    const { client } = drivenClient(server.url);
    await expect(
      client.track({ user: 'user_1', event: 'audio_minutes', amount: 1 }),
    ).rejects.toMatchObject({ name: 'UnavailableError', retryAfterMs: 100_000_000 });
  });
});

describe('reserve, commit, release and extend', () => {
  it('are calls of their own, for work that spans processes', async () => {
    const server = await scriptedServer({
      '/v1/reservations': (response) => json(response, 200, wireReservation()),
      '/v1/reservations/rsv_1/extend': (response) =>
        json(response, 200, wireBalance({ expires_at: '2026-01-31T13:00:00.000Z' })),
      '/v1/reservations/rsv_1/commit': (response) =>
        json(response, 200, wireBalance({ over_limit: true, duplicate: false, late: true })),
      '/v1/reservations/rsv_1/release': (response) => json(response, 200, wireBalance()),
    });
    const { client } = drivenClient(server.url);
    const options = { ttlSeconds: 60, idempotencyKey: 'job-7' };
    expect(await client.reserve('user_1', 'audio_minutes', 5, options)).toEqual({
      granted: true,
      id: 'rsv_1',
      reason: 'ok',
      expiresAt: '2026-01-31T12:05:00.000Z',
      duplicate: false,
      balance: { ...balance, reserved: 5, remaining: 45 },
    });
    expect(await client.extend('rsv_1', 3_600)).toEqual({
      ...balance,
      expiresAt: '2026-01-31T13:00:00.000Z',
    });
    expect(await client.commit('rsv_1', { amount: 4 })).toEqual({
      ...balance,
      overLimit: true,
      duplicate: false,
      late: true,
    });
    expect(await client.release('rsv_1')).toEqual(balance);
    expect(server.received.map(({ body }) => body)).toEqual([
      {
        user: 'user_1',
        feature: 'audio_minutes',
        amount: 5,
        ttl_seconds: 60,
        idempotency_key: 'job-7',
      },
      { ttl_seconds: 3_600 },
      { amount: 4 },
      {},
    ]);
  });

  it('answer a refusal rather than throw it', async () => {
    const wire = { granted: false, reason: 'quota_exceeded', upgrade: 'pro', duplicate: false };
    const server = await scriptedServer({
      '/v1/reservations': (response) =>
        json(response, 200, { ...wire, balance: wireBalance({ remaining: 0 }) }),
    });
    const { client } = drivenClient(server.url);
    expect(await client.reserve('user_1', 'audio_minutes', 500)).toEqual({
      granted: false,
      reason: 'quota_exceeded',
      upgrade: 'pro',
      duplicate: false,
      balance: { ...balance, remaining: 0 },
    });
  });
});

describe('users', () => {
  it('are addressed by any id of the app, and never by another path', async () => {
    const server = await scriptedServer({
      '/v1/users/a%7Cb%40c%3Ad/usage': (response) =>
        json(response, 200, { data: [wireBalance()], next_cursor: null }),
    });
    const { client } = drivenClient(server.url);
    expect(await client.users.usage('a|b@c:d')).toEqual([balance]);
    for (const user of ['', '.', '..']) {
      await expect(client.users.usage(user)).rejects.toMatchObject({ code: 'invalid_argument' });
    }
    await expect(client.commit('..', { amount: 1 })).rejects.toMatchObject({
      code: 'invalid_argument',
    });
    expect(server.received).toHaveLength(1);
  });

  it('are made with what is known of them, and metadata stays as it is', async () => {
    const wire = {
      user: 'user_1',
      account: '7',
      email: 'a@example.com',
      name: null,
      signed_up_at: '2026-01-31T00:00:00.000Z',
      country: 'DE',
      source: null,
      campaign: null,
      locale: null,
      metadata: { team_size: 3 },
      created_at: '2026-01-31T12:00:00.000Z',
      updated_at: '2026-01-31T12:00:00.000Z',
    };
    const server = await scriptedServer({
      '/v1/users/user_1': (response) => json(response, 200, wire),
    });
    const { client } = drivenClient(server.url);
    const user = await client.users.upsert('user_1', {
      email: 'a@example.com',
      country: 'DE',
      signedUpAt: '2026-01-31T00:00:00.000Z',
      metadata: { team_size: 3 },
    });
    expect(user).toEqual({
      user: 'user_1',
      account: '7',
      email: 'a@example.com',
      name: null,
      country: 'DE',
      source: null,
      campaign: null,
      locale: null,
      metadata: { team_size: 3 },
      signedUpAt: '2026-01-31T00:00:00.000Z',
      createdAt: '2026-01-31T12:00:00.000Z',
      updatedAt: '2026-01-31T12:00:00.000Z',
    });
    expect(server.received).toMatchObject([
      {
        method: 'PUT',
        body: {
          email: 'a@example.com',
          country: 'DE',
          signed_up_at: '2026-01-31T00:00:00.000Z',
          metadata: { team_size: 3 },
        },
      },
    ]);
  });

  it('may have a subscription, with what is scheduled for it', async () => {
    const standing = { plan: 'pro', status: 'active', restriction: null };
    const server = await scriptedServer({
      '/v1/users/user_1/entitlements': (response) =>
        json(response, 200, {
          user: 'user_1',
          account: '7',
          ...standing,
          plan_version: 2,
          plan_source: 'subscription',
          subscription: {
            plan: 'pro',
            version: 2,
            name: 'Pro',
            status: 'active',
            started_at: '2026-01-31T00:00:00.000Z',
            cancel_at: null,
            changes_at: '2026-02-28T00:00:00.000Z',
          },
          data: [],
        }),
    });
    const { client } = drivenClient(server.url);
    expect(await client.users.entitlements('user_1')).toEqual({
      user: 'user_1',
      account: '7',
      ...standing,
      planVersion: 2,
      planSource: 'subscription',
      subscription: {
        plan: 'pro',
        version: 2,
        name: 'Pro',
        status: 'active',
        startedAt: '2026-01-31T00:00:00.000Z',
        cancelAt: null,
        changesAt: '2026-02-28T00:00:00.000Z',
      },
      features: [],
    });
  });

  it('have levels that are set', async () => {
    const server = await scriptedServer({
      '/v1/users/user_1/levels/kb_files': (response) =>
        json(response, 200, wireBalance({ feature: 'kb_files', period_start: null })),
    });
    const { client } = drivenClient(server.url);
    const set = await client.levels.set('user_1', 'kb_files', 3);
    expect(set).toMatchObject({ feature: 'kb_files', periodStart: null });
    expect(server.received).toMatchObject([{ method: 'PUT', body: { amount: 3 } }]);
  });
});

describe('request', () => {
  it('makes any call of the contract, and a POST counts once', async () => {
    const server = await scriptedServer({
      '/v1/checkout': (response, _, nth) =>
        nth === 0 ? response.destroy() : json(response, 200, { url: 'https://pay.example' }),
    });
    const { client } = drivenClient(server.url);
    const body = { user: 'user_1', plan: 'pro' };
    expect(await client.request('POST', '/v1/checkout', { body })).toEqual({
      url: 'https://pay.example',
    });
    const keys = server.received.map(({ headers }) => headers['idempotency-key']);
    expect(keys[0]).toMatch(UUID);
    expect(keys[1]).toBe(keys[0]);
  });
});

describe('background errors that nobody listens to', () => {
  it('become warnings of the process, so that lost usage is seen', async () => {
    const server = await scriptedServer({
      '/v1/track/batch': (response) => problem(response, 400, 'invalid_request'),
    });
    const warned = new Promise<Error>((resolve) => {
      process.once('warning', resolve);
    });
    const client = new WhisperForge({ url: server.url, secretKey: 'sk' });
    await client.enqueue({ user: 'user_1', event: 'audio_minutes', amount: -1 });
    await client.flush();
    const warning = await warned;
    expect(warning.message).toBe('During event: It is invalid_request.');
    expect(warning).toMatchObject({ name: 'WhisperForgeError', cause: { status: 400 } });
  });
});
