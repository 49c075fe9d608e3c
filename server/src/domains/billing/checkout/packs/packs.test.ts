import { expect, test } from 'vitest';
import { addMonths } from '@whisperforge/kernel/period';
import { findCustomerOfAccount } from '../../../accounts/index.ts';
import { balanceOf, tracked } from '../../../usage/processes.fixture.ts';
import { listInvoices } from '../../invoices/store.ts';
import { requestOf, useShop, type Buyer } from '../shop.fixture.ts';

const shop = useShop('packs');

function openPack(buyer: Buyer, quantity = 1) {
  const { selling, clock } = shop();
  const purchase = { kind: 'pack', pack: 'minutes_100', quantity, currency: null } as const;
  return selling.checkouts.open(requestOf(buyer, purchase), clock.nowMs());
}

async function bought(quantity = 1) {
  const buyer = await shop().person();
  const opened = await openPack(buyer, quantity);
  await shop().pay(opened.url);
  return { buyer, opened };
}

const minutes = (buyer: Buyer) => balanceOf(shop().process, buyer, 'audio_minutes');

function invoicesOf({ accountId }: Buyer) {
  return listInvoices(shop().database, { accountId, after: null, limit: 10 });
}

async function intentOf({ accountId }: Buyer): Promise<string> {
  const customer = await findCustomerOfAccount(shop().database, accountId);
  const { data } = await shop().stripe.paymentIntents.list({ customer: customer ?? '' });
  return data[0]!.id;
}

test('a pack is granted once when it is paid, and lasts as long as it said', async () => {
  const { clock, selling } = shop();
  const buyer = await shop().person();
  const opened = await openPack(buyer, 2);
  expect(await minutes(buyer)).toMatchObject({ limit: '60' });
  await shop().pay(opened.url);
  await Promise.all(Array.from({ length: 5 }, () => shop().refresh(buyer)));
  await shop().refresh(buyer);
  expect(await minutes(buyer)).toMatchObject({ limit: '260' });
  expect(await selling.checkouts.look({ ...buyer, id: opened.id }, clock.nowMs())).toMatchObject({
    state: 'complete',
  });
  await shop().advanceTo(addMonths(clock.nowMs(), 13));
  expect(await minutes(buyer)).toMatchObject({ limit: '60' });
});

test('the invoice of a pack is listed, paid, with its pages and what was bought', async () => {
  const { buyer, opened } = await bought(2);
  await shop().refresh(buyer);
  const [invoice, ...others] = await invoicesOf(buyer);
  expect(others).toEqual([]);
  expect(invoice).toMatchObject({
    status: 'paid',
    billingReason: 'manual',
    stripeSubscriptionId: null,
    number: expect.stringMatching(/-0001$/),
    hostedUrl: expect.stringContaining('http'),
    pdfUrl: expect.stringContaining('http'),
    lines: [{ quantity: 2, isProration: false }],
  });
  const session = await shop().stripe.checkout.sessions.list({ limit: 1 });
  expect(session.data[0]).toMatchObject({
    invoice: invoice!.id,
    amount_total: invoice!.totalMinor,
    metadata: { checkout_id: opened.id },
  });
});

test('a pack whose money was given back ends, and what was used of it stays used', async () => {
  const { process, stripe, clock } = shop();
  const { buyer } = await bought();
  await shop().refresh(buyer);
  await process.usage.track(tracked(process, buyer, { event: 'audio_processed', amount: 90 }));
  expect(await minutes(buyer)).toMatchObject({ used: '90', limit: '160' });
  const payment_intent = await intentOf(buyer);
  await stripe.refunds.create({ payment_intent, amount: 100 });
  await shop().refresh(buyer);
  expect(await minutes(buyer)).toMatchObject({ limit: '160' });
  await stripe.refunds.create({ payment_intent });
  await shop().refresh(buyer);
  await shop().refresh(buyer);
  await shop().advanceTo(clock.nowMs() + 1_000);
  const after = await minutes(buyer);
  expect(after).toMatchObject({ used: '90' });
  expect(Number(after.limit)).toBeLessThan(160);
  expect(await invoicesOf(buyer)).toMatchObject([{ status: 'paid' }]);
});

test('a pack whose money was given back before anybody looked is never granted', async () => {
  const { buyer } = await bought();
  await shop().stripe.refunds.create({ payment_intent: await intentOf(buyer) });
  await shop().refresh(buyer);
  expect(await minutes(buyer)).toMatchObject({ limit: '60' });
});

test('a pack is known by its purchase, however many were begun and left after it', async () => {
  const { stripe } = shop();
  const { buyer } = await bought();
  await shop().refresh(buyer);
  const payment_intent = await intentOf(buyer);
  const customer = (await findCustomerOfAccount(shop().database, buyer.accountId))!;
  const { data } = await stripe.prices.list({ limit: 1, type: 'one_time' });
  for (let count = 0; count < 105; count += 1) {
    const line_items = [{ price: data[0]!.id, quantity: 1 }];
    const urls = { success_url: 'https://a.example', cancel_url: 'https://a.example' };
    const left = { customer, mode: 'payment', line_items, ...urls } as const;
    const { id } = await stripe.checkout.sessions.create(left);
    await stripe.checkout.sessions.expire(id);
  }
  await stripe.refunds.create({ payment_intent });
  await shop().refresh(buyer);
  await shop().advanceTo(shop().clock.nowMs() + 1_000);
  expect(await minutes(buyer)).toMatchObject({ limit: '60' });
});
