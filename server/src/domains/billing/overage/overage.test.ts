import { expect, test } from 'vitest';
import { addMonths } from '@whisperforge/kernel/period';
import { findCustomerOfAccount } from '../../accounts/index.ts';
import { tracked } from '../../usage/processes.fixture.ts';
import { ACTOR, useShop, type Buyer, type Shop } from '../checkout/shop.fixture.ts';
import type { PaymentGateway } from '../gateway/gateway.ts';
import { amountToCharge } from './decide-overage.ts';

const shop = useShop('overage');
const HOUR_MS = 3_600_000;
const MINUTES = 'audio_minutes';

/** Somebody on the plan with overage, past its trial, who lets it cost so much. */
async function consenting(capMinor: number): Promise<Buyer> {
  const buyer = await shop().person();
  await shop().subscribe(buyer, 'studio');
  await shop().advanceTo(shop().clock.nowMs() + 15 * 24 * HOUR_MS);
  await shop().refresh(buyer);
  const { selling, clock } = shop();
  const consent = { user: buyer.user, feature: MINUTES, spendingCapMinor: capMinor };
  await selling.overage.setCap(consent, { actor: ACTOR, nowMs: clock.nowMs() });
  return buyer;
}

async function use(buyer: Buyer, amount: number | string, occurredMs?: number): Promise<void> {
  const { process } = shop();
  const event = { event: 'audio_processed', amount };
  const said = occurredMs === undefined ? event : { ...event, occurredMs };
  await process.usage.track(tracked(process, buyer, said));
}

async function charge(gateway?: PaymentGateway): Promise<void> {
  const { selling, clock } = shop();
  const through = gateway === undefined ? selling : shop().sellingThrough(gateway);
  await through.overage.charge(clock.nowMs(), new AbortController().signal);
}

async function items({ accountId }: Buyer, { stripe, database }: Shop = shop()) {
  const customer = await findCustomerOfAccount(database, accountId);
  const { data } = await stripe.invoiceItems.list({ customer: customer ?? '', limit: 100 });
  const ours = data.filter(({ metadata }) => metadata?.['feature'] === MINUTES);
  return ours.map(({ amount }) => amount).toReversed();
}

/** To a moment after the quota period that contains now. */
async function closePeriod(buyer: Buyer): Promise<number> {
  const { features } = await shop().process.access.profile(buyer.user);
  const { balance } = features.find(({ feature }) => feature.key === MINUTES)!;
  await shop().advanceTo(balance!.endMs! + HOUR_MS);
  return balance!.endMs!;
}

test('what went beyond the limit is charged once when its period is over', async () => {
  const buyer = await consenting(10_000);
  await use(buyer, '433.5');
  await charge();
  expect(await items(buyer)).toEqual([]);
  const endMs = await closePeriod(buyer);
  for (let time = 0; time < 3; time += 1) await charge();
  await Promise.all([charge(), charge()]);
  // 33.5 minutes at 2.5 cents are 83.75.
  expect(await items(buyer)).toEqual([84]);
  await use(buyer, 10, endMs - HOUR_MS);
  await charge();
  expect(await items(buyer)).toEqual([84, 25]);
  expect(await items(buyer)).toEqual([84, 25]);
});

test('no more is charged than the cap of the period, and nothing without consent', async () => {
  const capped = await consenting(50);
  await use(capped, 900);
  const free = await shop().person();
  await shop().subscribe(free, 'studio');
  await use(free, 900);
  await closePeriod(capped);
  await charge();
  expect(await items(capped)).toEqual([50]);
  expect(await items(free)).toEqual([]);
  await shop().advanceTo(addMonths(shop().clock.nowMs(), 1));
  await charge();
  expect(await items(capped)).toEqual([50]);
});

test('a period is charged by the terms it had, though the plan is another since', async () => {
  const buyer = await consenting(10_000);
  const { selling, clock } = shop();
  await use(buyer, 440);
  const call = { user: buyer.user, actor: ACTOR, reason: null };
  const wish = { plan: 'pro', billingCycle: 'monthly', seats: null, promotionCode: null } as const;
  const preview = await selling.changes.preview(
    { user: buyer.user, ...wish, when: 'period_end' },
    clock.nowMs(),
  );
  await selling.changes.change({ ...call, token: preview.token }, clock.nowMs());
  await shop().advanceTo(Math.max(await closePeriod(buyer), preview.effectiveMs) + 2 * HOUR_MS);
  await shop().refresh(buyer);
  expect(await shop().process.access.profile(buyer.user)).toMatchObject({ plan: { slug: 'pro' } });
  await charge();
  expect(await items(buyer)).toEqual([100]);
});

for (const kind of ['server_error', 'timeout_after_commit', 'reset_after_commit', 'rate_limit']) {
  test(`a charge that fails by ${kind} is made once all the same`, async () => {
    const buyer = await consenting(10_000);
    await use(buyer, 480);
    await closePeriod(buyer);
    await shop().fail({ kind, method: 'POST', path: '/v1/invoiceitems', retry_after: 0 });
    await charge().catch(() => undefined);
    await charge();
    expect(await items(buyer)).toEqual([200]);
  });
}

test('a charge that was written down and not sent is sent by the next round', async () => {
  const buyer = await consenting(10_000);
  await use(buyer, 480);
  await closePeriod(buyer);
  const { gateway } = shop();
  const dead = { ...gateway, createInvoiceItem: () => Promise.reject(new Error('killed')) };
  await expect(charge(dead)).rejects.toThrow('not all overage is charged');
  const forgetful = {
    ...gateway,
    async createInvoiceItem(item: Parameters<PaymentGateway['createInvoiceItem']>[0]) {
      await gateway.createInvoiceItem(item);
      throw new Error('killed');
    },
  };
  await expect(charge(forgetful)).rejects.toThrow('not all overage is charged');
  await charge();
  expect(await items(buyer)).toEqual([200]);
});

test('amounts are rounded once, over all that was used, and never beyond the cap', () => {
  const of = { unitPriceMinor: '0.3', spendingCapMinor: 1_000 };
  expect(amountToCharge({ ...of, over: 10_000_000n, chargedMinor: 0 })).toBe(3);
  expect(amountToCharge({ ...of, over: 11_000_000n, chargedMinor: 3 })).toBe(0);
  expect(amountToCharge({ ...of, over: 12_000_000n, chargedMinor: 3 })).toBe(1);
  expect(amountToCharge({ ...of, over: 9_000_000_000n, chargedMinor: 4 })).toBe(996);
  expect(amountToCharge({ ...of, over: 9_000_000n, chargedMinor: 4 })).toBe(0);
});
