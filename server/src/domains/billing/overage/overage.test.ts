import { beforeAll, expect, test } from 'vitest';
import { addMonths } from '@whisperforge/kernel/period';
import { ACTOR, type Buyer } from '../checkout/shop.fixture.ts';
import type { PaymentGateway } from '../gateway/gateway.ts';
import { HOUR_MS, useOverage } from './overage.fixture.ts';

const scene = useOverage('overage');
const { shop, consent, use, charge, items, closePeriod } = scene;

const MUCH_MINOR = 10_000;
let [once, capped, free, moved, unlucky]: Buyer[] = [];
let endMs: number;

async function moveToPro({ user }: Buyer): Promise<void> {
  const { selling, clock } = shop();
  const wish = { plan: 'pro', billingCycle: 'monthly', seats: null, promotionCode: null } as const;
  const wanted = { user, ...wish, when: 'period_end' } as const;
  const { token } = await selling.changes.preview(wanted, clock.nowMs());
  await selling.changes.change({ user, actor: ACTOR, token }, clock.nowMs());
}

/** All in one quota period, because nothing takes as long as to let one pass. */
beforeAll(async () => {
  [once, capped, free, moved, unlucky] = await scene.subscribed(5);
  await consent(capped!, 50);
  for (const buyer of [once!, moved!, unlucky!]) await consent(buyer, MUCH_MINOR);
  await use(once!, '433.5');
  for (const buyer of [capped!, free!]) await use(buyer, 900);
  await use(moved!, 440);
  await moveToPro(moved!);
  await charge();
});

test('nothing is charged while a period lasts', async () => {
  for (const buyer of [once!, capped!, moved!]) expect(await items(buyer)).toEqual([]);
  endMs = await closePeriod(once!);
  // The plan ends with a period that was paid for, which began when the trial was over.
  await shop().advanceTo(endMs + 20 * 24 * HOUR_MS);
  await shop().refresh(moved!);
  expect(await shop().process.access.profile(moved!.user)).toMatchObject({ plan: { slug: 'pro' } });
});

test('what went beyond the limit is charged once when its period is over', async () => {
  for (let time = 0; time < 3; time += 1) await charge();
  await Promise.all([charge(), charge()]);
  // 33.5 minutes at 2.5 cents are 83.75.
  expect(await items(once!)).toEqual([84]);
  await use(once!, 10, endMs - HOUR_MS);
  await charge();
  expect(await items(once!)).toEqual([84, 25]);
  await charge();
  expect(await items(once!)).toEqual([84, 25]);
});

test('no more is charged than the cap of the period, and nothing without consent', async () => {
  expect(await items(capped!)).toEqual([50]);
  expect(await items(free!)).toEqual([]);
});

test('a period is charged by the terms it had, though the plan is another since', async () => {
  expect(await items(moved!)).toEqual([100]);
});

/** Something that is told late, and so to be charged at once. */
async function exceed(): Promise<number[]> {
  const before = await items(unlucky!);
  await use(unlucky!, before.length === 0 ? 440 : 40, endMs - HOUR_MS);
  return [...before, 100];
}

const FAULTS = ['server_error', 'timeout_after_commit', 'reset_after_commit', 'rate_limit'];

test.each(FAULTS)('a charge that fails by %s is made once all the same', async (kind) => {
  const expected = await exceed();
  await shop().fail({ kind, method: 'POST', path: '/v1/invoiceitems', retry_after: 0 });
  await charge().catch(() => undefined);
  await charge();
  expect(await items(unlucky!)).toEqual(expected);
});

test('a charge that was written down and not sent is sent by the next round', async () => {
  const expected = await exceed();
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
  expect(await items(unlucky!)).toEqual(expected);
});

test('a period that follows, in which nothing is used, is charged nothing', async () => {
  const before = await items(unlucky!);
  await shop().advanceTo(addMonths(shop().clock.nowMs(), 1));
  await charge();
  expect(await items(capped!)).toEqual([50]);
  expect(await items(unlucky!)).toEqual(before);
});
