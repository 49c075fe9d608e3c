import { expect, test } from 'vitest';
import { findCustomerOfAccount } from '../../../accounts/index.ts';
import { ACTOR, useShop, type Buyer } from '../../checkout/shop.fixture.ts';
import type { PreviewRequest } from '../preview.ts';

const shop = useShop('ping-pong');

async function customerOf({ accountId }: Buyer) {
  const id = await findCustomerOfAccount(shop().database, accountId);
  const retrieval = await shop().gateway.retrieveCustomer(id ?? '');
  if (retrieval.kind !== 'found') throw new Error(`the customer is ${retrieval.kind}`);
  return retrieval.customer;
}

async function change({ user }: Buyer, plan: string, more: Partial<PreviewRequest> = {}) {
  const { selling, clock } = shop();
  const base = { seats: null, promotionCode: null, billingCycle: 'monthly', when: 'now' } as const;
  const wish = { user, plan, ...base, ...more };
  const { token, amountDueMinor } = await selling.changes.preview(wish, clock.nowMs());
  return {
    amountDueMinor,
    outcome: await selling.changes.change({ user, actor: ACTOR, token }, clock.nowMs()),
  };
}

const later = { when: 'period_end' } as const;

test('going up and down within one second costs the dearest once, with nothing back', async () => {
  const buyer = await shop().person();
  await shop().subscribe(buyer, 'pro');
  const { selling, clock } = shop();
  const up = await change(buyer, 'business', { seats: 9 });
  await change(buyer, 'pro', later);
  await change(buyer, 'business', { seats: 12 });
  await change(buyer, 'business', { ...later, seats: 5 });
  await selling.changes.resume({ user: buyer.user, actor: ACTOR }, clock.nowMs());
  await change(buyer, 'studio', later);
  const cancel = { user: buyer.user, actor: ACTOR, reason: null };
  await selling.changes.cancel({ ...cancel, when: 'period_end' }, clock.nowMs());
  await change(buyer, 'pro', later);
  await selling.changes.cancel({ ...cancel, when: 'now' }, clock.nowMs());
  const { invoices, balanceMinor, subscriptions } = await customerOf(buyer);
  const paid = invoices.reduce((sum, { amountPaidMinor }) => sum + amountPaidMinor, 0);
  expect(up.amountDueMinor).toBe(4_900 + 4 * 900 - 1_900);
  expect(paid).toBe(4_900 + 7 * 900);
  expect(balanceMinor).toBe(0);
  expect(subscriptions).toMatchObject([{ status: 'canceled' }]);
  expect((await shop().process.access.profile(buyer.user)).plan.slug).toBe('free');
});

test('of twenty changes asked for at the same moment each sum was shown to somebody', async () => {
  const buyer = await shop().person();
  await shop().subscribe(buyer, 'business');
  const { selling, clock } = shop();
  const tokens: { token: string; amountDueMinor: number }[] = [];
  for (let seats = 6; seats < 16; seats += 1) {
    const wish = { user: buyer.user, plan: 'business', billingCycle: 'monthly', seats } as const;
    const asked = { ...wish, promotionCode: null, when: 'now' } as const;
    tokens.push(await selling.changes.preview(asked, clock.nowMs()));
  }
  const outcomes = await Promise.allSettled(
    [...tokens, ...tokens].map(({ token }) =>
      selling.changes.change({ user: buyer.user, actor: ACTOR, token }, clock.nowMs()),
    ),
  );
  const done = outcomes.filter(({ status }) => status === 'fulfilled');
  expect([1, 2]).toContain(done.length);
  const { invoices } = await customerOf(buyer);
  expect(invoices).toHaveLength(2);
  expect(tokens.map(({ amountDueMinor }) => amountDueMinor)).toContain(invoices[1]!.totalMinor);
});
