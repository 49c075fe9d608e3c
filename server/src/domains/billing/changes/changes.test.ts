import { expect, test } from 'vitest';
import { addMonths, DAY_MS } from '@whisperforge/kernel/period';
import { findCustomerOfAccount } from '../../accounts/index.ts';
import { balanceOf, tracked } from '../../usage/processes.fixture.ts';
import type { RemoteSubscription } from '../gateway/remote.ts';
import { ACTOR, useShop, type Buyer } from '../checkout/shop.fixture.ts';
import type { PreviewRequest } from './preview.ts';

const shop = useShop('changes');

function wish(buyer: Buyer, plan: string, more: Partial<PreviewRequest> = {}): PreviewRequest {
  const base = { seats: null, promotionCode: null, when: 'now' } as const;
  return { user: buyer.user, plan, billingCycle: 'monthly', ...base, ...more };
}

async function customerOf({ accountId }: Buyer) {
  const id = await findCustomerOfAccount(shop().database, accountId);
  const retrieval = await shop().gateway.retrieveCustomer(id ?? '');
  if (retrieval.kind !== 'found') throw new Error(`the customer is ${retrieval.kind}`);
  return retrieval.customer;
}

async function subscriptionOf(buyer: Buyer): Promise<RemoteSubscription> {
  const [subscription, ...others] = (await customerOf(buyer)).subscriptions;
  expect(others).toEqual([]);
  return subscription!;
}

async function planOf({ user }: Buyer): Promise<string> {
  return (await shop().process.access.profile(user)).plan.slug;
}

async function change(buyer: Buyer, plan: string, more: Partial<PreviewRequest> = {}) {
  const { selling, clock } = shop();
  const preview = await selling.changes.preview(wish(buyer, plan, more), clock.nowMs());
  const call = { user: buyer.user, actor: ACTOR, token: preview.token };
  return { preview, call, outcome: await selling.changes.change(call, clock.nowMs()) };
}

async function subscribed(
  plan: string,
  more: Parameters<ReturnType<typeof shop>['subscribe']>[2] = {},
) {
  const buyer = await shop().person();
  await shop().subscribe(buyer, plan, more);
  return buyer;
}

test('an upgrade costs what was previewed, and holds in the next answer', async () => {
  const buyer = await subscribed('pro');
  await shop().advanceTo(shop().clock.nowMs() + 10 * DAY_MS);
  const { preview, outcome } = await change(buyer, 'business');
  expect(outcome).toEqual({ kind: 'done' });
  expect(await planOf(buyer)).toBe('business');
  expect((await customerOf(buyer)).invoices.at(-1)).toMatchObject({
    status: 'paid',
    totalMinor: preview.amountDueMinor,
  });
  expect(preview.lines.reduce((sum, line) => sum + line.amountMinor, 0)).toBe(preview.totalMinor);
  expect(preview.recurring).toEqual({ amountMinor: 4_900, billingCycle: 'monthly' });
});

test('a change to less is refused now, scheduled for the period end, and undone', async () => {
  const { selling, clock } = shop();
  const buyer = await subscribed('business');
  await expect(change(buyer, 'pro')).rejects.toMatchObject({ code: 'downgrade_at_period_end' });
  const { preview, outcome } = await change(buyer, 'pro', { when: 'period_end' });
  expect(outcome).toEqual({ kind: 'scheduled' });
  expect(preview).toMatchObject({ amountDueMinor: 0, totalMinor: 1_900 });
  const scheduled = await subscriptionOf(buyer);
  expect(preview.effectiveMs).toBe(scheduled.items[0]!.period.endMs);
  expect(scheduled.scheduledChange).toMatchObject({ atMs: preview.effectiveMs });
  await selling.changes.resume({ user: buyer.user, actor: ACTOR }, clock.nowMs());
  expect((await subscriptionOf(buyer)).scheduleId).toBeNull();
  await expect(
    selling.changes.resume({ user: buyer.user, actor: ACTOR }, clock.nowMs()),
  ).rejects.toMatchObject({ code: 'nothing_to_resume' });
});

test('a scheduled change happens at its instant and costs what was previewed', async () => {
  const buyer = await subscribed('business');
  const { preview } = await change(buyer, 'pro', { when: 'period_end' });
  await shop().advanceTo(preview.effectiveMs + 2 * 3_600_000);
  await shop().refresh(buyer);
  expect(await planOf(buyer)).toBe('pro');
  expect((await customerOf(buyer)).invoices.at(-1)).toMatchObject({
    status: 'paid',
    totalMinor: preview.totalMinor,
  });
});

test('a scheduled change is replaced by another one', async () => {
  const { selling, clock } = shop();
  const buyer = await subscribed('business', { billingCycle: 'yearly' });
  await change(buyer, 'pro', { when: 'period_end' });
  await change(buyer, 'business', { when: 'period_end' });
  expect((await subscriptionOf(buyer)).scheduledChange?.items).toMatchObject([
    { price: { lookupKey: 'business:1:monthly:usd' } },
  ]);
  const call = { user: buyer.user, actor: ACTOR };
  await selling.changes.cancel({ ...call, when: 'period_end', reason: 'dear' }, clock.nowMs());
  expect(await subscriptionOf(buyer)).toMatchObject({ scheduleId: null });
  expect((await subscriptionOf(buyer)).cancelAtMs).not.toBeNull();
  await change(buyer, 'pro', { when: 'period_end', billingCycle: 'yearly' });
  expect(await subscriptionOf(buyer)).toMatchObject({
    cancelAtMs: null,
    scheduledChange: { items: [{ price: { lookupKey: 'pro:1:yearly:usd' } }] },
  });
});

test('an upgrade lets a scheduled change go', async () => {
  const buyer = await subscribed('pro', { billingCycle: 'yearly' });
  await change(buyer, 'pro', { when: 'period_end' });
  const { outcome } = await change(buyer, 'business', { billingCycle: 'yearly' });
  expect(outcome).toEqual({ kind: 'done' });
  expect(await subscriptionOf(buyer)).toMatchObject({ scheduleId: null });
  expect(await planOf(buyer)).toBe('business');
});

test('a year instead of months begins now, and is not given back for months', async () => {
  const buyer = await subscribed('pro');
  const { preview } = await change(buyer, 'pro', { billingCycle: 'yearly' });
  expect(preview.recurring).toEqual({ amountMinor: 18_240, billingCycle: 'yearly' });
  expect((await customerOf(buyer)).invoices.at(-1)).toMatchObject({
    status: 'paid',
    totalMinor: preview.amountDueMinor,
  });
  await expect(change(buyer, 'business')).rejects.toMatchObject({
    code: 'downgrade_at_period_end',
  });
});

test('seats are added now and given back at the period end; a boost follows them', async () => {
  const buyer = await subscribed('business', { seats: 7 });
  const seats = async (): Promise<number> => {
    // What is taken back ends a moment later than what takes its place begins.
    await shop().advanceTo(shop().clock.nowMs() + 1_000);
    const { limit } = await balanceOf(shop().process, buyer, 'team_seats');
    return Number(limit);
  };
  expect(await seats()).toBe(7);
  await change(buyer, 'business', { seats: 9 });
  expect(await seats()).toBe(9);
  await expect(change(buyer, 'business', { seats: 6 })).rejects.toMatchObject({
    code: 'downgrade_at_period_end',
  });
  const { preview } = await change(buyer, 'business', { seats: 7, when: 'period_end' });
  expect(await seats()).toBe(9);
  await shop().advanceTo(preview.effectiveMs + 2 * 3_600_000);
  await shop().refresh(buyer);
  expect(await seats()).toBe(7);
  await change(buyer, 'business', { seats: 9 });
  expect(await seats()).toBe(9);
});

test('a preview is carried out once, and not at all when anything has moved', async () => {
  const { selling, clock } = shop();
  const buyer = await subscribed('pro');
  const first = await selling.changes.preview(wish(buyer, 'business'), clock.nowMs());
  const second = await selling.changes.preview(
    wish(buyer, 'business', { seats: 6 }),
    clock.nowMs(),
  );
  const call = { user: buyer.user, actor: ACTOR };
  const outcomes = await Promise.all(
    Array.from({ length: 5 }, () =>
      selling.changes.change({ ...call, token: first.token }, clock.nowMs()),
    ),
  );
  expect(outcomes).toEqual(Array.from({ length: 5 }, () => ({ kind: 'done' })));
  const stale = selling.changes.change({ ...call, token: second.token }, clock.nowMs());
  await expect(stale).rejects.toMatchObject({ code: 'preview_stale' });
  const { invoices } = await customerOf(buyer);
  expect(invoices).toHaveLength(2);
  const late = await selling.changes.preview(wish(buyer, 'business', { seats: 6 }), clock.nowMs());
  await shop().advanceTo(clock.nowMs() + 600_000);
  const expired = selling.changes.change({ ...call, token: late.token }, clock.nowMs());
  await expect(expired).rejects.toMatchObject({ code: 'preview_stale' });
  const forged = late.token.replace(/^./, (letter) => (letter === 'e' ? 'f' : 'e'));
  const invalid = selling.changes.change({ ...call, token: forged }, clock.nowMs());
  await expect(invalid).rejects.toMatchObject({ code: 'preview_token_invalid' });
});

test('an item that waits for the next invoice makes a preview stale', async () => {
  const { selling, clock, stripe } = shop();
  const buyer = await subscribed('pro');
  const { token } = await selling.changes.preview(wish(buyer, 'business'), clock.nowMs());
  const { id: customer, subscriptions } = await customerOf(buyer);
  const subscription = subscriptions[0]!.id;
  await stripe.invoiceItems.create({ customer, subscription, amount: 500, currency: 'usd' });
  const stale = selling.changes.change({ user: buyer.user, actor: ACTOR, token }, clock.nowMs());
  await expect(stale).rejects.toMatchObject({ code: 'preview_stale' });
  expect(await planOf(buyer)).toBe('pro');
});

test('a cancellation ends with the period or at once, without credit', async () => {
  const { selling, clock } = shop();
  const buyer = await subscribed('pro');
  const call = { user: buyer.user, actor: ACTOR, reason: 'too dear' };
  const later = await selling.changes.cancel({ ...call, when: 'period_end' }, clock.nowMs());
  expect(later).toEqual({ kind: 'scheduled' });
  expect(await planOf(buyer)).toBe('pro');
  await selling.changes.resume(call, clock.nowMs());
  expect((await subscriptionOf(buyer)).cancelAtMs).toBeNull();
  const now = await selling.changes.cancel({ ...call, when: 'now' }, clock.nowMs());
  expect(now).toEqual({ kind: 'done' });
  expect(await planOf(buyer)).toBe('free');
  const { invoices, balanceMinor } = await customerOf(buyer);
  expect(balanceMinor).toBe(0);
  expect(invoices).toHaveLength(1);
  await expect(
    selling.changes.cancel({ ...call, when: 'now' }, clock.nowMs()),
  ).rejects.toMatchObject({ code: 'subscription_missing' });
});

test('upgrading, using up and downgrading gains neither quota nor money', async () => {
  const { process, clock } = shop();
  const buyer = await subscribed('pro');
  await change(buyer, 'business');
  const paid = (await customerOf(buyer)).invoices.reduce(
    (sum, { totalMinor }) => sum + totalMinor,
    0,
  );
  const minutes = async () => balanceOf(process, buyer, 'audio_minutes');
  await process.usage.track(tracked(process, buyer, { event: 'audio_processed', amount: 900 }));
  expect(await minutes()).toMatchObject({ used: '900', limit: '1000' });
  await expect(change(buyer, 'pro')).rejects.toMatchObject({ code: 'downgrade_at_period_end' });
  await change(buyer, 'pro', { when: 'period_end' });
  const customer = await customerOf(buyer);
  expect(customer.balanceMinor).toBe(0);
  expect(customer.invoices.reduce((sum, { totalMinor }) => sum + totalMinor, 0)).toBe(paid);
  expect(await minutes()).toMatchObject({ used: '900', limit: '1000' });
  await shop().advanceTo(addMonths(clock.nowMs(), 1) + 2 * 3_600_000);
  await shop().refresh(buyer);
  expect(await planOf(buyer)).toBe('pro');
  expect(await minutes()).toMatchObject({ used: '0', limit: '300' });
});

test('a card that does not pay leaves the plan as it is, with a page to pay', async () => {
  const { stripe } = shop();
  const buyer = await subscribed('pro');
  const { id: customer, subscriptions } = await customerOf(buyer);
  const method = await stripe.paymentMethods.attach('pm_card_chargeCustomerFail', { customer });
  await stripe.subscriptions.update(subscriptions[0]!.id, { default_payment_method: method.id });
  const { outcome } = await change(buyer, 'business');
  expect(outcome).toMatchObject({ kind: 'payment_pending', url: expect.stringContaining('http') });
  expect(await planOf(buyer)).toBe('pro');
  await expect(change(buyer, 'business')).rejects.toMatchObject({ code: 'payment_open' });
});

test('a discount that lasts goes on with the change, as previewed', async () => {
  const { pricing, clock } = shop();
  const made = {
    codes: { kind: 'named', code: 'LASTS' },
    name: 'Lasts',
    effect: { percent_off_basis_points: 2_500, duration: 'forever' },
  } as const;
  await pricing.createPromotionCodes(made, {
    actor: ACTOR,
    nowMs: clock.nowMs(),
    reason: 'a test',
  });
  const buyer = await subscribed('pro', { promotionCode: 'LASTS' });
  await shop().advanceTo(clock.nowMs() + 10 * DAY_MS);
  const { preview } = await change(buyer, 'business');
  expect(preview.recurring).toEqual({ amountMinor: 3_675, billingCycle: 'monthly' });
  expect((await customerOf(buyer)).invoices.at(-1)).toMatchObject({
    status: 'paid',
    totalMinor: preview.amountDueMinor,
  });
  const { preview: later } = await change(buyer, 'pro', { when: 'period_end' });
  expect(later.totalMinor).toBe(1_425);
  await shop().advanceTo(later.effectiveMs + 2 * 3_600_000);
  expect((await customerOf(buyer)).invoices.at(-1)).toMatchObject({
    status: 'paid',
    totalMinor: later.totalMinor,
  });
});
