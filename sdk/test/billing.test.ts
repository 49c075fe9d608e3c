import { describe, expect, it } from 'vitest';
import { useBillingScene } from '../../server/test/support/billing.ts';
import { WhisperForge } from '../src/client.ts';
import { systemClock } from '../src/clock.ts';
import type { WhisperForgeOptions } from '../src/options.ts';
import type { Fetch } from '../src/transport/transport.ts';
import { PATIENCE } from './support/patience.ts';
import { pay } from './support/pay.ts';

/* The SDK against the real server, and the server against the sandbox: what money moves through. */

const scene = useBillingScene({ seed: 'sdk' });
const RETURN = { successUrl: 'http://localhost/bought', cancelUrl: 'http://localhost/plans' };
const PRO = { plan: 'pro', billingCycle: 'monthly' } as const;
const BUSINESS = { plan: 'business', billingCycle: 'monthly' } as const;
let users = 0;

async function setUp(options: Partial<WhisperForgeOptions> = {}) {
  const client = new WhisperForge({
    url: scene.server.url,
    secretKey: scene.server.secretKey,
    clock: { ...systemClock, nowMs: () => scene.clock.nowMs() },
    ...options,
  });
  users += 1;
  const user = `buyer|${users}`;
  await client.users.upsert(user, { email: `${users}@example.com` });
  return { client, user };
}

async function planOf(client: WhisperForge, user: string): Promise<string> {
  return (await client.users.get(user)).plan;
}

/** A user who has bought a plan, and has it. */
async function subscriber(
  bought: typeof PRO | typeof BUSINESS = PRO,
  options: Partial<WhisperForgeOptions> = {},
) {
  const { client, user } = await setUp(options);
  const checkout = await client.checkout.create({ user, ...bought, ...RETURN });
  await pay(checkout.url);
  await expect.poll(() => planOf(client, user), PATIENCE).toBe(bought.plan);
  return { client, user };
}

async function invoicesOf(client: WhisperForge, user: string) {
  const invoices = [];
  for await (const invoice of client.users.invoices(user)) invoices.push(invoice);
  return invoices;
}

/** Performs each request of a path, and loses the first answer. */
function losing(pattern: RegExp): { readonly fetch: Fetch; readonly keys: string[] } {
  const keys: string[] = [];
  const fetchAndLose: Fetch = async (url, init) => {
    const response = await fetch(url, init);
    if (!pattern.test(url)) return response;
    keys.push((init.headers as Record<string, string>)['idempotency-key'] ?? '');
    if (keys.length > 1) return response;
    await response.arrayBuffer();
    throw new TypeError('terminated');
  };
  return { fetch: fetchAndLose, keys };
}

describe('what is on sale', () => {
  it('is listed with packs, extra seats and trials', async () => {
    const { client } = await setUp();
    const plans = await client.plans.list();
    const business = plans.find(({ slug }) => slug === 'business');
    expect(business).toMatchObject({ trialDays: 0, extraSeat: { feature: 'team_seats' } });
    expect(business?.extraSeat?.prices).toContainEqual(
      expect.objectContaining({ billingCycle: 'monthly', currency: 'usd' }),
    );
    expect(plans.find(({ slug }) => slug === 'free')?.extraSeat).toBeNull();
    expect(await client.packs.list()).toContainEqual({
      pack: 'minutes_100',
      version: 1,
      name: '100 audio minutes',
      feature: 'audio_minutes',
      amount: 100,
      validDays: 365,
      prices: [{ currency: 'usd', amountMinor: 500, amount: '5.00' }],
    });
  });

  it('is quoted line by line in whole minor units, for users and for strangers', async () => {
    const { client, user } = await setUp();
    const quote = await client.quotes.create({ user, plan: 'pro', billingCycle: 'yearly' });
    expect(quote).toMatchObject({
      plan: 'pro',
      pack: null,
      billingCycle: 'yearly',
      total: { amountMinor: 18_240, currency: 'usd' },
      dueNow: { amountMinor: 18_240, currency: 'usd', amount: '182.40' },
      trialDays: 0,
      promotionCode: null,
    });
    const sum = quote.lines.reduce((minor, { amountMinor }) => minor + amountMinor, 0);
    expect(sum).toBe(quote.total.amountMinor);
    expect(quote.recurring[0]).toMatchObject({ amountMinor: 18_240, amount: '182.40' });

    const pack = await client.quotes.create({ pack: 'minutes_100', quantity: 3 });
    expect(pack).toMatchObject({ pack: 'minutes_100', quantity: 3, total: { amountMinor: 1_500 } });
    const code = client.quotes.create({ user, ...PRO, promotionCode: 'NO-SUCH-CODE' });
    await expect(code).rejects.toMatchObject({ code: 'promotion_code_unknown', status: 404 });
  });
});

describe('a purchase', () => {
  it('leads from a refusal to the next check that is allowed', async () => {
    const { client, user } = await setUp();
    await client.track({ user, event: 'audio_minutes', amount: 60 });
    const refused = await client.check(user, 'audio_minutes', { amount: 5 });
    expect(refused).toMatchObject({ allowed: false, reason: 'quota_exceeded', upgrade: 'pro' });
    const upgrade = refused.upgrade ?? expect.fail('it should name a plan');

    const checkout = await client.checkout.create({
      user,
      plan: upgrade,
      billingCycle: 'monthly',
      ...RETURN,
    });
    expect(Date.parse(checkout.expiresAt)).toBeGreaterThan(scene.clock.nowMs());
    expect(await pay(checkout.url)).toBe(RETURN.successUrl);

    const ask = () => client.check(user, 'audio_minutes', { amount: 5 });
    await expect.poll(async () => (await ask()).allowed, PATIENCE).toBe(true);
    expect(await ask()).toMatchObject({ plan: 'pro', limit: 300 });
    expect(await invoicesOf(client, user)).toMatchObject([
      {
        status: 'paid',
        total: { amountMinor: 1_900, currency: 'usd' },
        amountRemaining: { amountMinor: 0, currency: 'usd' },
        hostedUrl: expect.stringMatching(/^http/),
        lines: [{ amountMinor: 1_900, currency: 'usd', proration: false }],
      },
    ]);
  });

  it('is one purchase when its answer was lost, under one key', async () => {
    const { fetch: lossy, keys } = losing(/checkout$/);
    const { client, user } = await setUp({ fetch: lossy });
    const checkout = await client.checkout.create({ user, ...PRO, ...RETURN });
    expect(keys).toHaveLength(2);
    expect(keys[0]).toBe(keys[1]);
    await pay(checkout.url);
    await expect.poll(() => planOf(client, user), PATIENCE).toBe('pro');
    expect(await invoicesOf(client, user)).toHaveLength(1);
  });

  it('is one for one key of the caller, and the key is good for nothing else', async () => {
    const { client, user } = await setUp();
    const idempotencyKey = `form of ${user}`;
    const input = { user, ...PRO, ...RETURN };
    const first = await client.checkout.create(input, { idempotencyKey });
    expect(await client.checkout.create(input, { idempotencyKey })).toEqual(first);
    const other = client.checkout.create({ ...input, plan: 'business' }, { idempotencyKey });
    await expect(other).rejects.toMatchObject({ code: 'idempotency_key_reused', status: 422 });
  });

  it('is waited for where it is asked twice at once under one key', async () => {
    const { client, user } = await setUp();
    const input = { user, ...PRO, ...RETURN };
    const options = { idempotencyKey: `twice ${user}` };
    const [one, two] = await Promise.all([
      client.checkout.create(input, options),
      client.checkout.create(input, options),
    ]);
    expect(two).toEqual(one);
  });

  it('of a pack adds to what is left', async () => {
    const { client, user } = await setUp();
    const pack = { pack: 'minutes_100', quantity: 2, ...RETURN };
    const { url } = await client.checkout.create({ user, ...pack });
    await pay(url);
    const limit = async () => (await client.check(user, 'audio_minutes')).limit;
    await expect.poll(limit, PATIENCE).toBe(260);
  });

  it('is refused by codes that say why', async () => {
    const { client, user } = await subscriber();
    const again = client.checkout.create({ user, ...BUSINESS, ...RETURN });
    await expect(again).rejects.toMatchObject({ code: 'subscription_live', status: 409 });
    const other = await setUp();
    const away = { ...RETURN, successUrl: 'https://elsewhere.example/' };
    await expect(
      client.checkout.create({ user: other.user, ...PRO, ...away }),
    ).rejects.toMatchObject({
      code: 'redirect_not_allowed',
      fields: [{ field: '/success_url' }],
    });
    const stranger = client.checkout.create({ user: 'nobody', ...PRO, ...RETURN });
    await expect(stranger).rejects.toMatchObject({ code: 'user_unknown', status: 404 });
    const unknown = client.checkout.create({ user: other.user, ...PRO, plan: 'gold', ...RETURN });
    await expect(unknown).rejects.toMatchObject({
      code: 'plan_unknown',
      members: { known: expect.arrayContaining(['pro']) },
    });
  });
});

describe('a subscription', () => {
  it('is changed at once as it was previewed, and once', async () => {
    const { fetch: lossy, keys } = losing(/change$/);
    const { client, user } = await subscriber(PRO, { fetch: lossy });
    const preview = await client.subscriptions.preview(user, { ...BUSINESS, when: 'now' });
    const { currency } = preview.amountDue;
    expect(preview.recurring).toEqual({ amountMinor: 4_900, currency, billingCycle: 'monthly' });
    expect(preview.lines.length).toBeGreaterThan(0);
    expect(await planOf(client, user)).toBe('pro');

    const changed = await client.subscriptions.change(user, preview);
    expect(changed).toEqual({
      status: 'done',
      url: null,
      subscription: (await client.users.get(user)).subscription,
    });
    expect(changed.subscription).toMatchObject({ plan: 'business', status: 'active' });
    expect(keys).toHaveLength(2);
    expect(keys[0]).toBe(keys[1]);
    expect(await planOf(client, user)).toBe('business');
    await expect
      .poll(async () => (await invoicesOf(client, user)).map(({ total }) => total), PATIENCE)
      .toEqual([preview.total, { amountMinor: 1_900, currency: 'usd' }]);
  });

  it('refuses a preview that something has overtaken', async () => {
    const { client, user } = await subscriber();
    const stale = await client.subscriptions.preview(user, { ...BUSINESS, when: 'now' });
    await client.subscriptions.cancel(user, { when: 'period_end', reason: 'too dear' });
    await expect(client.subscriptions.change(user, stale)).rejects.toMatchObject({
      code: 'preview_stale',
      status: 409,
    });
    const forged = client.subscriptions.change(user, { previewToken: 'made.up' });
    await expect(forged).rejects.toMatchObject({ code: 'preview_token_invalid' });
  });

  it('is canceled at the end of its period, kept after all, and canceled at once', async () => {
    const { client, user } = await subscriber();
    const subscription = async () => (await client.users.get(user)).subscription;
    await client.subscriptions.cancel(user, { when: 'period_end' });
    expect((await subscription())?.cancelAt).toMatch(/^\d{4}-/);
    expect(await client.subscriptions.resume(user)).toMatchObject({ status: 'done' });
    expect((await subscription())?.cancelAt).toBeNull();
    await expect(client.subscriptions.resume(user)).rejects.toMatchObject({
      code: 'nothing_to_resume',
    });
    await expect(client.subscriptions.preview(user, { ...PRO, when: 'now' })).rejects.toMatchObject(
      { code: 'nothing_to_change' },
    );

    await client.subscriptions.cancel(user, { when: 'now' });
    expect(await planOf(client, user)).toBe('free');
    await expect(client.subscriptions.resume(user)).rejects.toMatchObject({
      code: 'subscription_missing',
    });
  });

  it('is lowered at the end of its period, and not before', async () => {
    const { client, user } = await subscriber(BUSINESS);
    const now = client.subscriptions.preview(user, { ...PRO, when: 'now' });
    await expect(now).rejects.toMatchObject({
      code: 'downgrade_at_period_end',
      fields: [{ field: '/when' }],
    });
    const preview = await client.subscriptions.preview(user, { ...PRO, when: 'period_end' });
    expect(preview.amountDue.amountMinor).toBe(0);
    const { status } = await client.subscriptions.change(user, preview);
    expect(status).toBe('scheduled');
    const { plan, subscription } = await client.users.get(user);
    expect({ plan, changesAt: subscription?.changesAt }).toEqual({
      plan: 'business',
      changesAt: preview.effectiveAt,
    });
  });

  it('waits for a card that does not pay, and names the page where it can be paid', async () => {
    const { client, user } = await subscriber();
    const { email } = await client.users.get(user);
    const { data } = await scene.stripe.customers.list({ email });
    const customer = data[0]?.id ?? expect.fail('the customer is at Stripe');
    const card = await scene.stripe.paymentMethods.attach('pm_card_chargeCustomerFail', {
      customer,
    });
    const [subscription] = (await scene.stripe.subscriptions.list({ customer })).data;
    await scene.stripe.subscriptions.update(subscription?.id ?? '', {
      default_payment_method: card.id,
    });
    const preview = await client.subscriptions.preview(user, { ...BUSINESS, when: 'now' });
    expect(await client.subscriptions.change(user, preview)).toEqual({
      status: 'payment_pending',
      url: expect.stringMatching(/^http/),
      subscription: expect.objectContaining({ plan: 'pro', status: 'active' }),
    });
    expect(await planOf(client, user)).toBe('pro');
  });
});

describe('invoices', () => {
  it('are read page by page, each once', async () => {
    const { client, user } = await subscriber();
    const preview = await client.subscriptions.preview(user, { ...BUSINESS, when: 'now' });
    await client.subscriptions.change(user, preview);
    await expect.poll(async () => (await invoicesOf(client, user)).length, PATIENCE).toBe(2);
    const all = await invoicesOf(client, user);
    const list = client.users.invoices(user, { limit: 1 });
    const first = await list.page();
    expect(first.data).toEqual(all.slice(0, 1));
    const second = await list.page(first.nextCursor);
    expect(second).toEqual({ data: all.slice(1), nextCursor: null });
    const read = [];
    for await (const invoice of list) read.push(invoice);
    expect(read).toEqual(all);
  });
});

describe('pages', () => {
  it('are opened for payment methods, and for the account by a link', async () => {
    const { client, user } = await setUp();
    const portal = await client.portal.create({ user, returnUrl: RETURN.cancelUrl });
    expect((await fetch(portal.url)).status).toBe(200);

    const link = await client.accountLinks.create({ user, returnUrl: RETURN.cancelUrl });
    expect(Date.parse(link.expiresAt)).toBe(scene.clock.nowMs() + 900_000);
    const entered = await fetch(link.url, { redirect: 'manual' });
    expect(entered.status).toBe(303);
    expect(entered.headers.get('set-cookie')).toMatch(/^wf_session=/);
    expect((await client.accountLinks.create({ user })).url).not.toBe(link.url);
  });
});
