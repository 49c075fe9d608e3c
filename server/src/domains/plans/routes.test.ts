import { afterAll, beforeAll, describe, expect, test } from 'vitest';
import { Check } from 'typebox/value';
import { units } from '@whisperforge/kernel/quantity';
import { createTestDatabase, useTestDatabase } from '../../../test/support/database.ts';
import { startTestServer } from '../../../test/support/server.ts';
import { openDatabase, type PostgresDatabase } from '../../adapters/postgres/index.ts';
import type { Route } from '../../platform/routes.ts';
import { createCatalogCache, type CatalogCache } from './cache.ts';
import type { Feature, FeatureKind, FeatureTerms } from './catalog.ts';
import type { CommandContext } from './record.ts';
import { plansRoutes } from './routes.ts';
import { createPlans } from './service.ts';

const created = useTestDatabase();
let database: PostgresDatabase;
let cache: CatalogCache;
let plans: ReturnType<typeof createPlans>;

const context: CommandContext = {
  actor: { kind: 'cli', id: 'operator' },
  nowMs: 1_000,
  reason: null,
};

const feature = (key: string, kind: FeatureKind, position: number): Feature => ({
  key,
  kind,
  name: `The ${key}`,
  description: `What ${key} is`,
  unit: kind === 'metered' ? 'minute' : null,
  whenMissing: 'deny',
  onUnavailable: kind === 'metered' ? 'deny' : 'last_known',
  commitEvent: null,
  position,
});

/** Calls a route as `http/` would, whose answer must be what the route declares. */
async function get(path: string): Promise<{ data: Record<string, unknown>[] }> {
  const route: Route = plansRoutes(cache).find((candidate) => candidate.path === path)!;
  const answer = await route.handler({
    params: {},
    query: {},
    body: {},
    caller: undefined,
    session: undefined,
    staff: undefined,
    exchange: undefined,
    requestId: 'request',
    idempotencyKey: undefined,
    nowMs: 1_000,
  });
  expect(Check(route.response, answer)).toBe(true);
  return JSON.parse(JSON.stringify(answer)) as { data: Record<string, unknown>[] };
}

async function sell(
  slug: string,
  position: number,
  terms: Readonly<Record<string, FeatureTerms>>,
): Promise<void> {
  const prices =
    slug === 'studio'
      ? ([
          { billingCycle: 'monthly', currency: 'usd', amountMinor: 1_900 },
          { billingCycle: 'monthly', currency: 'jpy', amountMinor: 2_900 },
          { billingCycle: 'yearly', currency: 'usd', amountMinor: 18_240 },
        ] as const)
      : [];
  const draft = {
    slug,
    name: slug,
    description: '',
    isDefault: slug === 'free',
    position,
    terms: new Map(Object.entries(terms)),
    prices,
    trialDays: 0,
    extraSeat: null,
  };
  await plans.draftVersion(draft, context);
  await plans.publishVersion(slug, context);
}

beforeAll(async () => {
  database = openDatabase({ url: created.url, schema: 'billing', applicationName: 'test' });
  cache = createCatalogCache({ database });
  plans = createPlans({ database });
  for (const [position, [key, kind]] of (
    [
      ['minutes', 'metered'],
      ['extra', 'metered'],
      ['paid', 'metered'],
      ['files', 'level'],
      ['models', 'value'],
      ['support', 'value'],
      ['sla', 'boolean'],
    ] as const
  ).entries()) {
    await plans.defineFeature(feature(key, kind, position), context);
  }
  await sell('free', 1, { models: { kind: 'value', value: ['small', 'medium'] } });
  await sell('studio', 2, {
    minutes: { kind: 'metered', limit: null, beyond: { policy: 'block' } },
    extra: {
      kind: 'metered',
      limit: units(60),
      beyond: { policy: 'grace', amount: 12_500_000n },
    },
    paid: {
      kind: 'metered',
      limit: units(10),
      beyond: { policy: 'overage', unitPriceMinor: '2.5', currency: 'usd' },
    },
    files: { kind: 'level', limit: units(15) },
    models: { kind: 'value', value: ['*'] },
    support: { kind: 'value', value: 'email' },
    sla: { kind: 'boolean' },
  });
});

afterAll(() => database.close());

describe('GET /v1/plans', () => {
  test('shows what is on sale, cheapest first, with prices in minor and major units', async () => {
    const answer = await get('/v1/plans');
    expect(answer).toMatchObject({ next_cursor: null });
    expect(answer.data.map((plan) => [plan['slug'], plan['version'], plan['is_default']])).toEqual([
      ['free', 1, true],
      ['studio', 1, false],
    ]);
    expect(answer.data[1]!['prices']).toEqual([
      { billing_cycle: 'monthly', currency: 'jpy', amount_minor: 2_900, amount: '2900' },
      { billing_cycle: 'monthly', currency: 'usd', amount_minor: 1_900, amount: '19.00' },
      { billing_cycle: 'yearly', currency: 'usd', amount_minor: 18_240, amount: '182.40' },
    ]);
  });

  test('says of every feature whether it is granted and on which terms', async () => {
    const [free, studio] = (await get('/v1/plans')).data as { features: object[] }[];
    expect(studio!.features.map((granted) => ({ ...granted, name: '', description: '' }))).toEqual(
      [
        ['minutes', 'metered', { unit: 'minute', limit: null, beyond: { policy: 'block' } }],
        [
          'extra',
          'metered',
          { unit: 'minute', limit: 60, beyond: { policy: 'grace', amount: 12.5 } },
        ],
        [
          'paid',
          'metered',
          {
            unit: 'minute',
            limit: 10,
            beyond: { policy: 'overage', unit_price_minor: '2.5', currency: 'usd' },
          },
        ],
        ['files', 'level', { limit: 15 }],
        ['models', 'value', { values: ['*'] }],
        ['support', 'value', { value: 'email' }],
        ['sla', 'boolean', {}],
      ].map(([key, kind, terms]) => ({
        feature: key,
        kind,
        name: '',
        description: '',
        unit: null,
        granted: true,
        ...(terms as object),
      })),
    );
    expect(free!.features).toContainEqual({
      feature: 'minutes',
      kind: 'metered',
      name: 'The minutes',
      description: 'What minutes is',
      unit: 'minute',
      granted: false,
    });
  });

  test('is for everybody and names nothing of Stripe', async () => {
    const route = plansRoutes(cache).find((candidate) => candidate.path === '/v1/plans');
    expect(route?.scope).toBe('public');
    expect(JSON.stringify([await get('/v1/plans'), route?.response])).not.toMatch(/stripe/i);
  });

  test('shows a withdrawn plan no longer, once the change was announced', async () => {
    await plans.withdrawPlan('studio', context);
    cache.invalidate();
    expect((await get('/v1/plans')).data.map((plan) => plan['slug'])).toEqual(['free']);
  });
});

test('GET /v1/features tells what a client does about each while nobody answers', async () => {
  const { data } = await get('/v1/features');
  expect(data).toHaveLength(7);
  expect(data[0]).toEqual({
    feature: 'minutes',
    kind: 'metered',
    name: 'The minutes',
    description: 'What minutes is',
    unit: 'minute',
    on_unavailable: 'deny',
    commit_event: null,
  });
  expect(plansRoutes(cache).find(({ path }) => path === '/v1/features')?.scope).toBe('read');
});

describe('a server on a new database', () => {
  test('answers the shipped plans to everybody, and features to those with a key', async () => {
    const empty = await createTestDatabase();
    const server = await startTestServer(empty.url);
    const open = await server.request<{ data: { slug: string; prices: object[] }[] }>(
      'GET',
      '/v1/plans',
      undefined,
      { secret: null },
    );
    expect([open.status, open.headers.get('access-control-allow-origin')]).toEqual([200, '*']);
    expect(open.headers.get('set-cookie')).toBeNull();
    expect(open.body.data.map((plan) => [plan.slug, plan.prices.length])).toEqual([
      ['free', 1],
      ['pro', 2],
      ['business', 2],
      ['enterprise', 0],
    ]);
    const features = await server.request<{ data: object[] }>('GET', '/v1/features');
    expect(features.body.data).toHaveLength(18);
    expect(features.body.data[0]).toMatchObject({
      feature: 'audio_minutes',
      commit_event: 'audio_processed',
    });
    const refused = await server.request('GET', '/v1/features', undefined, { secret: null });
    expect(refused.status).toBe(401);
    await server.close();
    await empty.drop();
  });
});
