// pure
import { englishOf } from '../../../ui/money.ts';

const locale = englishOf(globalThis.navigator?.languages ?? []);
const numbers = new Intl.NumberFormat(locale, { maximumFractionDigits: 2 });

/** `1,000`, and `12.5`. */
export function showNumber(count: number): string {
  return numbers.format(count);
}

/** `1 minute`, `1,000 minutes`; only the number where the feature has no unit. */
export function showQuantity(count: number, unit: string | null): string {
  return unit === null ? showNumber(count) : `${showNumber(count)} ${inflect(unit, count)}`;
}

/** A unit as the catalogue names it, for as many as there are. */
export function inflect(unit: string, count: number): string {
  if (count === 1) return unit;
  if (/[^aeiou]y$/.test(unit)) return `${unit.slice(0, -1)}ies`;
  return /(?:s|x|ch|sh)$/.test(unit) ? `${unit}es` : `${unit}s`;
}
