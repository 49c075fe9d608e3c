// pure
import type { BillingCycle } from '../../plans/index.ts';

/** For what and for whom a promotion or a code is; `null` is for any. */
export interface Conditions {
  readonly plans: readonly string[] | null;
  readonly billingCycles: readonly BillingCycle[] | null;
  readonly currencies: readonly string[] | null;
  /** ISO 3166-1 alpha-2, in upper case. */
  readonly countries: readonly string[] | null;
  readonly firstPurchaseOnly: boolean;
}

export const ANYTHING: Conditions = {
  plans: null,
  billingCycles: null,
  currencies: null,
  countries: null,
  firstPurchaseOnly: false,
};

/** What is bought. */
export interface Purchase {
  readonly plan: string;
  readonly billingCycle: BillingCycle;
  readonly currency: string;
}

/** Who buys, as far as conditions ask. */
export interface PurchaseBuyer {
  readonly country: string | null;
  readonly hasPurchased: boolean;
}

export type Unmet = 'plan' | 'cycle' | 'currency' | 'country' | 'first_purchase';

export function isForPurchase(conditions: Conditions, purchase: Purchase): boolean {
  const unmet = unmetCondition(conditions, purchase, null);
  return unmet === undefined || unmet === 'country';
}

/**
 * The first condition that a purchase does not meet. Without a buyer, as on a page of prices, it
 * counts as a first purchase from no country.
 */
export function unmetCondition(
  conditions: Conditions,
  purchase: Purchase,
  buyer: PurchaseBuyer | null,
): Unmet | undefined {
  const { plans, billingCycles, currencies, countries, firstPurchaseOnly } = conditions;
  if (plans !== null && !plans.includes(purchase.plan)) return 'plan';
  if (billingCycles !== null && !billingCycles.includes(purchase.billingCycle)) return 'cycle';
  if (currencies !== null && !currencies.includes(purchase.currency)) return 'currency';
  const country = buyer?.country?.toUpperCase() ?? null;
  if (countries !== null && (country === null || !countries.includes(country))) return 'country';
  return firstPurchaseOnly && buyer?.hasPurchased === true ? 'first_purchase' : undefined;
}

/** Whether somebody could meet both. */
export function canMeet(first: Conditions, second: Conditions): boolean {
  const share = (a: readonly string[] | null, b: readonly string[] | null): boolean =>
    a === null || b === null || a.some((each) => b.includes(each));
  return (
    share(first.plans, second.plans) &&
    share(first.billingCycles, second.billingCycles) &&
    share(first.currencies, second.currencies) &&
    share(first.countries, second.countries)
  );
}

/** As files, rows and answers write them; what is for any is left out. */
export function writeConditions(conditions: Conditions) {
  const { plans, billingCycles, currencies, countries, firstPurchaseOnly } = conditions;
  return {
    ...(plans && { plans: [...plans] }),
    ...(billingCycles && { billing_cycles: [...billingCycles] }),
    ...(currencies && { currencies: [...currencies] }),
    ...(countries && { countries: [...countries] }),
    ...(firstPurchaseOnly && { first_purchase_only: true }),
  };
}
