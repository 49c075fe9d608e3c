/** An exact amount: whole minor units of its currency, such as cents, and never a fraction. */
export interface Money {
  readonly amountMinor: number;
  /** ISO 4217, in small letters. */
  readonly currency: string;
}

/** Money, and how it reads. */
export interface Price extends Money {
  /** In major units, such as `182.40`, for display. */
  readonly amount: string;
}

export type BillingCycle = 'monthly' | 'yearly';

export interface WirePrice {
  readonly currency: string;
  readonly amount_minor: number;
  readonly amount: string;
}

export function toPrice(wire: WirePrice): Price {
  return { currency: wire.currency, amountMinor: wire.amount_minor, amount: wire.amount };
}
