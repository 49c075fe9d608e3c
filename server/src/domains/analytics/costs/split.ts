// pure
import { addFractions, fraction, type Fraction } from '@whisperforge/kernel/fraction';

/** Use that a revenue is shared among: events that are alike, and what they count to. */
export interface UseOfAccount {
  readonly model: string;
  readonly features: readonly string[];
  readonly events: bigint;
}

/** What one model and feature has of a revenue. */
export interface RevenueShare {
  readonly model: string;
  readonly feature: string;
  readonly amount: Fraction;
}

/** Shares are whole ones of these, so that sums of many keep short denominators. */
const UNITS = 1_000_000_000n;

/**
 * Shares a revenue among the events of an account: each the same, and those of several features
 * evenly among these. Of 31.00 and two events with opus and one with whisper, opus has 20.67 and
 * whisper 10.33. Shares sum to the revenue exactly; what cannot be shared evenly goes to the first.
 */
export function splitRevenue(revenue: Fraction, uses: readonly UseOfAccount[]): RevenueShare[] {
  const ordered = uses
    .filter(({ events }) => events > 0n)
    .toSorted((first, second) => (nameOf(first) < nameOf(second) ? -1 : 1));
  if (ordered.length === 0) return [{ model: '', feature: '', amount: revenue }];
  const ofUses = shareOut(
    revenue,
    ordered.map(({ events }) => events),
  );
  return ordered.flatMap(({ model, features }, index) => {
    const parts = shareOut(
      ofUses[index]!,
      features.map(() => 1n),
    );
    return features.map((feature, place) => ({ model, feature, amount: parts[place]! }));
  });
}

function nameOf({ model, features }: UseOfAccount): string {
  return JSON.stringify([model, ...features]);
}

function shareOut(amount: Fraction, weights: readonly bigint[]): Fraction[] {
  const all = weights.reduce((sum, weight) => sum + weight, 0n);
  const units = (amount.numerator * UNITS) / amount.denominator;
  const [first, ...others] = weights.map((weight) => fraction((units * weight) / all, UNITS));
  const rest = others.reduce(
    (left, { numerator, denominator }) =>
      addFractions(left, { numerator: -numerator, denominator }),
    amount,
  );
  return first === undefined ? [] : [rest, ...others];
}
