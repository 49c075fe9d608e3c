import { expect, test } from 'vitest';
import { DAY_MS } from '@whisperforge/kernel/period';
import { findCustomerOfAccount } from '../../../accounts/index.ts';
import { ACTOR, useShop, type Buyer } from '../../checkout/shop.fixture.ts';
import type { PreviewRequest } from '../preview.ts';

const shop = useShop('codes of changes');
const HOURS_2 = 2 * 3_600_000;

type NewCodes = Parameters<ReturnType<typeof shop>['pricing']['createPromotionCodes']>[0];

async function makeCode(
  code: string,
  basisPoints: number,
  more: Partial<NewCodes> & { readonly duration?: 'once' | 'forever' } = {},
): Promise<void> {
  const { duration = 'forever', ...rest } = more;
  const { pricing, clock } = shop();
  await pricing.createPromotionCodes(
    {
      codes: { kind: 'named', code },
      name: code.toLowerCase(),
      effect: { percent_off_basis_points: basisPoints, duration },
      ...rest,
    },
    { actor: ACTOR, nowMs: clock.nowMs(), reason: 'a test' },
  );
}

async function customerOf({ accountId }: Buyer) {
  const id = await findCustomerOfAccount(shop().database, accountId);
  const retrieval = await shop().gateway.retrieveCustomer(id ?? '');
  if (retrieval.kind !== 'found') throw new Error(`the customer is ${retrieval.kind}`);
  return retrieval.customer;
}

async function lastInvoice(buyer: Buyer) {
  return (await customerOf(buyer)).invoices.at(-1);
}

async function taken(code: string): Promise<number | undefined> {
  return (await shop().pricing.findPromotionCode(code))?.taken;
}

/** The newest first. */
async function coupons(): Promise<string[]> {
  const { data } = await shop().stripe.coupons.list({ limit: 100 });
  return data.map(({ id }) => id);
}

function preview({ user }: Buyer, plan: string, more: Partial<PreviewRequest> = {}) {
  const { selling, clock } = shop();
  const wish = { user, plan, billingCycle: 'monthly', seats: null, promotionCode: null } as const;
  return selling.changes.preview({ ...wish, when: 'now', ...more }, clock.nowMs());
}

function carryOut({ user }: Buyer, { token }: { readonly token: string }) {
  const { selling, clock } = shop();
  return selling.changes.change({ user, actor: ACTOR, token }, clock.nowMs());
}

async function subscribed(plan: string, promotionCode: string | null = null): Promise<Buyer> {
  const buyer = await shop().person();
  await shop().subscribe(buyer, plan, { promotionCode });
  return buyer;
}

async function renewed(buyer: Buyer): Promise<void> {
  const [subscription] = (await customerOf(buyer)).subscriptions;
  await shop().advanceTo(subscription!.items[0]!.period.endMs + HOURS_2);
  await shop().refresh(buyer);
}

test('a change with a code charges what was previewed, now and later', async () => {
  await makeCode('QUARTER', 2_500);
  const buyer = await subscribed('pro');
  await shop().advanceTo(shop().clock.nowMs() + 10 * DAY_MS);
  const dear = await preview(buyer, 'business');
  const before = await coupons();
  const previewed = await preview(buyer, 'business', { promotionCode: 'quarter' });
  expect(await coupons()).toEqual(before);
  expect(previewed.promotionCode).toEqual({ code: 'QUARTER', isApplied: true });
  expect(previewed.amountDueMinor).toBeLessThan(dear.amountDueMinor);
  expect(previewed.lines.reduce((sum, { amountMinor }) => sum + amountMinor, 0)).toBe(
    previewed.subtotalMinor,
  );
  expect(await taken('QUARTER')).toBe(0);
  expect(await carryOut(buyer, previewed)).toEqual({ kind: 'done' });
  // Which is made once, by what it grants; whoever previews it later finds it.
  const [made] = await coupons();
  await preview(await subscribed('pro'), 'business', { promotionCode: 'QUARTER' });
  expect(await coupons()).toEqual([made, ...before]);
  expect(await lastInvoice(buyer)).toMatchObject({
    status: 'paid',
    totalMinor: previewed.amountDueMinor,
    amountPaidMinor: previewed.amountDueMinor,
  });
  expect(await taken('QUARTER')).toBe(1);
  await renewed(buyer);
  expect(previewed.recurring.amountMinor).toBe(3_675);
  expect(await lastInvoice(buyer)).toMatchObject({ status: 'paid', totalMinor: 3_675 });
});

test('a change of cycle with a code charges the year as previewed', async () => {
  await makeCode('YEARLY', 3_000);
  const buyer = await subscribed('pro');
  await shop().advanceTo(shop().clock.nowMs() + 7 * DAY_MS);
  const previewed = await preview(buyer, 'pro', {
    billingCycle: 'yearly',
    promotionCode: 'YEARLY',
  });
  await carryOut(buyer, previewed);
  expect(await lastInvoice(buyer)).toMatchObject({
    status: 'paid',
    totalMinor: previewed.amountDueMinor,
  });
  expect(previewed.recurring).toEqual({ amountMinor: 12_768, billingCycle: 'yearly' });
});

test('a code for one payment lowers the first one and no other', async () => {
  await makeCode('FIRST', 4_000, { duration: 'once' });
  const buyer = await subscribed('pro');
  const previewed = await preview(buyer, 'business', { promotionCode: 'FIRST' });
  await carryOut(buyer, previewed);
  expect(await lastInvoice(buyer)).toMatchObject({ totalMinor: previewed.amountDueMinor });
  await renewed(buyer);
  expect(previewed.recurring.amountMinor).toBe(4_900);
  expect(await lastInvoice(buyer)).toMatchObject({ status: 'paid', totalMinor: 4_900 });
});

test('a scheduled change holds its code and counts it when its price is charged', async () => {
  await makeCode('LATER', 5_000, { duration: 'once', mostRedemptions: 1 });
  const buyer = await subscribed('business');
  const later = { when: 'period_end', promotionCode: 'LATER' } as const;
  const previewed = await preview(buyer, 'pro', later);
  expect(previewed).toMatchObject({ amountDueMinor: 0, totalMinor: 950 });
  expect(previewed.recurring.amountMinor).toBe(1_900);
  expect(await carryOut(buyer, previewed)).toEqual({ kind: 'scheduled' });
  expect(await taken('LATER')).toBe(1);
  await shop().refresh(buyer);
  const other = await subscribed('pro');
  await expect(preview(other, 'business', { promotionCode: 'LATER' })).rejects.toMatchObject({
    code: 'promotion_code_used_up',
  });
  await renewed(buyer);
  expect(await lastInvoice(buyer)).toMatchObject({ status: 'paid', totalMinor: 950 });
  expect(await taken('LATER')).toBe(1);
  await renewed(buyer);
  expect(await lastInvoice(buyer)).toMatchObject({ status: 'paid', totalMinor: 1_900 });
});

test('a scheduled change that is undone or replaced lets its code go', async () => {
  await makeCode('UNDONE', 2_000, { mostRedemptions: 1, mostPerAccount: 1 });
  const { selling, clock } = shop();
  const buyer = await subscribed('business');
  const call = { user: buyer.user, actor: ACTOR, reason: null };
  const later = { when: 'period_end', promotionCode: 'UNDONE' } as const;
  await carryOut(buyer, await preview(buyer, 'pro', later));
  await selling.changes.resume(call, clock.nowMs());
  expect(await taken('UNDONE')).toBe(0);
  await carryOut(buyer, await preview(buyer, 'pro', later));
  await carryOut(buyer, await preview(buyer, 'studio', later));
  expect(await taken('UNDONE')).toBe(1);
  await carryOut(buyer, await preview(buyer, 'pro', { when: 'period_end' }));
  expect(await taken('UNDONE')).toBe(0);
  await carryOut(buyer, await preview(buyer, 'pro', { ...later, billingCycle: 'yearly' }));
  await selling.changes.cancel({ ...call, when: 'now' }, clock.nowMs());
  expect(await taken('UNDONE')).toBe(0);
});

test('a schedule that is let go at Stripe itself frees the code with the next look', async () => {
  await makeCode('ELSEWHERE', 2_000);
  const buyer = await subscribed('business');
  const later = { when: 'period_end', promotionCode: 'ELSEWHERE' } as const;
  await carryOut(buyer, await preview(buyer, 'pro', later));
  const [subscription] = (await customerOf(buyer)).subscriptions;
  await shop().stripe.subscriptionSchedules.release(subscription!.scheduleId!);
  await shop().refresh(buyer);
  expect(await taken('ELSEWHERE')).toBe(0);
});

test('a code that takes less off is not spent, and one that takes more replaces', async () => {
  await makeCode('HALF', 5_000);
  await makeCode('TENTH', 1_000);
  await makeCode('MOST', 6_000);
  const buyer = await subscribed('business', 'HALF');
  const later = { when: 'period_end' } as const;
  const weaker = await preview(buyer, 'pro', { ...later, promotionCode: 'TENTH' });
  expect(weaker).toMatchObject({
    promotionCode: { code: 'TENTH', isApplied: false },
    totalMinor: 950,
  });
  await carryOut(buyer, weaker);
  expect(await taken('TENTH')).toBe(0);
  const better = await preview(buyer, 'pro', { ...later, promotionCode: 'MOST' });
  expect(better).toMatchObject({ promotionCode: { isApplied: true }, totalMinor: 760 });
  await carryOut(buyer, better);
  await renewed(buyer);
  expect(await lastInvoice(buyer)).toMatchObject({ status: 'paid', totalMinor: 760 });
});

test('a code that expired or was used up since the preview makes it stale', async () => {
  const { clock } = shop();
  await makeCode('BRIEF', 2_000, { expiresMs: clock.nowMs() + 60_000 });
  await makeCode('LAST', 2_000, { mostRedemptions: 1 });
  const [buyer, other] = [await subscribed('pro'), await subscribed('pro')];
  const brief = await preview(buyer, 'business', { promotionCode: 'BRIEF' });
  const [last, overtaken] = [
    await preview(buyer, 'business', { promotionCode: 'LAST' }),
    await preview(other, 'business', { promotionCode: 'LAST' }),
  ];
  await carryOut(buyer, last);
  await expect(carryOut(other, overtaken)).rejects.toMatchObject({
    code: 'preview_stale',
    kind: 'conflict',
  });
  await shop().advanceTo(clock.nowMs() + 60_000);
  await expect(carryOut(buyer, brief)).rejects.toMatchObject({ code: 'preview_stale' });
  expect(await taken('BRIEF')).toBe(0);
  expect((await customerOf(other)).invoices).toHaveLength(1);
});

test('limits per account and of first purchases hold for changes too', async () => {
  await makeCode('NEWCOMERS', 2_000, { conditions: { first_purchase_only: true } });
  await makeCode('ONCE', 2_000, { mostPerAccount: 1 });
  const buyer = await subscribed('pro', 'ONCE');
  await expect(preview(buyer, 'business', { promotionCode: 'NEWCOMERS' })).rejects.toMatchObject({
    code: 'promotion_code_first_purchase_only',
  });
  await expect(preview(buyer, 'business', { promotionCode: 'ONCE' })).rejects.toMatchObject({
    code: 'promotion_code_already_used',
  });
});

test('a card that does not pay refuses a change with a code, and frees the code', async () => {
  await makeCode('DECLINED', 2_000);
  const { stripe } = shop();
  const buyer = await subscribed('pro');
  const { id: customer, subscriptions } = await customerOf(buyer);
  const method = await stripe.paymentMethods.attach('pm_card_chargeCustomerFail', { customer });
  await stripe.subscriptions.update(subscriptions[0]!.id, { default_payment_method: method.id });
  const previewed = await preview(buyer, 'business', { promotionCode: 'DECLINED' });
  await expect(carryOut(buyer, previewed)).rejects.toMatchObject({ code: 'payment_declined' });
  expect(await taken('DECLINED')).toBe(0);
  const [after] = (await customerOf(buyer)).subscriptions;
  expect(after).toMatchObject({ discounts: [], status: 'active', hasPendingUpdate: false });
});

test('a code that leaves less to pay than is unused is for the period end', async () => {
  await makeCode('NEARLY', 9_000);
  const buyer = await subscribed('pro');
  await expect(preview(buyer, 'business', { promotionCode: 'NEARLY' })).rejects.toMatchObject({
    code: 'downgrade_at_period_end',
  });
  const later = { when: 'period_end', promotionCode: 'NEARLY' } as const;
  expect(await preview(buyer, 'business', later)).toMatchObject({ totalMinor: 490 });
});
