import type Stripe from 'stripe';
import { collection } from '../../engine/collection.ts';
import type { Tx } from '../../engine/transaction.ts';
import { invalid, missing } from '../../http/errors.ts';
import { findCoupon, isCouponValid, requireCoupon } from './coupon.ts';

export interface MinimumAmount {
  readonly amount: number;
  readonly currency: string;
  /** The least in other currencies. */
  readonly currencyOptions: Readonly<Record<string, number>>;
}

export interface PromotionCodeRow {
  readonly id: string;
  readonly created: number;
  /** What was said of it; whether it can be used also depends on its coupon and its limits. */
  readonly isActive: boolean;
  readonly code: string;
  readonly coupon: string;
  readonly customer: string | null;
  readonly expiresAt: number | null;
  readonly maxRedemptions: number | null;
  readonly metadata: Record<string, string>;
  readonly isForFirstTransaction: boolean;
  readonly minimum: MinimumAmount | null;
  readonly timesRedeemed: number;
}

/** Codes are told apart whatever their case. */
export const codeKey = (code: string): string => code.toUpperCase();

export const promotionCodes = collection<PromotionCodeRow>('promotion_codes', {
  code: (promotion) => codeKey(promotion.code),
  coupon: (promotion) => promotion.coupon,
});

export function getPromotionCode(tx: Tx, id: string, param?: string): PromotionCodeRow {
  const promotion = tx.find(promotionCodes, id);
  if (promotion === undefined) throw missing('promotion code', id, param);
  return promotion;
}

/** Whether it could be redeemed by somebody; its coupon must be valid too. */
export function isPromotionCodeActive(tx: Tx, row: PromotionCodeRow, atSeconds: number): boolean {
  const { isActive, expiresAt, maxRedemptions, timesRedeemed } = row;
  if (!isActive || (expiresAt !== null && atSeconds >= expiresAt)) return false;
  if (maxRedemptions !== null && timesRedeemed >= maxRedemptions) return false;
  return isCouponValid(findCoupon(tx, row.coupon), atSeconds);
}

/** The code that a customer may enter: one of the customer's own before one for all. */
export function findActiveCode(
  tx: Tx,
  code: string,
  { customer, now }: { readonly customer: string | null; readonly now: number },
): PromotionCodeRow | undefined {
  const active = tx
    .by(promotionCodes, 'code', codeKey(code))
    .filter((row) => isPromotionCodeActive(tx, row, now));
  const own = active.find((row) => customer !== null && row.customer === customer);
  return own ?? active.find((row) => row.customer === null);
}

export function renderPromotionCode(tx: Tx, row: PromotionCodeRow): Stripe.PromotionCode {
  const { minimum } = row;
  return {
    id: row.id,
    object: 'promotion_code',
    active: isPromotionCodeActive(tx, row, tx.sandboxNow),
    code: row.code,
    created: row.created,
    customer: row.customer,
    customer_account: null,
    expires_at: row.expiresAt,
    livemode: false,
    max_redemptions: row.maxRedemptions,
    metadata: row.metadata,
    promotion: { type: 'coupon', coupon: row.coupon },
    restrictions: {
      first_time_transaction: row.isForFirstTransaction,
      minimum_amount: minimum?.amount ?? null,
      minimum_amount_currency: minimum?.currency ?? null,
      ...minimumsOf(minimum),
    },
    times_redeemed: row.timesRedeemed,
  };
}

type Minimums = Pick<Stripe.PromotionCode.Restrictions, 'currency_options'>;

/** Minimum amounts in other currencies show wherever there are any. */
function minimumsOf(minimum: MinimumAmount | null): Minimums {
  const entries = Object.entries(minimum?.currencyOptions ?? {});
  if (entries.length === 0) return {};
  const options = entries.map(([code, amount]) => [code, { minimum_amount: amount }] as const);
  return { currency_options: Object.fromEntries(options) };
}

export interface PromotionCodeUse {
  readonly id: string;
  /** `null` where there is no customer yet, as when somebody new checks out. */
  readonly customer: string | null;
  /** Epoch seconds, by the customer's clock. */
  readonly now: number;
  /** Of what is to be reduced; where it is left out, it is not looked at. */
  readonly currency?: string | undefined;
  /** What it comes to before discounts; where it is left out, it is not looked at. */
  readonly amount?: number | undefined;
  /** Whether the customer has paid before; asked only where the code depends on it. */
  readonly hasPaidBefore: () => boolean;
  readonly param?: string | undefined;
}

/** A promotion code that can be redeemed as is meant; throws Stripe's error where it cannot. */
export function requirePromotionCode(tx: Tx, use: PromotionCodeUse): PromotionCodeRow {
  const { id, customer, now, currency, param = 'promotion_code' } = use;
  const promotion = getPromotionCode(tx, id, param);
  const refuse = (reason: string, code?: string): Error =>
    invalid(`This promotion code cannot be redeemed because ${reason}.`, {
      param,
      ...(code === undefined ? {} : { code }),
    });
  const { expiresAt, maxRedemptions } = promotion;
  if (!promotion.isActive) throw refuse('it is not active');
  if (expiresAt !== null && now >= expiresAt) throw refuse('it has expired', 'coupon_expired');
  if (maxRedemptions !== null && promotion.timesRedeemed >= maxRedemptions) {
    throw refuse('it has been used the maximum number of times');
  }
  if (promotion.customer !== null && promotion.customer !== customer) {
    throw refuse('it is restricted to another customer');
  }
  requireCoupon(tx, promotion.coupon, { now, currency, param });
  if (promotion.isForFirstTransaction && use.hasPaidBefore()) {
    throw refuse('the associated customer has prior transactions');
  }
  requireMinimum(promotion, use, refuse);
  return promotion;
}

function requireMinimum(
  { minimum }: PromotionCodeRow,
  { amount, currency }: PromotionCodeUse,
  refuse: (reason: string) => Error,
): void {
  if (minimum === null || amount === undefined || currency === undefined) return;
  const least = minimumIn(minimum, currency);
  if (least === null) throw refuse(`it has no minimum amount in ${currency}`);
  if (amount < least) throw refuse('the amount is below its minimum amount');
}

function minimumIn(minimum: MinimumAmount, currency: string): number | null {
  if (currency === minimum.currency) return minimum.amount;
  const { currencyOptions } = minimum;
  return Object.hasOwn(currencyOptions, currency) ? currencyOptions[currency]! : null;
}
