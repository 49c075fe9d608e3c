// pure
import { addMonths } from '@whisperforge/kernel/period';
import type { BillingCycle } from '../../plans/index.ts';
import type { Duration } from '../rules/reduction.ts';

const MONTHS: Readonly<Record<BillingCycle, number>> = { monthly: 1, yearly: 12 };

/** When a subscription is made and when it is paid for the first time, which a trial puts off. */
export interface Schedule {
  readonly createdMs: number;
  readonly firstMs: number;
  readonly billingCycle: BillingCycle;
}

export function paymentAt({ firstMs, billingCycle }: Schedule, index: number): number {
  return addMonths(firstMs, index * MONTHS[billingCycle]);
}

/**
 * How many payments a discount lowers; `null` is all of them. Stripe counts its months from when
 * the subscription is made, so that a trial takes its part of them, and lowers whole payments:
 * those that fall before the months are over.
 */
export function discountedPayments(duration: Duration, schedule: Schedule): number | null {
  if (duration.kind === 'forever') return null;
  if (duration.kind === 'once') return 1;
  const endMs = addMonths(schedule.createdMs, duration.months);
  let count = 0;
  while (paymentAt(schedule, count) < endMs) count += 1;
  return count;
}

/** How many payments fall into the first months after the first of them. */
export function paymentsWithin(billingCycle: BillingCycle, months: number): number {
  return Math.ceil(months / MONTHS[billingCycle]);
}
