import { afterAll, beforeAll, describe, expect, test } from 'vitest';
import { useTestServer } from '../../../../test/support/server.ts';
import { openDatabase, type PostgresDatabase } from '../../../adapters/postgres/index.ts';
import { holdRedemption, redeem } from '../codes/redemptions.ts';
import { createPricing } from '../service.ts';

const server = useTestServer();
let database: PostgresDatabase;

interface Answer {
  readonly code?: string;
  readonly lines: readonly { readonly kind: string; readonly amount: string }[];
  readonly recurring: readonly { readonly from: string; readonly amount: string }[];
}

const quote = (body: object) => server.request<Answer>('POST', '/v1/quotes', body);

beforeAll(async () => {
  database = openDatabase({
    url: server.databaseUrl,
    schema: 'billing',
    applicationName: 'test',
  });
  await server.request('PUT', '/v1/users/anna', { email: 'anna@example.com', country: 'DE' });
  const context = {
    actor: { kind: 'cli', id: 'operator' } as const,
    nowMs: server.clock.nowMs(),
    reason: 'spring',
  };
  await createPricing({ database }).createPromotionCodes(
    {
      codes: { kind: 'named', code: 'SPRING25' },
      name: 'Spring',
      effect: { percent_off_basis_points: 2_500, duration: 'repeating', duration_in_months: 3 },
      conditions: { billing_cycles: ['monthly'] },
    },
    context,
  );
});
afterAll(() => database.close());

describe('POST /v1/quotes', () => {
  test('says what a plan costs line by line, now and later', async () => {
    const body = { user: 'anna', plan: 'business', billing_cycle: 'monthly', seats: 7 };
    const { status, body: answer } = await quote({ ...body, promotion_code: 'spring25' });
    expect(status).toBe(200);
    expect(answer).toMatchObject({
      plan: 'business',
      version: 1,
      pack: null,
      currency: 'usd',
      seats: 7,
      extra_seats: 2,
      subtotal_minor: 6_700,
      discount_minor: 1_675,
      total_minor: 5_025,
      due_now_minor: 5_025,
      due_now: '50.25',
      trial_days: 0,
      promotion_code: { code: 'SPRING25', applied: true },
    });
    expect(answer.lines.map(({ kind, amount }) => `${kind} ${amount}`)).toEqual([
      'plan 49.00',
      'extra_seats 18.00',
      'discount -16.75',
    ]);
    expect(answer.lines[2]).toMatchObject({ promotion_code: 'SPRING25', rule: null });
    expect(answer.recurring).toMatchObject([
      { from: '2026-03-10T12:00:00.000Z', amount: '50.25' },
      { from: '2026-06-10T12:00:00.000Z', amount: '67.00' },
    ]);
  });

  test('needs no user, and prices packs as well', async () => {
    const pack = await quote({ pack: 'minutes_100', quantity: 2 });
    expect(pack).toMatchObject({ status: 200, body: { pack: 'minutes_100', due_now: '10.00' } });
    const plan = await quote({ plan: 'pro', billing_cycle: 'yearly' });
    expect(plan.body).toMatchObject({ due_now: '182.40', promotion_code: null });
  });

  test('is open to who holds the last use of a code at checkout, and to nobody else', async () => {
    const actor = { kind: 'system', id: null } as const;
    const context = { actor, nowMs: server.clock.nowMs(), reason: null };
    await createPricing({ database }).createPromotionCodes(
      {
        codes: { kind: 'named', code: 'LAST' },
        name: 'Last',
        effect: { percent_off_basis_points: 2_500, duration: 'once' },
        mostRedemptions: 1,
      },
      context,
    );
    await server.request('PUT', '/v1/users/ben', { email: 'ben@example.com' });
    const anna = await server.request<{ account: string }>('GET', '/v1/users/anna');
    const hold = {
      code: 'LAST',
      accountId: Number(anna.body.account),
      reference: 'checkout:1',
      purchase: { plan: 'pro', billingCycle: 'monthly', currency: 'usd' },
      buyer: { country: null, hasPurchased: false },
    } as const;
    await database.transaction((tx) => holdRedemption(tx, hold, context));
    const of = async (user: string) => {
      const body = { user, plan: 'pro', billing_cycle: 'monthly', promotion_code: 'last' };
      const { status, body: answer } = await quote(body);
      return [status, answer.code];
    };
    expect(await of('anna')).toEqual([200, undefined]);
    expect(await of('ben')).toEqual([422, 'promotion_code_used_up']);
    await database.transaction((tx) => redeem(tx, 'checkout:1', context));
    expect(await of('anna')).toEqual([422, 'promotion_code_already_used']);
  });

  test('changes nothing: the code is as free as before', async () => {
    const code = await createPricing({ database }).findPromotionCode('SPRING25');
    expect(code?.taken).toBe(0);
  });

  test.each<[number, string, object]>([
    [404, 'user_unknown', { user: 'nobody', plan: 'pro', billing_cycle: 'monthly' }],
    [404, 'plan_unknown', { plan: 'gold', billing_cycle: 'monthly' }],
    [404, 'pack_unknown', { pack: 'gold' }],
    [404, 'promotion_code_unknown', { plan: 'pro', billing_cycle: 'monthly', promotion_code: 'X' }],
    [
      422,
      'promotion_code_not_for_cycle',
      { plan: 'pro', billing_cycle: 'yearly', promotion_code: 'SPRING25' },
    ],
    [422, 'price_by_agreement', { plan: 'enterprise', billing_cycle: 'monthly' }],
    [422, 'currency_not_sold', { plan: 'pro', billing_cycle: 'monthly', currency: 'eur' }],
    [422, 'quote_request_invalid', { plan: 'pro' }],
    [422, 'quote_request_invalid', { plan: 'pro', pack: 'minutes_100', billing_cycle: 'monthly' }],
    [422, 'quote_request_invalid', { pack: 'minutes_100', seats: 2 }],
    [422, 'quote_request_invalid', {}],
  ])('answers %i %s for %j', async (status, code, body) => {
    expect(await quote(body)).toMatchObject({ status, body: { code } });
  });

  test('is refused without a key', async () => {
    const answer = await server.request('POST', '/v1/quotes', {}, { secret: null });
    expect(answer.status).toBe(401);
  });
});

test('GET /v1/plans shows what an extra seat and what packs cost', async () => {
  const { body } = await server.request<{ data: { slug: string }[] }>('GET', '/v1/plans');
  expect(body).toMatchObject({
    packs: [
      {
        pack: 'minutes_100',
        version: 1,
        feature: 'audio_minutes',
        amount: 100,
        valid_days: 365,
        prices: [{ currency: 'usd', amount_minor: 500, amount: '5.00' }],
      },
    ],
  });
  expect(body.data.find(({ slug }) => slug === 'business')).toMatchObject({
    trial_days: 0,
    extra_seat: {
      feature: 'team_seats',
      prices: [
        { billing_cycle: 'monthly', amount: '9.00' },
        { billing_cycle: 'yearly', amount: '86.40' },
      ],
    },
  });
  expect(body.data.find(({ slug }) => slug === 'pro')).toMatchObject({ extra_seat: null });
});
