import { civilOf } from '../../money/calendar.ts';

/** A card's last month. */
export interface Expiry {
  readonly month: number;
  readonly year: number;
}

/** What Stripe gives its test cards: the same month a year on. */
export function nextYear(nowSeconds: number): Expiry {
  const { month, year } = civilOf(nowSeconds);
  return { month, year: year + 1 };
}

export function isExpired(expiry: Expiry, nowSeconds: number): boolean {
  const now = civilOf(nowSeconds);
  return expiry.year < now.year || (expiry.year === now.year && expiry.month < now.month);
}
