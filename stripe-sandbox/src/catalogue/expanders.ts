import type { Expanders } from '../http/expand.ts';
import { getDiscount, renderDiscount } from './discounts/discount.ts';
import { findCoupon, renderAmountsOff, renderAppliesTo, renderCoupon } from './discounts/coupon.ts';
import { findPrice, renderCurrencyOptions, renderPrice, renderTiers } from './price.ts';
import { findProduct, renderProductOrDeleted } from './product.ts';
import { getPromotionCode, renderPromotionCode } from './discounts/promotion-code.ts';

/** The whole of what belongs to the catalogue, by the properties that name it. */
export const catalogueByProperty: Expanders['byProperty'] = {
  coupon: (tx, id) => renderCoupon(findCoupon(tx, id), tx.sandboxNow),
  default_price: (tx, id) => renderPrice(findPrice(tx, id)),
  discount: (tx, id) => renderDiscount(getDiscount(tx, id)),
  discounts: (tx, id) => renderDiscount(getDiscount(tx, id)),
  price: (tx, id) => renderPrice(findPrice(tx, id)),
  product: (tx, id) => renderProductOrDeleted(findProduct(tx, id)),
  promotion_code: (tx, id) => renderPromotionCode(tx, getPromotionCode(tx, id)),
};

/** What prices and coupons have only when they are asked for it. */
export const catalogueIncluded: Expanders['included'] = {
  coupon: {
    applies_to: (tx, id) => renderAppliesTo(findCoupon(tx, id)),
    currency_options: (tx, id) => renderAmountsOff(findCoupon(tx, id)),
  },
  plan: { tiers: (tx, id) => renderTiers(findPrice(tx, id).pricing) },
  price: {
    currency_options: (tx, id) => renderCurrencyOptions(findPrice(tx, id)),
    tiers: (tx, id) => renderTiers(findPrice(tx, id).pricing),
  },
};
