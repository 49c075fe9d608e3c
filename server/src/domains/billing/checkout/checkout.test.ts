import { sql } from 'kysely';
import { describe, expect, test } from 'vitest';
import { findAccount, findCustomerOfAccount } from '../../accounts/index.ts';
import { checkoutStatus } from '../account-api/checkout-status.ts';
import { ACTOR, planWish, requestOf, useShop, type Buyer, type PlanWish } from './shop.fixture.ts';

const shop = useShop('checkout');

async function subscriptionsOf({ accountId }: Buyer) {
  const customer = await findCustomerOfAccount(shop().database, accountId);
  if (customer === null) return [];
  return (await shop().stripe.subscriptions.list({ customer, status: 'all' })).data;
}

async function invoicesOf({ accountId }: Buyer) {
  const customer = await findCustomerOfAccount(shop().database, accountId);
  return (await shop().stripe.invoices.list({ customer: customer ?? '' })).data;
}

async function openSessions({ accountId }: Buyer): Promise<number> {
  const customer = await findCustomerOfAccount(shop().database, accountId);
  const { data } = await shop().stripe.checkout.sessions.list({ customer: customer ?? '' });
  return data.filter(({ status }) => status === 'open').length;
}

async function planOf({ user }: Buyer): Promise<string> {
  return (await shop().process.access.profile(user)).plan.slug;
}

function open(buyer: Buyer, plan: string, more: Partial<PlanWish> = {}) {
  const { selling, clock } = shop();
  return selling.checkouts.open(requestOf(buyer, planWish(plan, more)), clock.nowMs());
}

async function makeCode(code: string, basisPoints: number, more = {}): Promise<void> {
  const { pricing, clock } = shop();
  await pricing.createPromotionCodes(
    {
      codes: { kind: 'named', code },
      name: code,
      effect: { percent_off_basis_points: basisPoints, duration: 'once' },
      ...more,
    },
    { actor: ACTOR, nowMs: clock.nowMs(), reason: 'a test' },
  );
}

async function redemptions(code: string): Promise<string[]> {
  const { rows } = await sql<{ state: string }>`
    SELECT state FROM promotion_redemptions r JOIN promotion_codes c ON c.id = r.code_id
    WHERE c.code = ${code} ORDER BY r.id`.execute(shop().database.sql);
  return rows.map(({ state }) => state);
}

describe('one live subscription', () => {
  test('a checkout that is paid becomes the plan, in the same answer', async () => {
    const buyer = await shop().person();
    const opened = await open(buyer, 'pro');
    const back = `http://127.0.0.1:3000/account/return?checkout=${opened.id}`;
    expect(await shop().pay(opened.url)).toBe(back);
    await shop().refresh(buyer);
    expect(await planOf(buyer)).toBe('pro');
    expect(await subscriptionsOf(buyer)).toMatchObject([{ status: 'active' }]);
    await expect(open(buyer, 'business')).rejects.toMatchObject({ code: 'subscription_live' });
  });

  test('twenty requests at once make one customer and one session', async () => {
    const buyer = await shop().person();
    const opened = await Promise.all(Array.from({ length: 20 }, () => open(buyer, 'pro')));
    expect(new Set(opened.map(({ url }) => url)).size).toBe(1);
    const { data } = await shop().stripe.customers.list({ email: `${buyer.user}@example.com` });
    expect(data).toHaveLength(1);
    expect(await openSessions(buyer)).toBe(1);
    await shop().pay(opened[0]!.url);
    await expect(open(buyer, 'pro')).rejects.toMatchObject({ code: 'subscription_live' });
    expect(await subscriptionsOf(buyer)).toHaveLength(1);
  });

  test('of two tabs that ask for something else only the last can be paid', async () => {
    const buyer = await shop().person();
    const first = await open(buyer, 'pro');
    const second = await open(buyer, 'business');
    expect(second.url).not.toBe(first.url);
    await expect(shop().pay(first.url)).rejects.toThrow('not paid');
    await shop().pay(second.url);
    await shop().refresh(buyer);
    expect(await planOf(buyer)).toBe('business');
    expect(await subscriptionsOf(buyer)).toHaveLength(1);
  });

  test('a tab that is paid while another asks is told so, before any news has come', async () => {
    const buyer = await shop().person();
    const first = await open(buyer, 'pro');
    await shop().pay(first.url);
    await expect(open(buyer, 'business')).rejects.toMatchObject({ code: 'subscription_live' });
    expect(await planOf(buyer)).toBe('pro');
  });

  test('twenty tabs that ask for two things at once leave one session to be paid', async () => {
    const buyer = await shop().person();
    const asked = Array.from({ length: 20 }, (_, index) =>
      open(buyer, index % 2 === 0 ? 'pro' : 'business').catch((error: unknown) => error),
    );
    await Promise.all(asked);
    expect(await openSessions(buyer)).toBe(1);
  });

  test('a second subscription, made by hand, is canceled and paid back once', async () => {
    const buyer = await shop().person();
    await shop().subscribe(buyer, 'pro');
    const customer = (await findCustomerOfAccount(shop().database, buyer.accountId))!;
    const [first] = await subscriptionsOf(buyer);
    await shop().advanceTo(shop().clock.nowMs() + 60_000);
    const price = first!.items.data[0]!.price.id;
    const method = await shop().stripe.paymentMethods.attach('pm_card_visa', { customer });
    const second = await shop().stripe.subscriptions.create({
      customer,
      items: [{ price }],
      default_payment_method: method.id,
    });
    await shop().refresh(buyer);
    await shop().deliver();
    await shop().refresh(buyer);
    await shop().deliver();
    const all = await subscriptionsOf(buyer);
    expect(all.find(({ id }) => id === second.id)).toMatchObject({ status: 'canceled' });
    expect(all.find(({ id }) => id === first!.id)).toMatchObject({ status: 'active' });
    const refunds = (await shop().stripe.refunds.list({ limit: 100 })).data;
    expect(refunds).toMatchObject([{ amount: 1_900 }]);
    expect(await planOf(buyer)).toBe('pro');
  });
});

describe('what is charged is what was quoted', () => {
  for (const currency of ['usd', 'jpy', 'kwd']) {
    test(`in ${currency}, with seats and a code`, async () => {
      const { process, selling, clock } = shop();
      const code = `FIRST-${currency}`.toUpperCase();
      await makeCode(code, 1_250);
      const buyer = await shop().person();
      const wish = { seats: 7, promotionCode: code, currency, billingCycle: 'yearly' } as const;
      const opened = await open(buyer, 'business', wish);
      await shop().pay(opened.url);
      await shop().refresh(buyer);
      const quote = await shop().quotes.quote(null, planWish('business', wish), clock.nowMs());
      const [invoice] = await invoicesOf(buyer);
      expect(invoice).toMatchObject({ status: 'paid', currency, total: quote.totalMinor });
      expect(await redemptions(code)).toEqual(['redeemed']);
      expect(await findAccount(shop().database, buyer.accountId)).toMatchObject({ currency });
      expect(await process.access.profile(buyer.user)).toMatchObject({
        plan: { slug: 'business' },
      });
      const other = currency === 'usd' ? 'jpy' : 'usd';
      const pack = { kind: 'pack', pack: 'minutes_100', quantity: 1, currency: other } as const;
      await expect(
        selling.checkouts.open(requestOf(buyer, pack), clock.nowMs()),
      ).rejects.toMatchObject({ code: 'currency_fixed' });
    });
  }

  test('free plans and prices without an agreement are refused with the reason', async () => {
    const buyer = await shop().person();
    await expect(open(buyer, 'free')).rejects.toMatchObject({ code: 'plan_costs_nothing' });
    await expect(open(buyer, 'enterprise')).rejects.toMatchObject({ code: 'price_by_agreement' });
  });
});

describe('a code', () => {
  test('is held while its session is open, and freed when it expires', async () => {
    await makeCode('HELD', 2_500, { mostRedemptions: 1 });
    const [one, other] = [await shop().person(), await shop().person()];
    await open(one, 'pro', { promotionCode: 'held' });
    expect(await redemptions('HELD')).toEqual(['held']);
    await expect(open(other, 'pro', { promotionCode: 'HELD' })).rejects.toMatchObject({
      code: 'promotion_code_used_up',
    });
    await shop().advanceTo(shop().clock.nowMs() + 2 * 3_600_000);
    await shop().refresh(one);
    expect(await redemptions('HELD')).toEqual(['freed']);
    await open(other, 'pro', { promotionCode: 'HELD' });
    expect(await redemptions('HELD')).toEqual(['freed', 'held']);
  });

  test('follows its customer from one session to the next', async () => {
    await makeCode('MOVES', 2_500, { mostRedemptions: 1 });
    const buyer = await shop().person();
    await open(buyer, 'pro', { promotionCode: 'MOVES' });
    await open(buyer, 'business', { promotionCode: 'MOVES' });
    expect(await redemptions('MOVES')).toEqual(['freed', 'held']);
  });
});

describe('a trial', () => {
  test('is had once by an account', async () => {
    const { selling, clock } = shop();
    const buyer = await shop().person();
    const opened = await open(buyer, 'studio');
    await shop().pay(opened.url, '5555 5555 5555 4444');
    await shop().refresh(buyer);
    await shop().deliver();
    expect(await planOf(buyer)).toBe('studio');
    expect(await subscriptionsOf(buyer)).toMatchObject([{ status: 'trialing' }]);
    const call = { user: buyer.user, actor: ACTOR, when: 'now', reason: null } as const;
    await selling.changes.cancel(call, clock.nowMs());
    const again = await open(buyer, 'studio');
    await shop().pay(again.url, '5555 5555 5555 4444');
    await shop().refresh(buyer);
    expect((await subscriptionsOf(buyer))[0]).toMatchObject({ status: 'active' });
  });

  test('is refused uncharged where its card had one before; a plan can be bought', async () => {
    const { selling, clock } = shop();
    const [one, other] = [await shop().person(), await shop().person()];
    const card = '3782 822463 10005';
    const ids: string[] = [];
    for (const buyer of [one, other]) {
      const opened = await open(buyer, 'studio');
      ids.push(opened.id);
      await shop().pay(opened.url, card);
      await shop().refresh(buyer);
      expect(await planOf(buyer)).toBe(buyer === one ? 'studio' : 'free');
      await shop().deliver();
    }
    expect(await subscriptionsOf(other)).toMatchObject([{ status: 'canceled' }]);
    expect((await invoicesOf(other)).every(({ amount_paid: paid }) => paid === 0)).toBe(true);
    const { database } = shop();
    const parts = { database, checkouts: selling.checkouts };
    expect(await checkoutStatus(parts, { ...other, id: ids[1]! }, clock.nowMs())).toEqual({
      status: 'complete',
      is_active: false,
      refusal: 'trial_used',
    });
    await shop().pay((await open(other, 'studio')).url, card);
    await shop().refresh(other);
    expect((await subscriptionsOf(other))[0]).toMatchObject({ status: 'active' });
    expect(await planOf(other)).toBe('studio');
    const { rows } = await sql<{ card_digest: Buffer }>`
      SELECT card_digest FROM trial_uses WHERE account_id = ${one.accountId}`.execute(database.sql);
    expect(rows[0]!.card_digest).toHaveLength(32);
  });
});
