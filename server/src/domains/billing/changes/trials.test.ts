import { expect, test } from 'vitest';
import { findCustomerOfAccount } from '../../accounts/index.ts';
import { ACTOR, planWish, requestOf, useShop, type Buyer } from '../checkout/shop.fixture.ts';
import type { PreviewRequest } from './preview.ts';

const shop = useShop('trials-changed');

async function customerOf({ accountId }: Buyer) {
  const id = await findCustomerOfAccount(shop().database, accountId);
  const retrieval = await shop().gateway.retrieveCustomer(id ?? '');
  if (retrieval.kind !== 'found') throw new Error(`the customer is ${retrieval.kind}`);
  return retrieval.customer;
}

/** Somebody who tries a plan, by a card that has tried none. */
async function trying(card: string): Promise<Buyer> {
  const buyer = await shop().person();
  const { selling, clock } = shop();
  const { checkouts } = selling;
  const opened = await checkouts.open(requestOf(buyer, planWish('studio')), clock.nowMs());
  await shop().pay(opened.url, card);
  await shop().refresh(buyer);
  expect((await customerOf(buyer)).subscriptions).toMatchObject([{ status: 'trialing' }]);
  return buyer;
}

async function change(buyer: Buyer, plan: string, more: Partial<PreviewRequest> = {}) {
  const { selling, clock } = shop();
  const base = { seats: null, promotionCode: null, when: 'now', billingCycle: 'monthly' } as const;
  const wish = { user: buyer.user, plan, ...base, ...more };
  const preview = await selling.changes.preview(wish, clock.nowMs());
  const call = { user: buyer.user, actor: ACTOR, token: preview.token };
  return { preview, outcome: await selling.changes.change(call, clock.nowMs()) };
}

test('a trial goes on beside a change that is scheduled for its end', async () => {
  const buyer = await trying('4242 4242 4242 4242');
  await change(buyer, 'pro', { when: 'period_end' });
  const { subscriptions, invoices } = await customerOf(buyer);
  expect(subscriptions).toMatchObject([{ status: 'trialing' }]);
  const { id, trial } = subscriptions[0]!;
  const schedule = (await shop().stripe.subscriptions.retrieve(id)).schedule as string;
  const { phases } = await shop().stripe.subscriptionSchedules.retrieve(schedule);
  expect(phases[0]?.trial_end).toBe(trial!.endMs / 1_000);
  expect(invoices.reduce((sum, { amountPaidMinor }) => sum + amountPaidMinor, 0)).toBe(0);
});

test('a plan that is not tried is paid for from the moment a trial becomes it', async () => {
  const buyer = await trying('5555 5555 5555 4444');
  const { preview, outcome } = await change(buyer, 'business', { seats: 7 });
  expect(outcome).toEqual({ kind: 'done' });
  expect(preview.amountDueMinor).toBe(4_900 + 2 * 900);
  const { subscriptions, invoices } = await customerOf(buyer);
  expect(subscriptions).toMatchObject([{ status: 'active' }]);
  expect(invoices.at(-1)).toMatchObject({ status: 'paid', totalMinor: preview.amountDueMinor });
});

test('a trial whose card does not pay for another plan stays what it was', async () => {
  const buyer = await trying('4000 0000 0000 0341');
  const { outcome } = await change(buyer, 'business');
  expect(outcome).toMatchObject({ kind: 'payment_pending' });
  expect((await customerOf(buyer)).subscriptions).toMatchObject([{ status: 'trialing' }]);
  const { plan } = await shop().process.access.profile(buyer.user);
  expect(plan.slug).toBe('studio');
});
