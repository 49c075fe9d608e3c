// pure
import {
  addFractions,
  fraction,
  parseFraction,
  compareFractions,
  multiplyFractions,
  type Fraction,
} from '@whisperforge/kernel/fraction';
import type { PlanVersion, Price } from '../../plans/index.ts';
import {
  displayAmount,
  isContractItem,
  recurringAmount,
  type RecurringItem,
  type RecurringTerms,
} from '../../subscriptions/index.ts';

/** What subscribers would be moved to: a version, or a draft of one. */
export interface MoveTarget {
  readonly prices: readonly Price[];
  readonly extraSeat: { readonly prices: readonly Price[] } | null;
}

/** What a month brings before and after a move, in one currency. */
export interface RecurringEffect {
  readonly currency: string;
  readonly subscribers: number;
  readonly beforeMinor: number;
  readonly afterMinor: number;
}

const CYCLES: Readonly<Record<string, Price['billingCycle']>> = {
  month: 'monthly',
  year: 'yearly',
};

/**
 * The terms of a subscriber of one version at the prices of another. What was agreed upon, and what
 * the other is not sold for, stays as it is; so does a contract, whose price is its own.
 */
export function movedTerms<T extends RecurringTerms>(
  terms: T,
  from: PlanVersion,
  to: MoveTarget,
): T {
  return { ...terms, items: terms.items.map((item) => movedItem(item, from, to)) };
}

function movedItem(item: RecurringItem, from: PlanVersion, to: MoveTarget): RecurringItem {
  const billingCycle = item.intervalCount === 1 ? CYCLES[item.interval] : undefined;
  if (isContractItem(item)) return item;
  if (item.planId !== from.id || billingCycle === undefined) return item;
  const of = { billingCycle, currency: item.currency };
  const isAt = (price: Price | undefined): boolean => {
    const unit = parseFraction(item.unitAmountDecimal);
    if (price === undefined || unit === undefined) return false;
    return compareFractions(unit, fraction(BigInt(price.amountMinor))) === 0;
  };
  const isPlan = isAt(priceOf(from.prices, of));
  const isSeat = !isPlan && isAt(priceOf(from.extraSeat?.prices ?? [], of));
  const prices = isPlan ? to.prices : isSeat ? (to.extraSeat?.prices ?? []) : [];
  const price = priceOf(prices, of);
  return price === undefined ? item : { ...item, unitAmountDecimal: String(price.amountMinor) };
}

function priceOf(
  prices: readonly Price[],
  of: Pick<Price, 'billingCycle' | 'currency'>,
): Price | undefined {
  return prices.find(
    ({ billingCycle, currency }) => billingCycle === of.billingCycle && currency === of.currency,
  );
}

/** Sums the effect of a move over subscribers, exactly; it is rounded once, when it is read. */
export function createEffectSum(from: PlanVersion, to: MoveTarget, atMs: number) {
  const sums = new Map<string, { count: number; before: Fraction; after: Fraction }>();
  const nothing = fraction(0n);
  return {
    /** So many of whom each brings the same. */
    add(terms: RecurringTerms, count: number): void {
      const known = sums.get(terms.currency) ?? { count: 0, before: nothing, after: nothing };
      const moved = movedTerms(terms, from, to);
      const ofAll = (amount: Fraction): Fraction =>
        multiplyFractions(amount, fraction(BigInt(count)));
      sums.set(terms.currency, {
        count: known.count + count,
        before: addFractions(known.before, ofAll(recurringAmount(terms, { atMs }))),
        after: addFractions(known.after, ofAll(recurringAmount(moved, { atMs }))),
      });
    },
    effects: (): RecurringEffect[] =>
      [...sums]
        .toSorted(([a], [b]) => (a < b ? -1 : 1))
        .map(([currency, { count, before, after }]) => ({
          currency,
          subscribers: count,
          beforeMinor: displayAmount(before, currency).amountMinor,
          afterMinor: displayAmount(after, currency).amountMinor,
        })),
  };
}
