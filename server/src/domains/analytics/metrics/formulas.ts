// pure
import {
  addFractions,
  compareFractions,
  divideFractions,
  fraction,
  multiplyFractions,
  subtractFractions,
  type Fraction,
} from '@whisperforge/kernel/fraction';

/**
 * The figures that are reckoned from others, exactly. What cannot be said, such as a churn of
 * nothing, is `null`; nothing is rounded here.
 */

/** What moved MRR in a span of time; each as a positive amount, in any one unit. */
export interface Movements {
  readonly new: Fraction;
  readonly expansion: Fraction;
  readonly reactivation: Fraction;
  readonly contraction: Fraction;
  readonly churn: Fraction;
}

const NOTHING = fraction(0n);
const TWELVE = fraction(12n);

/** @returns the share, or `null` of nothing */
export function ratio(part: Fraction, whole: Fraction): Fraction | null {
  return whole.numerator === 0n ? null : divideFractions(part, whole);
}

/** A year of the present MRR: MRR x 12. */
export function annualRunRate(mrr: Fraction): Fraction {
  return multiplyFractions(mrr, TWELVE);
}

/** Average revenue per account: MRR / paying customers. */
export function arpa(mrr: Fraction, customers: number): Fraction | null {
  return ratio(mrr, fraction(BigInt(customers)));
}

/** Customers lost in a span / those at its start. */
export function customerChurnRate(lost: number, atStart: number): Fraction | null {
  return ratio(fraction(BigInt(lost)), fraction(BigInt(atStart)));
}

/**
 * (churn + contraction) / MRR at the start. From 34500, losing two customers of 3000 is 6000 /
 * 34500 = 17.39 % (teamtreehouse.com, "MRR churn example").
 */
export function grossMrrChurnRate(
  start: Fraction,
  { churn, contraction }: Pick<Movements, 'churn' | 'contraction'>,
): Fraction | null {
  return ratio(addFractions(churn, contraction), start);
}

/**
 * (churn + contraction - expansion - reactivation) / MRR at the start; below 0 where more is won
 * back than lost (help.chartmogul.com 203359341).
 */
export function netMrrChurnRate(
  start: Fraction,
  { churn, contraction, expansion, reactivation }: Omit<Movements, 'new'>,
): Fraction | null {
  const lost = addFractions(churn, contraction);
  const won = addFractions(expansion, reactivation);
  return ratio(subtractFractions(lost, won), start);
}

/** What is won for each unit lost: (new + reactivation + expansion) / (churn + contraction). */
export function quickRatio(movements: Movements): Fraction | null {
  const won = addFractions(
    movements.new,
    addFractions(movements.reactivation, movements.expansion),
  );
  return ratio(won, addFractions(movements.churn, movements.contraction));
}

/** What one account of a cohort brought at the start and brings at the end. */
export interface Kept {
  readonly start: Fraction;
  readonly end: Fraction;
}

/** Net revenue retention: end MRR of the accounts of the start / their start MRR. */
export function netRevenueRetention(accounts: readonly Kept[]): Fraction | null {
  return ratio(sum(accounts.map(({ end }) => end)), sum(accounts.map(({ start }) => start)));
}

/** Gross revenue retention: the same, with each account capped at what it brought at the start. */
export function grossRevenueRetention(accounts: readonly Kept[]): Fraction | null {
  const kept = accounts.map(({ start, end }) => (compareFractions(end, start) > 0 ? start : end));
  return ratio(sum(kept), sum(accounts.map(({ start }) => start)));
}

/** Lifetime value: ARPA x gross margin / customer churn, undefined where nobody churns. */
export function lifetimeValue(of: {
  readonly arpa: Fraction;
  readonly grossMargin: Fraction;
  readonly churnRate: Fraction;
}): Fraction | null {
  return ratio(multiplyFractions(of.arpa, of.grossMargin), of.churnRate);
}

/** Cost of acquisition: spend / customers won. */
export function acquisitionCost(spend: Fraction, customersWon: number): Fraction | null {
  return ratio(spend, fraction(BigInt(customersWon)));
}

/** Months until the cost of acquisition has come back: CAC / (ARPA x gross margin). */
export function paybackMonths(of: {
  readonly cost: Fraction;
  readonly arpa: Fraction;
  readonly grossMargin: Fraction;
}): Fraction | null {
  return ratio(of.cost, multiplyFractions(of.arpa, of.grossMargin));
}

/** (revenue - cost) / revenue. */
export function grossMargin(revenue: Fraction, cost: Fraction): Fraction | null {
  return ratio(subtractFractions(revenue, cost), revenue);
}

function sum(fractions: readonly Fraction[]): Fraction {
  return fractions.reduce(addFractions, NOTHING);
}
