import type { Tx } from '../../engine/transaction.ts';
import { invalid } from '../../http/errors.ts';
import { paymentIntents } from '../../payments/intents.ts';
import { requireCoupon } from '../../catalogue/discounts/coupon.ts';
import { findActiveCode, requirePromotionCode } from '../../catalogue/discounts/promotion-code.ts';
import { buyerNow, pricedItems } from './amounts.ts';
import { checkoutSessions, type CheckoutSessionRow, type SessionDiscount } from './session-rows.ts';

type Bought = Pick<
  CheckoutSessionRow,
  'currency' | 'customer' | 'lineItems' | 'subscriptionData' | 'discounts'
>;

export interface DiscountSaid {
  readonly coupon?: string | undefined;
  readonly promotion_code?: string | undefined;
}

/** A reduction as it is given, where it can be redeemed for what is bought. */
export function discountSaid(tx: Tx, bought: Bought, said: DiscountSaid): SessionDiscount {
  const { coupon, promotion_code: promotion } = said;
  const param = 'discounts[0]';
  const now = buyerNow(tx, bought);
  const currency = bought.currency ?? undefined;
  if (coupon !== undefined && promotion === undefined) {
    const redemption = { now, currency, param: `${param}[coupon]` };
    return { coupon: requireCoupon(tx, coupon, redemption).id, promotionCode: null };
  }
  if (promotion === undefined || coupon !== undefined) {
    throw invalid('You must specify one of `coupon` or `promotion_code`.', { param });
  }
  const row = requirePromotionCode(tx, {
    id: promotion,
    customer: bought.customer,
    now,
    currency,
    amount: priceBefore(tx, bought),
    hasPaidBefore: () => hasPaidBefore(tx, bought.customer),
    param: `${param}[promotion_code]`,
  });
  return { coupon: row.coupon, promotionCode: row.id };
}

/** Refuses reductions that others have used up, or that have expired, since they were given. */
export function requireRedeemable(
  tx: Tx,
  session: Bought & { readonly discounts: readonly SessionDiscount[] },
): void {
  for (const { coupon, promotionCode } of session.discounts) {
    const said = promotionCode === null ? { coupon } : { promotion_code: promotionCode };
    discountSaid(tx, session, said);
  }
}

function priceBefore(tx: Tx, bought: Bought): number {
  return pricedItems(tx, { ...bought, discounts: [] }).reduce(
    (sum, { subtotal }) => sum + subtotal,
    0,
  );
}

function hasPaidBefore(tx: Tx, customer: string | null): boolean {
  if (customer === null) return false;
  return tx.by(paymentIntents, 'customer', customer).some(({ status }) => status === 'succeeded');
}

/** Takes the code that a customer has entered on the session's page; an empty one takes it away. */
export function applyCode(
  tx: Tx,
  session: CheckoutSessionRow,
  code: string | null,
): CheckoutSessionRow {
  const discounts = code === null ? [] : [codeEntered(tx, session, code)];
  const changed = { ...session, discounts };
  return tx.put(checkoutSessions, { ...changed, lineItems: pricedItems(tx, changed) });
}

function codeEntered(tx: Tx, session: CheckoutSessionRow, code: string): SessionDiscount {
  const found = findActiveCode(tx, code, {
    customer: session.customer,
    now: buyerNow(tx, session),
  });
  if (found === undefined || session.allowPromotionCodes !== true) {
    throw invalid('This promotion code is not valid.', { param: 'promotion_code' });
  }
  return discountSaid(tx, session, { promotion_code: found.id });
}
