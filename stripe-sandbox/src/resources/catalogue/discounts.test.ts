import { describe, expect, test } from 'vitest';
import { Store } from '../../engine/store.ts';
import { Tx } from '../../engine/transaction.ts';
import {
  coupons,
  getCoupon,
  requireCoupon,
  type CouponRow,
} from '../../catalogue/discounts/coupon.ts';
import {
  findActiveCode,
  getPromotionCode,
  promotionCodes,
  requirePromotionCode,
  type PromotionCodeRow,
  type PromotionCodeUse,
} from '../../catalogue/discounts/promotion-code.ts';
import {
  createDiscount,
  isDiscountActive,
  removeDiscount,
  useDiscount,
} from '../../catalogue/discounts/discount.ts';
import { events } from '../../events/event.ts';

const NOW = 1_738_281_600; // 2025-01-31T00:00:00Z
const DAY = 86_400;

function begin(coupon: Partial<CouponRow> = {}, promotion: Partial<PromotionCodeRow> = {}): Tx {
  const origin = { requestId: null, idempotencyKey: null };
  const tx = new Tx({ store: new Store(), seed: 'discounts', nowSeconds: NOW, origin });
  tx.put(coupons, {
    id: 'ten',
    created: NOW,
    isDeleted: false,
    name: null,
    metadata: {},
    terms: {
      percentOff: null,
      amountOff: 1000,
      currency: 'usd',
      currencyOptions: { eur: 900 },
      products: null,
    },
    duration: 'once',
    durationInMonths: null,
    maxRedemptions: null,
    redeemBy: null,
    timesRedeemed: 0,
    ...coupon,
  });
  tx.put(promotionCodes, {
    id: 'promo_1',
    created: NOW,
    isActive: true,
    code: 'Ten',
    coupon: 'ten',
    customer: null,
    expiresAt: null,
    maxRedemptions: null,
    metadata: {},
    isForFirstTransaction: false,
    minimum: null,
    timesRedeemed: 0,
    ...promotion,
  });
  return tx;
}

const use: PromotionCodeUse = {
  id: 'promo_1',
  customer: 'cus_1',
  now: NOW,
  currency: 'usd',
  amount: 2000,
  hasPaidBefore: () => false,
};

function tryUse(
  promotion: Partial<PromotionCodeRow>,
  said: Partial<PromotionCodeUse> = {},
): string {
  try {
    return requirePromotionCode(begin({}, promotion), { ...use, ...said }).id;
  } catch (error) {
    return error instanceof Error ? error.message : String(error);
  }
}

describe('a promotion code', () => {
  test('is redeemed where nothing speaks against it', () => {
    expect(tryUse({})).toBe('promo_1');
    expect(tryUse({ customer: 'cus_1', expiresAt: NOW + 1, maxRedemptions: 1 })).toBe('promo_1');
  });

  test('is refused for each of its restrictions', () => {
    expect(tryUse({ isActive: false })).toContain('not active');
    expect(tryUse({ expiresAt: NOW })).toContain('expired');
    expect(tryUse({ maxRedemptions: 2, timesRedeemed: 2 })).toContain('maximum number of times');
    expect(tryUse({ customer: 'cus_2' })).toContain('another customer');
    expect(tryUse({ customer: 'cus_1' }, { customer: null })).toContain('another customer');
  });

  test('for a first transaction asks whether the customer has paid, and others do not ask', () => {
    const hasPaidBefore = (): boolean => true;
    expect(tryUse({}, { hasPaidBefore })).toBe('promo_1');
    expect(tryUse({ isForFirstTransaction: true })).toBe('promo_1');
    const refused = tryUse({ isForFirstTransaction: true }, { hasPaidBefore });
    expect(refused).toContain('because the associated customer has prior transactions.');
  });

  test('with a minimum amount wants that much, in a currency that it names', () => {
    const minimum = { amount: 2000, currency: 'usd', currencyOptions: { eur: 1800 } };
    expect(tryUse({ minimum })).toBe('promo_1');
    expect(tryUse({ minimum }, { amount: 1999 })).toContain('minimum amount');
    expect(tryUse({ minimum }, { currency: 'eur', amount: 1800 })).toBe('promo_1');
    expect(tryUse({ minimum: { ...minimum, currencyOptions: {} } }, { currency: 'eur' })).toContain(
      'no minimum amount in eur',
    );
  });

  test('is found whatever its case, a customer’s own before one for all', () => {
    const tx = begin();
    const asked = { customer: 'cus_1', now: NOW };
    expect(findActiveCode(tx, 'tEN', asked)?.id).toBe('promo_1');
    const own = { ...getPromotionCode(tx, 'promo_1'), id: 'promo_2', customer: 'cus_1' };
    tx.put(promotionCodes, own);
    expect(findActiveCode(tx, 'TEN', asked)?.id).toBe('promo_2');
    expect(findActiveCode(tx, 'TEN', { customer: null, now: NOW })?.id).toBe('promo_1');
    expect(findActiveCode(tx, 'ELEVEN', asked)).toBeUndefined();
  });
});

test('an amount off can be redeemed only in a currency that the coupon has', () => {
  const tx = begin();
  expect(requireCoupon(tx, 'ten', { now: NOW, currency: 'eur' }).id).toBe('ten');
  expect(() => requireCoupon(tx, 'ten', { now: NOW, currency: 'gbp' })).toThrow('in gbp');
  expect(() => requireCoupon(tx, 'none', { now: NOW })).toThrow("No such coupon: 'none'");
});

test('redeeming counts, on the coupon and on the promotion code', () => {
  const tx = begin({ maxRedemptions: 2 }, { maxRedemptions: 1 });
  createDiscount(tx, {
    promotionCode: 'promo_1',
    customer: 'cus_1',
    subscription: 'sub_1',
    now: NOW,
  });
  expect(getCoupon(tx, 'ten').timesRedeemed).toBe(1);
  expect(getPromotionCode(tx, 'promo_1').timesRedeemed).toBe(1);
  expect(() => requirePromotionCode(tx, use)).toThrow('maximum number of times');
  createDiscount(tx, { coupon: 'ten', customer: 'cus_2', invoice: 'in_1', now: NOW });
  expect(() => requireCoupon(tx, 'ten', { now: NOW })).toThrow('Coupon expired: ten');
});

test('a repeating discount ends with the day of the month that it began on, or the last', () => {
  const tx = begin({ duration: 'repeating', durationInMonths: 1 });
  const discount = createDiscount(tx, { coupon: 'ten', customer: 'cus_1', now: NOW });
  expect(discount.end).toBe(NOW + 28 * DAY);
  expect(isDiscountActive(discount, NOW + 28 * DAY - 1)).toBe(true);
  expect(isDiscountActive(discount, NOW + 28 * DAY)).toBe(false);
});

test('a discount for once is over when it has been used, and one forever when removed', () => {
  const tx = begin();
  const once = createDiscount(tx, {
    coupon: 'ten',
    customer: 'cus_1',
    subscription: 's',
    now: NOW,
  });
  expect(isDiscountActive(once, NOW + 999 * DAY)).toBe(true);
  expect(isDiscountActive(useDiscount(tx, once.id, NOW), NOW)).toBe(false);
  tx.put(coupons, { ...getCoupon(tx, 'ten'), duration: 'forever' });
  const lasting = createDiscount(tx, {
    coupon: 'ten',
    customer: 'cus_1',
    subscription: 's',
    now: NOW,
  });
  expect(isDiscountActive(useDiscount(tx, lasting.id, NOW), NOW)).toBe(true);
  expect(isDiscountActive(removeDiscount(tx, lasting.id, NOW), NOW)).toBe(false);
  removeDiscount(tx, lasting.id, NOW);
  expect(tx.all(events).map(({ type }) => type)).toEqual([
    'customer.discount.created',
    'customer.discount.created',
    'customer.discount.deleted',
  ]);
});

test('what a coupon becomes later does not change what was redeemed', () => {
  const tx = begin();
  const discount = createDiscount(tx, { coupon: 'ten', customer: 'cus_1', now: NOW });
  const changed = { ...getCoupon(tx, 'ten').terms, currencyOptions: {} };
  tx.put(coupons, { ...getCoupon(tx, 'ten'), isDeleted: true, terms: changed });
  expect(discount.terms.currencyOptions).toEqual({ eur: 900 });
});
