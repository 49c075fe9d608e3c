import { expect, test } from 'vitest';
import { findCustomerOfAccount } from '../../accounts/index.ts';
import { planWish, requestOf, useShop, type Buyer } from './shop.fixture.ts';

const shop = useShop('gone');

async function customerIdOf({ accountId }: Buyer): Promise<string | null> {
  return findCustomerOfAccount(shop().database, accountId);
}

async function planOf({ user }: Buyer): Promise<string> {
  return (await shop().process.access.profile(user)).plan.slug;
}

test('whose customer was deleted at Stripe is served no more, and can buy again', async () => {
  const buyer = await shop().person();
  await shop().subscribe(buyer, 'pro');
  const first = (await customerIdOf(buyer))!;
  await shop().stripe.customers.del(first);
  await shop().refresh(buyer);
  expect(await planOf(buyer)).toBe('free');
  const { selling, clock } = shop();
  const open = () => selling.checkouts.open(requestOf(buyer, planWish('pro')), clock.nowMs());
  const [opened, again] = await Promise.all([open(), open()]);
  expect(again).toEqual(opened);
  await shop().pay(opened.url);
  await shop().refresh(buyer);
  expect(await planOf(buyer)).toBe('pro');
  expect(await customerIdOf(buyer)).not.toBe(first);
  const { data } = await shop().stripe.customers.list({ email: `${buyer.user}@example.com` });
  expect(data).toHaveLength(1);
});

test('a purchase whose customer is deleted meanwhile gives way to another one', async () => {
  const buyer = await shop().person();
  const { selling, clock } = shop();
  const open = () => selling.checkouts.open(requestOf(buyer, planWish('pro')), clock.nowMs());
  const first = await open();
  await shop().stripe.customers.del((await customerIdOf(buyer))!);
  await shop().refresh(buyer);
  const second = await open();
  expect(second.url).not.toBe(first.url);
  await shop().pay(second.url);
  await shop().refresh(buyer);
  expect(await planOf(buyer)).toBe('pro');
});
