// pure
import { money, type Money } from '@whisperforge/kernel/money';
import type { Cycle, Plan, PlanPrice } from '../api/contract.ts';
import { amountOf } from '../../../ui/money.ts';

const MONTHS = 12;

export function priceOf(
  prices: readonly PlanPrice[],
  { cycle, currency }: { readonly cycle: Cycle; readonly currency: string },
): Money | undefined {
  const found = prices.find(
    (price) => price.billing_cycle === cycle && price.currency === currency,
  );
  return found && amountOf(found);
}

/** Which currencies something is sold in: the usual one first. */
export function currenciesOf(plans: readonly Plan[]): string[] {
  return [...new Set(plans.flatMap(({ prices }) => prices.map(({ currency }) => currency)))];
}

export interface Saving {
  /** What twelve months cost more than a year. */
  readonly amount: Money;
  /** Only where it is a whole number: 19.97 % is not 20 %. */
  readonly percent: number | null;
}

/** $19 a month for twelve is $228; a year at $182.40 saves $45.60, that is 20 %. */
export function savingOf(plan: Plan, currency: string): Saving | null {
  const monthly = priceOf(plan.prices, { cycle: 'monthly', currency });
  const yearly = priceOf(plan.prices, { cycle: 'yearly', currency });
  if (monthly === undefined || yearly === undefined) return null;
  const months = money(monthly.amountMinor * MONTHS, currency);
  const saved = months.amountMinor - yearly.amountMinor;
  if (saved <= 0) return null;
  // In hundredths of the whole, which must come out even, too.
  const hundredfold = BigInt(saved) * 100n;
  const whole = BigInt(months.amountMinor);
  const percent = hundredfold % whole === 0n ? Number(hundredfold / whole) : null;
  return { amount: money(saved, currency), percent };
}

/** The percent that every plan with two prices saves, where it is the same for all of them. */
export function commonSaving(plans: readonly Plan[], currency: string): number | null {
  const savings = plans.flatMap((plan) => savingOf(plan, currency) ?? []);
  const [first] = savings;
  if (first === undefined || first.percent === null) return null;
  return savings.every(({ percent }) => percent === first.percent) ? first.percent : null;
}

/** A year's price by the month, only where it comes out even. */
export function monthlyShare(yearly: Money): Money | null {
  if (yearly.amountMinor % MONTHS !== 0) return null;
  return money(yearly.amountMinor / MONTHS, yearly.currency);
}

/** Whether the second choice costs less over a year, or is paid by the month instead. */
export function isReduction(
  from: { readonly plan: Plan; readonly cycle: Cycle; readonly seats: number },
  to: { readonly plan: Plan; readonly cycle: Cycle; readonly seats: number },
  currency: string,
): boolean {
  if (from.cycle === 'yearly' && to.cycle === 'monthly') return true;
  const before = priceOf(from.plan.prices, { cycle: 'monthly', currency });
  const after = priceOf(to.plan.prices, { cycle: 'monthly', currency });
  if (before === undefined || after === undefined) return false;
  if (after.amountMinor !== before.amountMinor) return after.amountMinor < before.amountMinor;
  return to.seats < from.seats;
}

/** How many seats a plan includes that sells further ones; `null` for other plans. */
export function includedSeats(plan: Plan): number | null {
  if (plan.extra_seat === null) return null;
  const { feature } = plan.extra_seat;
  return plan.features.find((one) => one.feature === feature)?.limit ?? null;
}
