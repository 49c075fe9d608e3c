import { beforeAll, describe, expect, test } from 'vitest';
import { useTestServer } from '../../server/test/support/server.ts';
import { WhisperForge } from '../src/client.ts';
import { contentsOf, describedService, operationsOf, sampleOf } from './support/openapi.ts';
import type { OpenApi, Operation } from './support/openapi.ts';

/* Every call of the SDK, beside what the service says of it in its OpenAPI document. */

type Call = (client: WhisperForge) => Promise<unknown>;

const usage = {
  amount: 1,
  costCents: 1,
  model: 'm',
  provider: 'p',
  tokensIn: 1,
  tokensOut: 1,
  metadata: {},
};
const event = { user: 'u', event: 'e', ...usage, occurredAt: '2026-01-01', enforce: true };
const plan = {
  plan: 'pro',
  billingCycle: 'monthly',
  seats: 3,
  promotionCode: 'SPRING',
  currency: 'usd',
} as const;
const pack = { pack: 'minutes_100', quantity: 2 };
const urls = { successUrl: 'https://a.test', cancelUrl: 'https://a.test' };
const { currency: _, ...change } = plan;

/** The calls that say all that an operation can be told. */
const calls: Readonly<Record<string, readonly Call[]>> = {
  'GET /v1/plans': [(it) => Promise.all([it.plans.list(), it.packs.list()])],
  'GET /v1/features': [(it) => it.features.list()],
  'POST /v1/quotes': [
    (it) => it.quotes.create({ user: 'u', ...plan }),
    (it) => it.quotes.create(pack),
  ],
  'PUT /v1/users/{user}': [
    (it) =>
      it.users.upsert('u', {
        email: 'e',
        name: 'n',
        signedUpAt: '2026-01-01',
        country: 'DE',
        source: 's',
        campaign: 'c',
        locale: 'de',
        metadata: {},
      }),
  ],
  'GET /v1/users/{user}': [(it) => it.users.get('a|b@c')],
  'GET /v1/users/{user}/usage': [(it) => it.users.usage('u')],
  'GET /v1/users/{user}/entitlements': [(it) => it.users.entitlements('u')],
  'GET /v1/users/{user}/invoices': [(it) => it.users.invoices('u', { limit: 7 }).page('after')],
  'PUT /v1/users/{user}/levels/{feature}': [(it) => it.levels.set('u', 'f', 1)],
  'POST /v1/check': [(it) => it.check('u', 'f', { amount: 1, value: 'v' })],
  'POST /v1/track': [(it) => it.track(event)],
  'POST /v1/reservations': [(it) => it.reserve('u', 'f', 1, { ttlSeconds: 60 })],
  'POST /v1/reservations/{id}/commit': [(it) => it.commit('r', usage)],
  'POST /v1/reservations/{id}/release': [(it) => it.release('r')],
  'POST /v1/reservations/{id}/extend': [(it) => it.extend('r', 60)],
  'POST /v1/checkout': [
    (it) => it.checkout.create({ user: 'u', ...plan, ...urls }),
    (it) => it.checkout.create({ user: 'u', ...pack, ...urls }),
  ],
  'POST /v1/portal': [(it) => it.portal.create({ user: 'u', returnUrl: 'https://a.test' })],
  'POST /v1/account-links': [
    (it) => it.accountLinks.create({ user: 'u', returnUrl: 'https://a.test' }),
  ],
  'POST /v1/users/{user}/subscription/preview': [
    (it) => it.subscriptions.preview('u', { ...change, when: 'now' }),
  ],
  'POST /v1/users/{user}/subscription/change': [
    (it) => it.subscriptions.change('u', { previewToken: 't' }),
  ],
  'POST /v1/users/{user}/subscription/cancel': [
    (it) => it.subscriptions.cancel('u', { when: 'now', reason: 'r' }),
  ],
  'POST /v1/users/{user}/subscription/resume': [(it) => it.subscriptions.resume('u')],
  'POST /v1/survey-links': [
    (it) => it.surveyLinks.create({ survey: 'nps', users: ['u'], days: 7 }),
  ],
  'GET /v1/metrics': [(it) => it.metrics.list()],
  'GET /v1/metrics/{name}': [
    (it) =>
      it.metrics.get('mrr', {
        attributes: { industry: ['saas', ''] },
        breakdown: 'plan',
        compare: 'year',
        from: '2026-01-01',
        to: '2026-01-31',
        granularity: 'day',
        profile: 'stripe',
        filters: {
          plan: ['pro'],
          cycle: ['month'],
          currency: ['usd'],
          country: ['DE'],
          source: ['ads'],
          cohort: ['2026-01-01'],
          campaign: ['spring'],
          code: ['SPRING'],
          event_type: ['audio_processed'],
          feature: ['audio_minutes'],
          signed_up: ['2026-01-01'],
          provider: ['p'],
          model: ['m'],
          prompt: ['titles'],
          route: ['POST /v1/check'],
          key: ['app'],
          status: ['2xx'],
          hour: ['09'],
          priority: ['high'],
          origin: ['desk'],
          reason: ['budget'],
        },
      }),
  ],
};

/** Sent by the buffer, whose own tests cover it. */
const BATCH = 'POST /v1/track/batch';

/** What the SDK does not hand on, and why nothing is lost by it. */
const KEPT_BACK = new Set([
  // Only plans and features are listed whole.
  'GET /v1/features /next_cursor',
  // Names the event that a commit counts as, which the service sees to.
  'GET /v1/features /data/0/commit_event',
]);

const server = useTestServer();
let operations: readonly Operation[] = [];

beforeAll(async () => {
  const { body } = await server.request<OpenApi>('GET', '/openapi.json');
  // Staff have the portal and tokens of their own.
  operations = operationsOf(body).filter(
    ({ name }) => name !== BATCH && !name.includes(' /admin/'),
  );
});

function operationOf(name: string): Operation {
  return operations.find((each) => each.name === name) ?? expect.fail(`${name} is not described`);
}

/** A client of the document, which says yes or no wherever it may say either. */
function setUp(says = true) {
  const { fetch, sent } = describedService(operations, says);
  const client = new WhisperForge({ url: 'http://document.test', secretKey: 'sk', fetch });
  return { client, sent };
}

function camel(name: string): string {
  return name.replaceAll(/_(\w)/g, (_match, letter: string) => letter.toUpperCase());
}

test('has a call for each operation of the app that the document describes', () => {
  expect(Object.keys(calls).toSorted()).toEqual(operations.map(({ name }) => name).toSorted());
});

describe.each(Object.entries(calls))('%s', (name, made) => {
  test('is told all that it can be told, and nothing else', async () => {
    const { client, sent } = setUp();
    for (const call of made) await call(client);
    const own = sent.filter(({ operation }) => operation.name === name);
    expect(own.length).toBeGreaterThanOrEqual(made.length);
    const { body, query } = operationOf(name);
    const told = new Set(own.flatMap((each) => Object.keys(each.body)));
    expect([...told].toSorted()).toEqual(Object.keys(body.properties ?? {}).toSorted());
    for (const each of own) {
      expect(Object.keys(each.body)).toEqual(expect.arrayContaining([...(body.required ?? [])]));
      expect(each.query.toSorted()).toEqual(query.toSorted());
    }
  });

  test('hands on all that it is answered', async () => {
    const answers = [];
    for (const says of [true, false]) {
      const { client } = setUp(says);
      for (const call of made) answers.push(await call(client));
    }
    const contents = contentsOf(answers);
    const { answer, leaves } = sampleOf(operationOf(name).answer, true);
    const lost = leaves
      .filter(({ path, value }) => !contents.has(value) && !KEPT_BACK.has(`${name} ${path}`))
      .map(({ path }) => path);
    expect(lost).toEqual([]);
    const flags = JSON.stringify(answer).matchAll(/"(\w+)":true/g);
    expect([...contents]).toEqual(
      expect.arrayContaining([...flags].map(([, flag]) => camel(flag ?? ''))),
    );
  });
});
