import type { Tx } from '../../../engine/transaction.ts';
import { invalid } from '../../../http/errors.ts';
import { requireCoupon } from '../../../catalogue/discounts/coupon.ts';
import { requirePromotionCode } from '../../../catalogue/discounts/promotion-code.ts';
import { findCustomer } from '../../../customers/customer.ts';
import {
  createDiscount,
  getDiscount,
  isDiscountActive,
  useDiscount,
} from '../../../catalogue/discounts/discount.ts';
import type { DiscountsSaid } from '../../../catalogue/discounts/parameters.ts';
import { invoices, type InvoiceRow } from '../rows.ts';

export interface Redeemer {
  readonly customer: string;
  readonly invoice?: string | null;
  readonly invoiceItem?: string | null;
  readonly currency: string;
  readonly now: number;
}

/** Redeems what is named, and answers the ids of the discounts that come of it. */
export function redeem(tx: Tx, said: DiscountsSaid, redeemer: Redeemer): string[] {
  return (said ?? []).map(({ coupon, discount, promotion_code: code }, index) => {
    const { customer, currency, now } = redeemer;
    const param = `discounts[${index}]`;
    if ([coupon, discount, code].filter((each) => each !== undefined).length !== 1) {
      throw invalid('You must specify exactly one of coupon, discount or promotion_code.', {
        param,
      });
    }
    if (discount !== undefined) return getDiscount(tx, discount, `${param}[discount]`).id;
    if (code !== undefined) {
      requirePromotionCode(tx, {
        id: code,
        customer,
        now,
        currency,
        hasPaidBefore: () => hasPaidBefore(tx, customer),
        param: `${param}[promotion_code]`,
      });
      return createDiscount(tx, { ...redeemer, promotionCode: code }).id;
    }
    requireCoupon(tx, coupon!, { now, currency, param: `${param}[coupon]` });
    return createDiscount(tx, { ...redeemer, coupon: coupon! }).id;
  });
}

/** What is named, or where nothing is, the discount that the customer has. */
export function redeemOrInherit(tx: Tx, said: DiscountsSaid, redeemer: Redeemer): string[] {
  if (said !== undefined) return redeem(tx, said, redeemer);
  const { discount } = findCustomer(tx, redeemer.customer);
  if (discount === null) return [];
  return isDiscountActive(getDiscount(tx, discount.id), redeemer.now) ? [discount.id] : [];
}

/** Uses up the discounts that an invoice has taken and that are good for one only. */
export function spendDiscounts(tx: Tx, { discountAmounts }: InvoiceRow, now: number): void {
  for (const { discount, amount } of discountAmounts) {
    if (amount > 0) useDiscount(tx, discount, now);
  }
}

/** Whether a customer has paid anything yet, which some promotion codes are not for. */
export function hasPaidBefore(tx: Tx, customer: string): boolean {
  return tx
    .by(invoices, 'customer', customer)
    .some(({ status, amountPaid }) => status === 'paid' && amountPaid > 0);
}
