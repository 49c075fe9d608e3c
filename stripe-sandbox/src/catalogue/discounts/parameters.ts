import { emptyable, hash, list, optional, text } from '../../http/params.ts';

const MOST_DISCOUNTS = 20;

/** `discounts` of invoices, subscriptions and what they consist of; an empty value means none. */
export const discountsSpec = emptyable(
  list(
    hash({
      coupon: optional(text()),
      discount: optional(text()),
      promotion_code: optional(text()),
    }),
    MOST_DISCOUNTS,
  ),
);

export type DiscountsSaid = ReturnType<typeof discountsSpec.read>;
