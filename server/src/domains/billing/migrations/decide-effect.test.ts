import { expect, test } from 'vitest';
import type { PlanVersion } from '../../plans/index.ts';
import type { RecurringItem } from '../../subscriptions/index.ts';
import { createEffectSum } from './decide-effect.ts';

const monthly = (amountMinor: number) => ({
  billingCycle: 'monthly' as const,
  currency: 'usd',
  amountMinor,
});
const from = { id: 7, prices: [monthly(1_500)], extraSeat: null } as unknown as PlanVersion;
const to = { prices: [monthly(1_900)] as unknown as PlanVersion['prices'], extraSeat: null };

function effectOf(priceId: string) {
  const item: RecurringItem = {
    priceId,
    planId: from.id,
    unitAmountDecimal: '1500',
    currency: 'usd',
    interval: 'month',
    intervalCount: 1,
    quantity: 1,
    isMetered: false,
  };
  const sum = createEffectSum(from, to, 0);
  sum.add({ status: 'active', currency: 'usd', items: [item], discounts: [] }, 3);
  return sum.effects();
}

test('a contract keeps its price, though it is the one that its version is sold for', () => {
  const told = { currency: 'usd', subscribers: 3, beforeMinor: 4_500 };
  expect(effectOf('contract:7')).toEqual([{ ...told, afterMinor: 4_500 }]);
  expect(effectOf('price_1')).toEqual([{ ...told, afterMinor: 5_700 }]);
});
