import { sql } from 'kysely';
import { beforeAll, describe, expect, test } from 'vitest';
import type Stripe from 'stripe';
import { findCustomerOfAccount } from '../../accounts/index.ts';
import type { Buyer } from '../checkout/shop.fixture.ts';
import type { PaymentGateway } from '../gateway/gateway.ts';
import { HOUR_MS, useOverage } from './overage.fixture.ts';

const scene = useOverage('overage invoices');
const { shop, consent, use, charge, items, cancel, closePeriod } = scene;
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

let [gone, leaving, unpaid, capped, free, waived, staying]: Buyer[] = [];
let endMs: number;

/** From here on an attempt to charge the card fails. */
async function loseCard(buyer: Buyer): Promise<void> {
  const { stripe } = shop();
  const customer = await customerOf(buyer);
  const card = await stripe.paymentMethods.attach('pm_card_chargeCustomerFail', { customer });
  const [subscription] = (await stripe.subscriptions.list({ customer })).data;
  await stripe.subscriptions.update(subscription!.id, { default_payment_method: card.id });
}

const pass = (ms: number) => shop().advanceTo(shop().clock.nowMs() + ms);

/** All in one quota period, after which items for what was used wait for the next renewals. */
beforeAll(async () => {
  [gone, leaving, unpaid, capped, free, waived, staying] = await scene.subscribed(7);
  const asked = [gone!, leaving!, unpaid!, waived!, staying!];
  for (const buyer of asked) await consent(buyer, 10_000);
  await consent(capped!, 50);
  await loseCard(unpaid!);
  for (const buyer of [...asked, capped!]) await use(buyer, 480);
  await use(free!, 900);
  endMs = await closePeriod(gone!);
  await charge();
  for (const buyer of asked) expect(await items(buyer)).toEqual([200]);
  for (const buyer of [...asked, capped!]) expect(await billed(buyer)).toEqual([]);
});

describe('use beyond a limit that waits for an invoice when the subscription ends', () => {
  test('is paid at once where it is canceled now', async () => {
    await cancel(gone!, 'now');
    expect(await pendingOf(gone!)).toBe(1);
    for (let time = 0; time < 3; time += 1) await charge();
    await pass(2 * HOUR_MS);
    expect(await billed(gone!)).toEqual([[200, 'paid']]);
    expect(await pendingOf(gone!)).toBe(0);
    expect(await statesOf(gone!)).toEqual(['billed']);
  });

  test('and is booked late, comes with an invoice of its own, too', async () => {
    await use(gone!, 40, endMs - HOUR_MS);
    await charge();
    expect((await billed(gone!)).map(([amount]) => amount)).toEqual([200, 100]);
    expect(await statesOf(gone!)).toEqual(['billed', 'billed']);
  });

  test('is asked of nobody where it was deleted at Stripe', async () => {
    const { stripe } = shop();
    const { data } = await stripe.invoiceItems.list({ customer: await customerOf(waived!) });
    await stripe.invoiceItems.del(data[0]!.id);
    await cancel(waived!, 'now');
    await charge();
    expect(await billed(waived!)).toEqual([]);
    expect(await statesOf(waived!)).toEqual(['waived']);
  });
});

const FAULTS = ['server_error', 'timeout_after_commit', 'reset_after_commit'].flatMap((kind) =>
  ['/v1/invoices', '/v1/invoices/*/finalize'].map((path) => ({ kind, path })),
);

test.each(FAULTS)('an invoice whose $path fails by $kind is made once', async (fault) => {
  const before = await billed(gone!);
  await use(gone!, 40, endMs - HOUR_MS);
  await shop().fail({ ...fault, method: 'POST', retry_after: 0 });
  await charge().catch(() => undefined);
  await charge();
  await pass(2 * HOUR_MS);
  const paid = before.map(([amount]) => [amount, 'paid']);
  expect(await billed(gone!)).toEqual([...paid, [100, 'paid']]);
  expect(new Set(await statesOf(gone!))).toEqual(new Set(['billed']));
});

test('a process that dies before or after it has asked leaves one invoice', async () => {
  const before = await billed(gone!);
  await use(gone!, 40, endMs - HOUR_MS);
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
  expect((await billed(gone!)).slice(before.length).map(([amount]) => amount)).toEqual([100]);
  expect(new Set(await statesOf(gone!))).toEqual(new Set(['billed']));
});

describe('once everything has fallen due that does so by itself, what waited', () => {
  beforeAll(async () => {
    await cancel(leaving!, 'period_end');
    for (const buyer of [capped!, free!]) await cancel(buyer, 'now');
    await charge();
    for (const buyer of [leaving!, staying!]) expect(await billed(buyer)).toEqual([]);
    for (const ms of [40 * DAY_MS, DAY_MS]) {
      await pass(ms);
      for (const buyer of [leaving!, unpaid!, staying!]) await shop().refresh(buyer);
      await Promise.all([charge(), charge()]);
    }
    await charge();
  });

  test('is paid once where the subscription was canceled at the end of its period', async () => {
    expect(await billed(leaving!)).toEqual([[200, 'paid']]);
    expect(await statesOf(leaving!)).toEqual(['billed']);
  });

  test('is asked for once where it ended because nobody pays', async () => {
    const { stripe } = shop();
    const customer = await customerOf(unpaid!);
    const { data } = await stripe.subscriptions.list({ customer, status: 'all' });
    expect(data.map(({ status }) => status)).toEqual(['canceled']);
    expect(await billed(unpaid!)).toEqual([[200, 'open']]);
    expect(await items(unpaid!)).toEqual([200]);
  });

  test('is no more than the cap, and nothing of what nobody consented to', async () => {
    expect(await billed(capped!)).toEqual([[50, 'paid']]);
    expect(await billed(free!)).toEqual([]);
  });

  test('is left to the renewal where there is one', async () => {
    expect(await billed(staying!)).toEqual([[200, 'paid']]);
  });
});
