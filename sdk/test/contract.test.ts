import fastify from 'fastify';
import { describe, expect, it, onTestFinished } from 'vitest';
import { useTestServer } from '../../server/test/support/server.ts';
import { PATIENCE } from './support/patience.ts';
import { WhisperForge } from '../src/client.ts';
import { systemClock } from '../src/clock.ts';
import { CommitFailedError, NotAllowedError } from '../src/errors.ts';
import { meter, meterOf, requireFeature } from '../src/fastify.ts';
import type { ErrorContext, WhisperForgeOptions } from '../src/options.ts';
import type { Fetch } from '../src/transport/transport.ts';

/* The SDK against the real server and database: both sides of the contract say the same. */

const server = useTestServer();
let users = 0;

interface Reported {
  readonly error: unknown;
  readonly context: ErrorContext;
}

/** A client with a fresh user on the free plan, living by the server's clock. */
async function setUp(options: Partial<WhisperForgeOptions> = {}) {
  const reported: Reported[] = [];
  const client = new WhisperForge({
    url: server.url,
    secretKey: server.secretKey,
    clock: { ...systemClock, nowMs: () => server.clock.nowMs() },
    onError: (error, context) => reported.push({ error, context }),
    ...options,
  });
  users += 1;
  const user = `contract|${users}`;
  await client.users.upsert(user, { email: `${users}@example.com` });
  return { client, user, reported };
}

/** Performs the request, and then loses the answer of the first one to a path. */
function losing(pattern: RegExp): Fetch {
  const lost = new Set<string>();
  return async (url, init) => {
    const response = await fetch(url, init);
    if (!pattern.test(url) || lost.has(url)) return response;
    lost.add(url);
    await response.arrayBuffer();
    throw new TypeError('terminated');
  };
}

async function minutesUsed(client: WhisperForge, user: string): Promise<number | undefined> {
  const balances = await client.users.usage(user);
  return balances.find(({ feature }) => feature === 'audio_minutes')?.used;
}

async function rejection(promise: Promise<unknown>): Promise<unknown> {
  return promise.then(
    () => expect.fail('it should have been rejected'),
    (reason: unknown) => reason,
  );
}

describe('users and plans', () => {
  it('are made once and renewed with what is new', async () => {
    const { client, user } = await setUp();
    const made = await client.users.upsert(user, {
      email: 'ada@example.com',
      name: 'Ada',
      country: 'GB',
      locale: 'en-GB',
      source: 'search',
      campaign: 'spring',
      signedUpAt: new Date(server.clock.nowMs() - 86_400_000),
      metadata: { team_size: 3, nested: { keepMe: true } },
    });
    expect(made).toMatchObject({
      user,
      email: 'ada@example.com',
      name: 'Ada',
      country: 'GB',
      locale: 'en-GB',
      source: 'search',
      campaign: 'spring',
      metadata: { team_size: 3, nested: { keepMe: true } },
    });
    const renewed = await client.users.upsert(user, { email: 'ada@example.org' });
    expect(renewed).toEqual({ ...made, email: 'ada@example.org' });
  });

  it('are shown with their plan, and with what they may do and why', async () => {
    const { client, user } = await setUp();
    await client.track({ user, event: 'audio_minutes', amount: 10 });
    const standing = {
      plan: 'free',
      planVersion: 1,
      planSource: 'default',
      status: 'none',
      restriction: null,
      subscription: null,
    };
    const profile = await client.users.get(user);
    expect(profile).toMatchObject({ user, email: expect.stringMatching(/@/), ...standing });

    const entitlements = await client.users.entitlements(user);
    expect(entitlements).toMatchObject({ user, account: profile.account, ...standing });
    const { features } = entitlements;
    const named = (name: string) => features.find(({ feature }) => feature === name);
    expect(named('audio_minutes')).toMatchObject({
      kind: 'metered',
      granted: true,
      balance: { feature: 'audio_minutes', limit: 60, used: 10, remaining: 50 },
      onUnavailable: 'deny',
      sources: [{ source: 'plan', plan: 'free', amount: 60, expiresAt: null }],
    });
    expect(named('api_access')).toEqual({
      feature: 'api_access',
      name: expect.any(String),
      kind: 'boolean',
      granted: false,
      value: undefined,
      balance: null,
      onUnavailable: 'last_known',
      sources: [],
    });
    expect(named('ai_models')?.value).toEqual(['gpt-3.5', 'claude-sonnet']);
    expect(await rejection(client.users.get('nobody'))).toMatchObject({ status: 404 });
  });

  it('show the catalogue with prices, and what each feature does while we are away', async () => {
    const { client } = await setUp();
    const plans = await client.plans.list();
    expect(plans.map(({ slug }) => slug)).toEqual(['free', 'pro', 'business', 'enterprise']);
    const pro = plans.find(({ slug }) => slug === 'pro');
    expect(pro?.prices).toContainEqual({
      billingCycle: 'yearly',
      currency: 'usd',
      amountMinor: 18_240,
      amount: '182.40',
    });
    const minutes = pro?.features.find(({ feature }) => feature === 'audio_minutes');
    expect(minutes).toMatchObject({ granted: true, limit: 300, beyond: { policy: 'block' } });

    const features = await client.features.list();
    const rules = new Map(features.map(({ feature, onUnavailable }) => [feature, onUnavailable]));
    expect(rules.get('audio_minutes')).toBe('deny');
    expect(rules.get('api_access')).toBe('last_known');
    expect([...rules.values()]).not.toContain(undefined);
  });
});

describe('check', () => {
  it('answers each kind of feature', async () => {
    const { client, user } = await setUp();
    expect(await client.check(user, 'audio_minutes', { amount: '60' })).toMatchObject({
      allowed: true,
      reason: 'ok',
      plan: 'free',
      limit: 60,
      used: 0,
      reserved: 0,
      remaining: 60,
      resetsAt: expect.stringMatching(/^\d{4}-.*Z$/),
      upgrade: null,
      unavailable: false,
      source: 'service',
    });
    expect(await client.check(user, 'audio_minutes', { amount: 60.000001 })).toMatchObject({
      allowed: false,
      reason: 'quota_exceeded',
      upgrade: 'pro',
    });
    expect(await client.check(user, 'ai_models', { value: 'gpt-4' })).toMatchObject({
      allowed: false,
      reason: 'value_not_allowed',
      value: ['gpt-3.5', 'claude-sonnet'],
      upgrade: 'pro',
    });
    expect(await client.check(user, 'api_access')).toMatchObject({
      allowed: false,
      reason: 'feature_not_in_plan',
      upgrade: 'business',
    });
    expect(await client.check('nobody', 'api_access')).toMatchObject({
      allowed: false,
      reason: 'user_unknown',
      plan: null,
    });
  });

  it('rejects what is a mistake of the app', async () => {
    const { client, user } = await setUp();
    expect(await rejection(client.check(user, 'no_such_feature'))).toMatchObject({
      status: 404,
      requestId: expect.stringMatching(/^req_/),
    });
    expect(await rejection(client.check(user, 'audio_minutes', { amount: -1 }))).toMatchObject({
      status: 400,
      fields: [{ field: '/amount' }],
    });
    const stranger = new WhisperForge({
      url: server.url,
      secretKey: 'wf_test_wrong',
      onError: () => undefined,
    });
    expect(await rejection(stranger.check(user, 'api_access'))).toMatchObject({ status: 401 });
  });

  it("follows the service's own rules once it is away", async () => {
    let away = false;
    let rulesRead = 0;
    const { client, user } = await setUp({
      fetch: async (url, init) => {
        if (away) throw new TypeError('fetch failed');
        const response = await fetch(url, init);
        if (!url.endsWith('/v1/features')) return response;
        const text = await response.text();
        rulesRead += 1;
        return new Response(text, response);
      },
    });
    await client.check(user, 'custom_prompts');
    await client.check(user, 'audio_minutes');
    await expect.poll(() => rulesRead, PATIENCE).toBe(1);
    await client.check(user, 'custom_prompts');
    away = true;
    expect(await client.check(user, 'audio_minutes')).toMatchObject({
      allowed: false,
      unavailable: true,
      source: 'rule',
    });
    expect(await client.check(user, 'custom_prompts')).toMatchObject({
      allowed: false,
      reason: 'feature_not_in_plan',
      unavailable: true,
      source: 'last_known',
    });
  });
});

describe('track', () => {
  it('counts an event once, whatever becomes of the answer', async () => {
    const { client, user } = await setUp({ fetch: losing(/track$/) });
    const answer = await client.track({
      user,
      event: 'audio_minutes',
      amount: '12.5',
      costCents: '0.123456',
      model: 'whisper-1',
      provider: 'openai',
      tokensIn: 1_000,
      tokensOut: 200,
      metadata: { file: 'a.mp3' },
    });
    expect(answer).toMatchObject({ recorded: true, duplicate: true, overLimit: false });
    expect(answer.balances).toContainEqual(
      expect.objectContaining({ feature: 'audio_minutes', used: 12.5, remaining: 47.5 }),
    );
    expect(await minutesUsed(client, user)).toBe(12.5);
  });

  it('books beyond the limit and says so, unless the limit is to be enforced', async () => {
    const { client, user } = await setUp();
    const event = { user, event: 'audio_minutes', amount: 61 };
    expect(await client.track({ ...event, enforce: true })).toMatchObject({
      recorded: false,
      overLimit: true,
    });
    expect(await minutesUsed(client, user)).toBe(0);
    expect(await client.track(event)).toMatchObject({ recorded: true, overLimit: true });
    expect(await minutesUsed(client, user)).toBe(61);
  });

  it('refuses one key for two different events', async () => {
    const { client, user } = await setUp();
    const event = { user, event: 'audio_minutes', amount: 1, idempotencyKey: 'once' };
    await client.track(event);
    expect(await rejection(client.track({ ...event, amount: 2 }))).toMatchObject({ status: 422 });
  });
});

describe('enqueue', () => {
  it('books all events but those that are refused, each of which is reported', async () => {
    const { client, user, reported } = await setUp({ fetch: losing(/batch$/) });
    const event = { user, event: 'audio_minutes', amount: 1 };
    for (let count = 0; count < 10; count += 1) await client.enqueue(event);
    await client.enqueue({ ...event, user: 'nobody' });
    await client.enqueue({ ...event, event: 'no_such_event' });
    await client.enqueue({
      ...event,
      occurredAt: new Date(server.clock.nowMs() - 40 * 86_400_000),
    });
    // Of the wrong shape: for this one the service refuses the whole batch.
    await client.enqueue({ ...event, amount: -1 });
    await client.flush();
    expect(await minutesUsed(client, user)).toBe(10);
    expect(reported.map(({ context }) => context.during)).toEqual(
      Array.from({ length: 4 }, () => 'event'),
    );
    const statuses = reported.map(({ error }) => (error as { status: number }).status);
    expect(statuses.toSorted((a, b) => a - b)).toEqual([400, 404, 404, 422]);
  });
});

describe('reservations', () => {
  it('hold, extend, book less or more than was held, and replay', async () => {
    const { client, user } = await setUp();
    const held = await client.reserve(user, 'audio_minutes', 50, { ttlSeconds: 60 });
    if (!held.granted) expect.fail('it should have been granted');
    expect(held.balance).toMatchObject({ used: 0, reserved: 50, remaining: 10 });
    const extended = await client.extend(held.id, 3_600);
    expect(Date.parse(extended.expiresAt ?? '')).toBe(server.clock.nowMs() + 3_600_000);
    const usage = { amount: 61, costCents: 3, model: 'whisper-1' };
    expect(await client.commit(held.id, usage)).toMatchObject({
      used: 61,
      reserved: 0,
      overLimit: true,
      duplicate: false,
      late: false,
    });
    expect(await client.commit(held.id, usage)).toMatchObject({ used: 61, duplicate: true });
    const other = client.commit(held.id, { amount: 5 });
    expect(await rejection(other)).toMatchObject({ status: 409 });
  });

  it('reserve once when the answer is lost, and give back what is released', async () => {
    const { client, user } = await setUp({ fetch: losing(/reservations$/) });
    const held = await client.reserve(user, 'audio_minutes', 50);
    if (!held.granted) expect.fail('it should have been granted');
    expect(held).toMatchObject({ duplicate: true, balance: { reserved: 50 } });
    expect(await client.release(held.id)).toMatchObject({ reserved: 0, remaining: 60 });
    expect(await client.release(held.id)).toMatchObject({ reserved: 0 });
    const late = client.commit(held.id, { amount: 1 });
    expect(await rejection(late)).toMatchObject({ status: 409 });
  });

  it('book late when the hold had expired', async () => {
    const { client, user } = await setUp();
    const held = await client.reserve(user, 'audio_minutes', 50, { ttlSeconds: 60 });
    if (!held.granted) expect.fail('it should have been granted');
    server.clock.advanceBy(60_000);
    expect(await client.commit(held.id, { amount: 7 })).toMatchObject({ used: 7, late: true });
  });
});

describe('withReservation', () => {
  it('works until the quota is reached, exactly, and then names the plan that helps', async () => {
    const { client, user } = await setUp({ fetch: losing(/commit$/) });
    for (const [file, remaining] of [47.5, 35, 22.5, 10].entries()) {
      const { result, balance } = await client.withReservation(
        user,
        'audio_minutes',
        15,
        async () => ({ amount: '12.5', costCents: '0.2', result: `text ${file}` }),
      );
      expect(result).toBe(`text ${file}`);
      expect(balance).toMatchObject({ remaining, reserved: 0, overLimit: false });
    }
    const error = await rejection(
      client.withReservation(user, 'audio_minutes', 15, () => expect.fail('it began')),
    );
    expect(error).toBeInstanceOf(NotAllowedError);
    expect(error).toMatchObject({
      reason: 'quota_exceeded',
      upgrade: 'pro',
      balance: { used: 50, remaining: 10 },
    });
  });

  it('lets as many work at once as the quota allows', async () => {
    const { client, user } = await setUp();
    const works = Array.from({ length: 30 }, () =>
      client.withReservation(user, 'audio_minutes', 5, async () => ({ amount: 5, result: null })),
    );
    const outcomes = await Promise.allSettled(works);
    const done = outcomes.filter(({ status }) => status === 'fulfilled');
    expect(done).toHaveLength(12);
    const refused = outcomes.filter(
      (each) => each.status === 'rejected' && each.reason instanceof NotAllowedError,
    );
    expect(refused).toHaveLength(18);
    expect(await minutesUsed(client, user)).toBe(60);
  });

  it('gives back what it held when the work throws', async () => {
    const { client, user } = await setUp();
    const broken = new Error('the model is down');
    const error = await rejection(
      client.withReservation(user, 'audio_minutes', 60, async () => {
        throw broken;
      }),
    );
    expect(error).toBe(broken);
    expect(await client.check(user, 'audio_minutes')).toMatchObject({ reserved: 0, remaining: 60 });
  });

  it('hands over work that cannot be booked any more', async () => {
    const { client, user } = await setUp();
    const error = await rejection(
      client.withReservation(user, 'audio_minutes', 5, async ({ reservation }) => {
        await client.release(reservation.id);
        return { amount: 5, result: 'the text' };
      }),
    );
    expect(error).toBeInstanceOf(CommitFailedError);
    expect(error).toMatchObject({ result: 'the text', cause: { status: 409 } });
  });
});

describe('levels', () => {
  it('are set, and raised by reservations up to the limit', async () => {
    const { client, user } = await setUp();
    expect(await client.levels.set(user, 'kb_files', 2)).toMatchObject({
      feature: 'kb_files',
      limit: 3,
      used: 2,
      remaining: 1,
      periodEnd: null,
    });
    const work = async () => ({ amount: 1, result: null });
    await client.withReservation(user, 'kb_files', 1, work);
    const error = await rejection(client.withReservation(user, 'kb_files', 1, work));
    expect(error).toMatchObject({ reason: 'quota_exceeded', upgrade: 'pro' });
  });
});

describe('a gated app', () => {
  it('answers 402 with the plan that helps, and meters what its handlers report', async () => {
    const { client, user } = await setUp();
    const app = fastify();
    onTestFinished(() => app.close());
    const asked = { user: () => user };
    app.get('/export', { preHandler: requireFeature(client, 'api_access', asked) }, () => 'ok');
    const metering = meter(client, 'audio_minutes', { ...asked, amount: 40 });
    app.post('/transcribe', { preHandler: metering }, (request) => {
      meterOf(request, 'audio_minutes').report({ amount: 30, model: 'whisper-1' });
      return 'the text';
    });
    const url = await app.listen({ port: 0 });

    const refused = await fetch(`${url}/export`);
    expect(refused.status).toBe(402);
    expect(await refused.json()).toMatchObject({
      code: 'upgrade_required',
      reason: 'feature_not_in_plan',
      plan: 'free',
      upgrade: 'business',
    });

    const done = await fetch(`${url}/transcribe`, { method: 'POST' });
    expect(await done.text()).toBe('the text');
    await expect.poll(() => minutesUsed(client, user), PATIENCE).toBe(30);
    const full = await fetch(`${url}/transcribe`, { method: 'POST' });
    expect(full.status).toBe(402);
    expect(await full.json()).toMatchObject({
      reason: 'quota_exceeded',
      upgrade: 'pro',
      used: 30,
      remaining: 30,
    });
  });
});
