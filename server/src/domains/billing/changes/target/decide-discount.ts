// pure
import { addMonths } from '@whisperforge/kernel/period';
import type { BillingCycle } from '../../../plans/index.ts';
import type { PlanQuote } from '../../../pricing/index.ts';
import type { NewCoupon } from '../../gateway/gateway.ts';
import type { RemoteDiscount } from '../../gateway/remote.ts';
import type { UsedCode } from '../command.ts';
import { discountAt } from './amounts.ts';

/** What becomes of a subscription's discounts with a change for which a code was named. */
export interface ChangeDiscount {
  /** Takes the place of those that there are; `null` where they stay. */
  readonly coupon: NewCoupon | null;
  /** Of the code, where it is part of the coupon. */
  readonly code: UsedCode | null;
  /** What is off from the change on. */
  readonly discounts: readonly RemoteDiscount[];
}

export interface DiscountFacts {
  readonly quote: PlanQuote | null;
  readonly present: readonly RemoteDiscount[];
  /** Of each payment, before discounts. */
  readonly subtotalMinor: number;
  readonly billingCycle: BillingCycle;
  readonly currency: string;
  /** Of the first payment after the change. */
  readonly fromMs: number;
}

/**
 * Discounts that nobody asked for are for those who subscribe: without a code the present ones
 * stay. With one Stripe has place for either; whichever takes more off the payments of a year has
 * it, and of two that take the same the present one, so that no use of the code is spent.
 */
export function decideDiscount(facts: DiscountFacts): ChangeDiscount {
  const { quote, present, fromMs } = facts;
  const kept = { coupon: null, code: null, discounts: present };
  if (quote?.promotionCode?.isApplied !== true || quote.coupon === null) return kept;
  const { coupon, plan, billingCycle, currency, promotionCode } = quote;
  const offered = [discountOf(coupon, fromMs)];
  if (savedInYear(facts, offered) <= savedInYear(facts, present)) return kept;
  const code = { code: promotionCode.code, plan, billingCycle, currency };
  return { coupon, code, discounts: offered };
}

const MONTHS: Readonly<Record<BillingCycle, number>> = { monthly: 1, yearly: 12 };

function savedInYear(
  { subtotalMinor, billingCycle, currency, fromMs }: DiscountFacts,
  discounts: readonly RemoteDiscount[],
): number {
  let saved = 0;
  for (let month = 0; month < 12; month += MONTHS[billingCycle]) {
    const atMs = addMonths(fromMs, month);
    saved += discountAt(subtotalMinor, discounts, { currency, atMs });
  }
  return saved;
}

/** A coupon as it will be once it is redeemed. */
function discountOf(coupon: NewCoupon, fromMs: number): RemoteDiscount {
  const { durationInMonths: months } = coupon;
  return {
    ...coupon,
    couponId: coupon.id,
    promotionCodeId: null,
    startMs: fromMs,
    endMs: months === null ? null : addMonths(fromMs, months),
  };
}
