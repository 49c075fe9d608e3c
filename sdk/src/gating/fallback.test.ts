import { describe, expect, it } from 'vitest';
import { drivenClient, TIMEOUT_MS } from '../../test/support/client.ts';
import { json, problem, scriptedServer } from '../../test/support/scripted-server.ts';
import type { Script } from '../../test/support/scripted-server.ts';
import { wireCheck } from '../../test/support/wire.ts';
import { PATIENCE } from '../../test/support/patience.ts';
import type { WhisperForgeOptions } from '../options.ts';

const CHECK = '/v1/check';
const FEATURES = '/v1/features';

const RULES = [
  { feature: 'audio_minutes', kind: 'metered', name: 'Audio', on_unavailable: 'deny' },
  { feature: 'api_access', kind: 'boolean', name: 'API', on_unavailable: 'last_known' },
  { feature: 'support', kind: 'value', name: 'Support', on_unavailable: 'allow' },
  // What an older service, which does not say, would answer.
  { feature: 'kb_files', kind: 'metered', name: 'Files' },
  { feature: 'webhooks', kind: 'boolean', name: 'Webhooks' },
];

interface SetUp extends Partial<WhisperForgeOptions> {
  readonly features?: Script;
}

/** A service that can be switched off. */
async function service({ features, ...options }: SetUp = {}) {
  let away = false;
  const server = await scriptedServer({
    [CHECK]: (response, received) => {
      const { feature } = received.body as { feature: string };
      if (away) response.destroy();
      else json(response, 200, wireCheck({ feature }));
    },
    [FEATURES]: features ?? ((response) => json(response, 200, { data: RULES })),
  });
  let read = 0;
  const set = drivenClient(server.url, {
    ...options,
    fetch: async (url, init) => {
      const response = await fetch(url, init);
      if (!url.endsWith(FEATURES)) return response;
      const text = await response.text();
      read += 1;
      return new Response(text, response);
    },
  });
  const loads = () => server.received.filter(({ path }) => path === FEATURES).length;
  /** One check begins the load; the one after the load was read finds the rules. */
  const withRules = async () => {
    await set.client.check('user_0', 'api_access');
    await expect.poll(() => read, PATIENCE).toBe(1);
    await set.client.check('user_0', 'api_access');
  };
  const leave = () => {
    away = true;
  };
  return { ...set, server, loads, withRules, leave };
}

const byRule = (allowed: boolean) => ({
  allowed,
  unavailable: true,
  source: 'rule',
  reason: allowed ? 'ok' : 'service_unavailable',
  cause: expect.objectContaining({ code: 'network' }),
});

describe('check while the service is there', () => {
  it("answers with the service's numbers and says that they are", async () => {
    const wire = {
      feature: 'audio_minutes',
      limit: 60,
      used: 20,
      reserved: 5,
      remaining: 35,
      resets_at: '2026-02-28T00:00:00.000Z',
      upgrade: 'pro',
      allowed: false,
      reason: 'quota_exceeded',
      plan: 'free',
      something_new: true,
    };
    const server = await scriptedServer({ [CHECK]: (response) => json(response, 200, wire) });
    const { client } = drivenClient(server.url);
    expect(await client.check('user_1', 'audio_minutes', { amount: 40 })).toEqual({
      allowed: false,
      reason: 'quota_exceeded',
      feature: 'audio_minutes',
      plan: 'free',
      limit: 60,
      used: 20,
      reserved: 5,
      remaining: 35,
      resetsAt: '2026-02-28T00:00:00.000Z',
      upgrade: 'pro',
      unavailable: false,
      source: 'service',
    });
    expect(server.bodies(CHECK)).toEqual([
      { user: 'user_1', feature: 'audio_minutes', amount: 40 },
    ]);
  });

  it('retries once within its time, and then takes the answer', async () => {
    const server = await scriptedServer({
      [CHECK]: (response, _, nth) => {
        if (nth === 0) response.destroy();
        else json(response, 200, wireCheck());
      },
    });
    const { client } = drivenClient(server.url);
    expect(await client.check('user_1', 'api_access')).toMatchObject({ unavailable: false });
  });

  it.each([400, 401, 403, 404])('rejects a question that is refused with %i', async (status) => {
    const server = await scriptedServer({
      [CHECK]: (response) => problem(response, status, 'wrong'),
    });
    const { client } = drivenClient(server.url);
    await expect(client.check('user_1', 'api_access')).rejects.toMatchObject({ status });
  });
});

describe('check while the service is away', () => {
  it('asks twice, and answers a feature it knows nothing of with no', async () => {
    const { client, leave, server } = await service({ features: (response) => response.destroy() });
    leave();
    expect(await client.check('user_1', 'api_access')).toMatchObject(byRule(false));
    expect(server.bodies(CHECK)).toHaveLength(2);
  });

  it.each([429, 500, 502, 503, 504])('counts status %i as away', async (status) => {
    const server = await scriptedServer({
      [CHECK]: (response) => problem(response, status, 'away'),
    });
    const { client } = drivenClient(server.url);
    expect(await client.check('user_1', 'api_access')).toMatchObject({
      allowed: false,
      unavailable: true,
      cause: { status },
    });
  });

  it('answers a service that hangs within the time of one call', async () => {
    const server = await scriptedServer({ [CHECK]: () => undefined });
    const { client, clock } = drivenClient(server.url, { timeoutMs: TIMEOUT_MS * 2 });
    const startedMs = clock.nowMs();
    const answered = client.check('user_1', 'api_access');
    await clock.sleeper((durationMs) => durationMs === TIMEOUT_MS);
    await expect.poll(() => server.bodies(CHECK).length, PATIENCE).toBe(1);
    clock.advance(TIMEOUT_MS);
    const rest = TIMEOUT_MS - 50;
    await clock.sleeper((durationMs) => durationMs === rest);
    clock.advance(rest);
    expect(await answered).toMatchObject({ unavailable: true, cause: { code: 'timeout' } });
    expect(clock.nowMs() - startedMs).toBe(TIMEOUT_MS * 2);
  });

  it("follows each feature's rule", async () => {
    const { client, withRules, leave } = await service();
    await withRules();
    await client.check('user_1', 'webhooks');
    await client.check('user_1', 'kb_files');
    leave();
    expect(await client.check('user_1', 'support')).toMatchObject(byRule(true));
    expect(await client.check('user_1', 'audio_minutes')).toMatchObject(byRule(false));
    const known = { allowed: true, source: 'last_known', unavailable: true };
    expect(await client.check('user_0', 'api_access')).toMatchObject(known);
    expect(await client.check('user_1', 'webhooks')).toMatchObject(known);
    // Metered without a stated rule is closed, whatever the last answer was.
    expect(await client.check('user_1', 'kb_files')).toMatchObject(byRule(false));
  });

  it('lets the rules of the app win', async () => {
    const { client, withRules, leave } = await service({
      onUnavailable: { audio_minutes: 'allow', support: 'deny' },
    });
    await withRules();
    leave();
    expect(await client.check('user_1', 'audio_minutes')).toMatchObject(byRule(true));
    expect(await client.check('user_1', 'support')).toMatchObject(byRule(false));
    expect(await client.check('user_1', 'constructor')).toMatchObject(byRule(false));
  });

  it('fails closed for an amount when no rule is known', async () => {
    const { client, leave } = await service({ features: (response) => response.destroy() });
    await client.check('user_1', 'unheard_of', { amount: 3 });
    await client.check('user_1', 'unheard_of');
    leave();
    const amount = await client.check('user_1', 'unheard_of', { amount: 3 });
    expect(amount).toMatchObject(byRule(false));
    const plain = await client.check('user_1', 'unheard_of');
    expect(plain).toMatchObject({ allowed: true, source: 'last_known' });
  });
});

describe('a last known answer', () => {
  it('says when it was given, and is only given to the very same question', async () => {
    const { client, clock, withRules, leave } = await service();
    await withRules();
    const asOf = new Date(clock.nowMs()).toISOString();
    await client.check('user_1', 'api_access', { value: 'gpt-3.5' });
    leave();
    clock.advance(60_000);
    const known = await client.check('user_1', 'api_access', { value: 'gpt-3.5' });
    expect(known).toMatchObject({ allowed: true, source: 'last_known', asOf, plan: 'business' });
    const others = [
      await client.check('user_1', 'api_access', { value: 'gpt-4' }),
      await client.check('user_1', 'api_access'),
      await client.check('user_2', 'api_access', { value: 'gpt-3.5' }),
    ];
    for (const other of others) expect(other).toMatchObject(byRule(false));
  });

  it('is the latest one', async () => {
    let allowed = true;
    let away = false;
    const server = await scriptedServer({
      [CHECK]: (response) => {
        if (away) response.destroy();
        else json(response, 200, wireCheck({ allowed, reason: 'feature_not_in_plan' }));
      },
    });
    const { client } = drivenClient(server.url);
    await client.check('user_1', 'api_access');
    allowed = false;
    await client.check('user_1', 'api_access');
    away = true;
    const answer = await client.check('user_1', 'api_access');
    expect(answer).toMatchObject({ allowed: false, reason: 'feature_not_in_plan' });
    expect(answer.source).toBe('last_known');
  });

  it('is no longer trusted when it is too old', async () => {
    const { client, clock, leave } = await service({ lastKnown: { maxAgeMs: 1_000_000 } });
    await client.check('user_1', 'api_access');
    leave();
    clock.advance(999_000);
    expect((await client.check('user_1', 'api_access')).allowed).toBe(true);
    clock.advance(2_000);
    expect(await client.check('user_1', 'api_access')).toMatchObject(byRule(false));
  });

  it('is kept for so many questions only, the most recently asked ones', async () => {
    const { client, leave } = await service({ lastKnown: { maxAnswers: 2 } });
    for (const user of ['user_1', 'user_2', 'user_1', 'user_3']) {
      await client.check(user, 'api_access');
    }
    leave();
    const sources: string[] = [];
    for (const user of ['user_1', 'user_2', 'user_3']) {
      sources.push((await client.check(user, 'api_access')).source);
    }
    expect(sources).toEqual(['last_known', 'rule', 'last_known']);
  });
});

describe("the features' rules", () => {
  it('are loaded without a check waiting for them, once at a time', async () => {
    const { client, loads } = await service({ features: () => undefined });
    for (const user of ['user_1', 'user_2', 'user_3']) {
      expect((await client.check(user, 'api_access')).allowed).toBe(true);
    }
    await expect.poll(loads, PATIENCE).toBe(1);
  });

  it('are loaded again when they are old', async () => {
    const { client, clock, loads, withRules } = await service();
    await withRules();
    clock.advance(599_000);
    await client.check('user_1', 'api_access');
    expect(loads()).toBe(1);
    clock.advance(2_000);
    await client.check('user_1', 'api_access');
    await expect.poll(loads, PATIENCE).toBe(2);
  });

  it.each([
    [500, 'broken', 31_000],
    [403, 'scope_missing', 601_000],
  ])('are asked for again after a %i, but not at once', async (status, code, laterMs) => {
    const { client, clock, loads, reported } = await service({
      features: (response, _, nth) =>
        nth === 0 ? problem(response, status, code) : json(response, 200, { data: RULES }),
    });
    await client.check('user_1', 'api_access');
    await expect.poll(() => reported.length, PATIENCE).toBe(1);
    expect(reported[0]).toMatchObject({ error: { code }, context: { during: 'features' } });
    clock.advance(laterMs - 2_000);
    await client.check('user_1', 'api_access');
    expect(loads()).toBe(1);
    clock.advance(2_000);
    await client.check('user_1', 'api_access');
    await expect.poll(loads, PATIENCE).toBe(2);
  });
});
