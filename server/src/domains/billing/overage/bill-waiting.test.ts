import { sql } from 'kysely';
import { describe, expect, test } from 'vitest';
import type Stripe from 'stripe';
import { findCustomerOfAccount } from '../../accounts/index.ts';
import { ACTOR, type Buyer } from '../checkout/shop.fixture.ts';
import type { PaymentGateway } from '../gateway/gateway.ts';
import { HOUR_MS, useOverage } from './overage.fixture.ts';

const { shop, consenting, use, charge, items, closePeriod } = useOverage('overage invoices');
const DAY_MS = 24 * HOUR_MS;

async function customerOf({ accountId }: Buyer): Promise<string> {
  return (await findCustomerOfAccount(shop().database, accountId))!;
}

/** What invoices have asked of a customer for use, each with its invoice's status. */
async function billed(buyer: Buyer): Promise<[number, Stripe.Invoice.Status | null][]> {
  const { stripe } = shop();
  const customer = await customerOf(buyer);
  const { data } = await stripe.invoices.list({ customer, limit: 100 });
  return data
    .toReversed()
    .flatMap(({ lines, status }) =>
      lines.data
        .filter(({ description }) => description?.includes('beyond the limit'))
        .map(({ amount }): [number, Stripe.Invoice.Status | null] => [amount, status]),
    );
}

async function pendingOf(buyer: Buyer): Promise<number> {
  const customer = await customerOf(buyer);
  return (await shop().stripe.invoiceItems.list({ customer, pending: true })).data.length;
}

async function statesOf({ accountId }: Buyer): Promise<string[]> {
  const { rows } = await sql<{ state: string }>`SELECT state FROM overage_charges
    WHERE account_id = ${accountId} ORDER BY period_start, ordinal`.execute(shop().database.sql);
  return rows.map(({ state }) => state);
}

/** Somebody for whose use beyond the limit an item waits for the next renewal. */
async function owing(capMinor = 10_000): Promise<Buyer> {
  const buyer = await consenting(capMinor);
  await use(buyer, 480);
  await closePeriod(buyer);
  await charge();
  expect(await items(buyer)).toEqual([Math.min(200, capMinor)]);
  expect(await billed(buyer)).toEqual([]);
  return buyer;
}

async function cancel(buyer: Buyer, when: 'now' | 'period_end'): Promise<void> {
  const { selling, clock } = shop();
  const call = { user: buyer.user, actor: ACTOR, reason: null };
  await selling.changes.cancel({ ...call, when }, clock.nowMs());
}

/** So long that everything that falls due by itself has happened. */
async function letTimePass(buyer: Buyer, days = 40): Promise<void> {
  await shop().advanceTo(shop().clock.nowMs() + days * DAY_MS);
  await shop().refresh(buyer);
}

describe('use beyond a limit that waits for an invoice when the subscription ends', () => {
  test('is paid at once where it is canceled now', async () => {
    const buyer = await owing();
    await cancel(buyer, 'now');
    expect(await pendingOf(buyer)).toBe(1);
    for (let time = 0; time < 3; time += 1) await charge();
    await shop().advanceTo(shop().clock.nowMs() + 2 * HOUR_MS);
    expect(await billed(buyer)).toEqual([[200, 'paid']]);
    expect(await pendingOf(buyer)).toBe(0);
    expect(await statesOf(buyer)).toEqual(['billed']);
  });

  test('is paid once where it is canceled at the end of its period', async () => {
    const buyer = await owing();
    await cancel(buyer, 'period_end');
    await charge();
    expect(await billed(buyer)).toEqual([]);
    await letTimePass(buyer);
    await Promise.all([charge(), charge()]);
    await letTimePass(buyer, 1);
    await charge();
    expect(await billed(buyer)).toEqual([[200, 'paid']]);
    expect(await statesOf(buyer)).toEqual(['billed']);
  });

  test('is asked for once where it ends because nobody pays', async () => {
    const buyer = await consenting(10_000);
    const { stripe } = shop();
    const customer = await customerOf(buyer);
    const card = await stripe.paymentMethods.attach('pm_card_chargeCustomerFail', { customer });
    const [subscription] = (await stripe.subscriptions.list({ customer })).data;
    await stripe.subscriptions.update(subscription!.id, { default_payment_method: card.id });
    await use(buyer, 480);
    await closePeriod(buyer);
    await charge();
    await letTimePass(buyer);
    expect((await stripe.subscriptions.retrieve(subscription!.id)).status).toBe('canceled');
    await charge();
    await letTimePass(buyer, 1);
    await charge();
    expect(await billed(buyer)).toEqual([[200, 'open']]);
    expect(await items(buyer)).toEqual([200]);
  });

  test('asks for no more than the cap, and for nothing that nobody consented to', async () => {
    const capped = await owing(50);
    const free = await shop().person();
    await shop().subscribe(free, 'studio');
    await use(free, 900);
    await closePeriod(free);
    for (const buyer of [capped, free]) await cancel(buyer, 'now');
    await charge();
    await letTimePass(capped);
    await charge();
    expect(await billed(capped)).toEqual([[50, 'paid']]);
    expect(await billed(free)).toEqual([]);
  });

  test('and is booked late, comes with an invoice of its own, too', async () => {
    const buyer = await consenting(10_000);
    await use(buyer, 480);
    const endMs = await closePeriod(buyer);
    await charge();
    await cancel(buyer, 'now');
    await charge();
    await use(buyer, 40, endMs - HOUR_MS);
    await charge();
    expect((await billed(buyer)).map(([amount]) => amount)).toEqual([200, 100]);
    expect(await statesOf(buyer)).toEqual(['billed', 'billed']);
  });

  test('is asked of nobody where it was deleted at Stripe', async () => {
    const buyer = await owing();
    const { stripe } = shop();
    const { data } = await stripe.invoiceItems.list({ customer: await customerOf(buyer) });
    await stripe.invoiceItems.del(data[0]!.id);
    await cancel(buyer, 'now');
    await charge();
    expect(await billed(buyer)).toEqual([]);
    expect(await statesOf(buyer)).toEqual(['waived']);
  });
});

test('what waits for a renewal is left to it', async () => {
  const buyer = await owing();
  await charge();
  expect(await billed(buyer)).toEqual([]);
  await letTimePass(buyer);
  await charge();
  expect(await billed(buyer)).toEqual([[200, 'paid']]);
});

for (const path of ['/v1/invoices', '/v1/invoices/*/finalize']) {
  for (const kind of ['server_error', 'timeout_after_commit', 'reset_after_commit']) {
    test(`an invoice whose ${path} fails by ${kind} is made once all the same`, async () => {
      const buyer = await owing();
      await cancel(buyer, 'now');
      await shop().fail({ kind, method: 'POST', path, retry_after: 0 });
      await charge().catch(() => undefined);
      await charge();
      await shop().advanceTo(shop().clock.nowMs() + 2 * HOUR_MS);
      expect(await billed(buyer)).toEqual([[200, 'paid']]);
      expect(await statesOf(buyer)).toEqual(['billed']);
    });
  }
}

test('a process that dies before or after it has asked leaves one invoice', async () => {
  const buyer = await owing();
  await cancel(buyer, 'now');
  const { gateway } = shop();
  const dead: PaymentGateway = {
    ...gateway,
    invoicePendingItems: () => Promise.reject(new Error('killed')),
  };
  await expect(charge(dead)).rejects.toThrow('not all overage is billed');
  const forgetful: PaymentGateway = {
    ...gateway,
    async invoicePendingItems(invoice) {
      await gateway.invoicePendingItems(invoice);
      throw new Error('killed');
    },
  };
  await expect(charge(forgetful)).rejects.toThrow('not all overage is billed');
  await charge();
  expect((await billed(buyer)).map(([amount]) => amount)).toEqual([200]);
  expect(await statesOf(buyer)).toEqual(['billed']);
});
