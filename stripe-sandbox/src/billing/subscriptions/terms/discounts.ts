import type { Tx } from '../../../engine/transaction.ts';
import { invalid } from '../../../http/errors.ts';
import { requireCoupon } from '../../../catalogue/discounts/coupon.ts';
import { findCustomer } from '../../../customers/customer.ts';
import { requirePromotionCode } from '../../../catalogue/discounts/promotion-code.ts';
import {
  createDiscount,
  getDiscount,
  isDiscountActive,
  removeDiscount,
} from '../../../catalogue/discounts/discount.ts';
import { invoices } from '../../invoices/rows.ts';
import type { SubscriptionRow } from '../rows.ts';

/** A coupon, a promotion code, or a discount that there is already. */
export interface DiscountSaid {
  readonly coupon?: string | undefined;
  readonly discount?: string | undefined;
  readonly promotion_code?: string | undefined;
}

export interface DiscountContext {
  readonly customer: string;
  readonly subscription: string;
  readonly subscriptionItem?: string;
  readonly now: number;
  /** Those that it has now, which may be named again. */
  readonly known: readonly string[];
  /** What is to be reduced, before discounts; some codes ask for a minimum. */
  readonly billed?: { readonly amount: number; readonly currency: string };
}

/**
 * The discounts that a list describes, redeemed where they are new. Those that it had and that are
 * not in the list are taken away; an empty list changes nothing, and `null` takes all away.
 */
export function readDiscounts(
  tx: Tx,
  said: readonly DiscountSaid[] | null | undefined,
  context: DiscountContext,
): readonly string[] | undefined {
  if (said === undefined || said?.length === 0) return undefined;
  const wanted = (said ?? []).map((each, index) => {
    const param = `discounts[${index}]`;
    return each.discount === undefined
      ? redeem(tx, each, { ...context, param })
      : ownDiscount(tx, each.discount, param);
  });
  for (const id of context.known) {
    if (!wanted.includes(id)) removeDiscount(tx, id, context.now);
  }
  return wanted;
}

function ownDiscount(tx: Tx, id: string, param: string): string {
  return getDiscount(tx, id, `${param}[discount]`).id;
}

function redeem(
  tx: Tx,
  { coupon, promotion_code: promotionCode }: DiscountSaid,
  { param, now, customer, subscription, ...context }: DiscountContext & { readonly param: string },
): string {
  const { subscriptionItem, billed } = context;
  const owner = { customer, subscription, subscriptionItem: subscriptionItem ?? null, now };
  if (promotionCode !== undefined) {
    requirePromotionCode(tx, {
      id: promotionCode,
      customer,
      now,
      ...billed,
      hasPaidBefore: () => hasPaidBefore(tx, customer),
      param: `${param}[promotion_code]`,
    });
    return createDiscount(tx, { ...owner, promotionCode }).id;
  }
  if (coupon === undefined) {
    throw invalid(`You must provide one of ${param}[coupon], [discount] or [promotion_code].`, {
      param,
    });
  }
  const currency = billed?.currency;
  requireCoupon(tx, coupon, { now, currency, param: `${param}[coupon]` });
  return createDiscount(tx, { ...owner, coupon }).id;
}

function hasPaidBefore(tx: Tx, customer: string): boolean {
  return tx.by(invoices, 'customer', customer).some(({ amountPaid }) => amountPaid > 0);
}

/** Those of some discounts that reduce what is billed at an instant. */
export function activeDiscounts(tx: Tx, ids: readonly string[], at: number): readonly string[] {
  return ids.filter((id) => isDiscountActive(getDiscount(tx, id), at));
}

/** What reduces the invoices of a subscription: its own discounts, or else its customer's. */
export function discountsOf(
  tx: Tx,
  row: Pick<SubscriptionRow, 'customer' | 'discounts'>,
  at: number,
): readonly string[] {
  // By then those that are over are gone, and nothing is in the way of the customer's any more.
  const own = activeDiscounts(tx, row.discounts, at);
  if (own.length > 0) return own;
  const { discount } = findCustomer(tx, row.customer);
  return discount === null ? [] : activeDiscounts(tx, [discount.id], at);
}

/** A subscription without the discounts that are over, of which it is told. */
export function endDiscounts(tx: Tx, row: SubscriptionRow, now: number): SubscriptionRow {
  const lasting = (ids: readonly string[]): readonly string[] => {
    const active = activeDiscounts(tx, ids, now);
    for (const id of ids) if (!active.includes(id)) removeDiscount(tx, id, now);
    return active;
  };
  const items = row.items.map((item) => ({ ...item, discounts: lasting(item.discounts) }));
  return { ...row, discounts: lasting(row.discounts), items };
}
