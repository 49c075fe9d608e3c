import { expect, test } from 'vitest';
import { findCustomerOfAccount } from '../../../accounts/index.ts';
import { ACTOR, useShop, type Buyer } from '../../checkout/shop.fixture.ts';
import type { PreviewRequest } from '../preview.ts';

const shop = useShop('changes-refused');

async function createCode(code: string): Promise<void> {
  const context = { actor: ACTOR, nowMs: shop().clock.nowMs(), reason: 'a test' };
  const codes = { kind: 'named', code } as const;
  const effect = { percent_off_basis_points: 5_000, duration: 'forever' } as const;
  await shop().pricing.createPromotionCodes({ codes, name: code.toLowerCase(), effect }, context);
}

async function subscriptionOf({ accountId }: Buyer) {
  const id = await findCustomerOfAccount(shop().database, accountId);
  const retrieval = await shop().gateway.retrieveCustomer(id ?? '');
  if (retrieval.kind !== 'found') throw new Error(`the customer is ${retrieval.kind}`);
  return retrieval.customer.subscriptions[0]!;
}

function preview({ user }: Buyer, plan: string, more: Partial<PreviewRequest>) {
  const { selling, clock } = shop();
  const base = { seats: null, promotionCode: null, billingCycle: 'monthly', when: 'now' } as const;
  return selling.changes.preview({ user, plan, ...base, ...more }, clock.nowMs());
}

function carryOut({ user }: Buyer, token: string) {
  const { selling, clock } = shop();
  return selling.changes.change({ user, actor: ACTOR, token }, clock.nowMs());
}

async function subscribed(plan: string): Promise<Buyer> {
  const buyer = await shop().person();
  await shop().subscribe(buyer, plan);
  return buyer;
}

async function archivePrice(key: string): Promise<string> {
  const { data } = await shop().stripe.prices.list({ lookup_keys: [key] });
  await shop().stripe.prices.update(data[0]!.id, { active: false });
  return data[0]!.id;
}

async function useCard(buyer: Buyer, card: string): Promise<void> {
  const { id, customerId } = await subscriptionOf(buyer);
  const method = await shop().stripe.paymentMethods.attach(card, { customer: customerId });
  await shop().stripe.subscriptions.update(id, { default_payment_method: method.id });
}

test('a change that Stripe will not have leaves a cancellation as it was', async () => {
  const buyer = await subscribed('business');
  const { selling, clock } = shop();
  const call = { user: buyer.user, actor: ACTOR };
  await selling.changes.cancel({ ...call, when: 'period_end', reason: null }, clock.nowMs());
  const { cancelAtMs } = await subscriptionOf(buyer);
  const { token } = await preview(buyer, 'pro', { when: 'period_end' });
  const price = await archivePrice('pro:1:monthly:usd');
  await expect(carryOut(buyer, token)).rejects.toMatchObject({ code: 'payment_provider_refused' });
  await shop().stripe.prices.update(price, { active: true });
  expect(await subscriptionOf(buyer)).toMatchObject({ cancelAtMs, scheduledChange: null });
  expect(cancelAtMs).not.toBeNull();
});

test('an upgrade that the card does not pay leaves what was scheduled, with its code', async () => {
  await createCode('LATER');
  await createCode('SOONER');
  const buyer = await subscribed('business');
  const later = await preview(buyer, 'pro', { when: 'period_end', promotionCode: 'LATER' });
  expect(await carryOut(buyer, later.token)).toEqual({ kind: 'scheduled' });
  const { scheduledChange } = await subscriptionOf(buyer);
  await useCard(buyer, 'pm_card_chargeCustomerFail');
  const wish = { billingCycle: 'yearly', promotionCode: 'SOONER' } as const;
  const { token } = await preview(buyer, 'business', wish);
  await expect(carryOut(buyer, token)).rejects.toMatchObject({ code: 'payment_declined' });
  const { scheduleId: _, ...kept } = scheduledChange!;
  expect((await subscriptionOf(buyer)).scheduledChange).toMatchObject(kept);
  await useCard(buyer, 'pm_card_visa');
  await shop().advanceTo(later.effectiveMs + 2 * 3_600_000);
  await shop().refresh(buyer);
  const { lines } = await invoiceOf(buyer);
  expect(lines.reduce((sum, { amountMinor }) => sum + amountMinor, 0)).toBe(1_900);
  expect((await invoiceOf(buyer)).totalMinor).toBe(later.totalMinor);
  const code = await shop().pricing.findPromotionCode('LATER');
  expect(code?.taken).toBe(1);
});

async function invoiceOf({ accountId }: Buyer) {
  const id = await findCustomerOfAccount(shop().database, accountId);
  const retrieval = await shop().gateway.retrieveCustomer(id ?? '');
  if (retrieval.kind !== 'found') throw new Error(`the customer is ${retrieval.kind}`);
  return retrieval.customer.invoices.at(-1)!;
}

test('a coupon that was deleted at Stripe is made again by whoever needs it next', async () => {
  await createCode('AGAIN');
  const buyer = await subscribed('pro');
  const wish = { promotionCode: 'AGAIN' };
  const before = await preview(buyer, 'business', wish);
  for (const { id } of (await shop().stripe.coupons.list()).data) {
    await shop().stripe.coupons.del(id);
  }
  const after = await preview(buyer, 'business', wish);
  expect(after.amountDueMinor).toBe(before.amountDueMinor);
  expect(await carryOut(buyer, after.token)).toEqual({ kind: 'done' });
});
