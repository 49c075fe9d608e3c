import { expect, test } from 'vitest';
import { addMonths } from '@whisperforge/kernel/period';
import { ACTOR } from '../checkout/shop.fixture.ts';
import type { PaymentGateway } from '../gateway/gateway.ts';
import { amountToCharge } from './decide-overage.ts';
import { HOUR_MS, useOverage } from './overage.fixture.ts';

const { shop, consenting, use, charge, items, closePeriod } = useOverage('overage');

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
