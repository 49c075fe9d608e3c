// pure
import { isChargeable } from '../../chargeable.ts';
import { addOffs, isSameDuration, type Duration, type FixedOff } from '../../rules/reduction.ts';
import { discountOf } from '../../rules/discount-amounts.ts';
import type { Offer } from './offers.ts';
import { discountedPayments, paymentsWithin, type Schedule } from '../payments.ts';

/** Offers that one coupon says together. */
export interface Combination {
  readonly offers: readonly Offer[];
  readonly off: FixedOff;
  readonly duration: Duration;
  /** Off each payment that it lowers. */
  readonly discountMinor: number;
}

export interface Payable {
  /** Of each payment, before discounts. */
  readonly subtotalMinor: number;
  readonly currency: string;
  readonly schedule: Schedule;
}

/** More would take the time of a request; publication keeps rules below it. */
const MOST_TOGETHER = 10;

/**
 * The best that a customer may have: a combination with the highest priority in it before others,
 * then what saves most in the first year, then in three years, then the fewest discounts, then the
 * first by name. `undefined` where nothing may be had.
 */
export function bestCombination(
  offers: readonly Offer[],
  payable: Payable,
): Combination | undefined {
  let best: Ranked | undefined;
  for (const combination of combinationsOf(offers, payable)) {
    const ranked = rank(combination, payable);
    if (best === undefined || compare(ranked, best) < 0) best = ranked;
  }
  return best?.combination;
}

/** Each alone, and stackable ones together as far as a single coupon can say it. */
function combinationsOf(offers: readonly Offer[], payable: Payable): Combination[] {
  const sets = offers.map((offer) => [offer]);
  for (const group of groupsOf(offers)) sets.push(...subsetsOf(group));
  return sets.flatMap((set) => combine(set, payable) ?? []);
}

/** Stackable offers of one kind that last equally long: only these can be added. */
function groupsOf(offers: readonly Offer[]): Offer[][] {
  const groups: Offer[][] = [];
  for (const offer of offers.filter(({ stacking }) => stacking === 'stackable')) {
    const group = groups.find(
      ([first]) =>
        first!.off.kind === offer.off.kind && isSameDuration(first!.duration, offer.duration),
    );
    if (group === undefined) groups.push([offer]);
    else if (group.length < MOST_TOGETHER) group.push(offer);
  }
  return groups;
}

/** Those of two or more. */
function subsetsOf(group: readonly Offer[]): Offer[][] {
  let subsets: Offer[][] = [[]];
  for (const offer of group) subsets = subsets.flatMap((set) => [set, [...set, offer]]);
  return subsets.filter((set) => set.length > 1);
}

/**
 * Never more together than there is to pay, never leaving too little to be charged, and nothing
 * whose months are over before the first payment.
 */
function combine(offers: readonly Offer[], payable: Payable): Combination | undefined {
  const { subtotalMinor, currency } = payable;
  const off = addOffs(offers.map((offer) => offer.off));
  const { duration } = offers[0]!;
  if (off === undefined || discountedPayments(duration, payable.schedule) === 0) return undefined;
  const isOvershooting = off.kind === 'amount' && off.amountMinor > subtotalMinor;
  if (isOvershooting && offers.length > 1) return undefined;
  const discountMinor = discountOf(subtotalMinor, off, currency);
  if (discountMinor === 0 || !isChargeable(subtotalMinor - discountMinor, currency)) {
    return undefined;
  }
  return { offers, off, duration, discountMinor };
}

interface Ranked {
  readonly combination: Combination;
  readonly priority: number;
  readonly savedInYear: number;
  readonly savedInThree: number;
  readonly name: string;
}

function rank(combination: Combination, { schedule }: Payable): Ranked {
  const { offers, duration, discountMinor } = combination;
  const lowered = discountedPayments(duration, schedule);
  const saved = (months: number): number => {
    const payments = paymentsWithin(schedule.billingCycle, months);
    return discountMinor * Math.min(lowered ?? payments, payments);
  };
  return {
    combination,
    priority: Math.max(...offers.map((offer) => offer.priority)),
    savedInYear: saved(12),
    savedInThree: saved(36),
    name: offers.map(nameOf).toSorted().join(' '),
  };
}

function compare(a: Ranked, b: Ranked): number {
  return (
    b.priority - a.priority ||
    b.savedInYear - a.savedInYear ||
    b.savedInThree - a.savedInThree ||
    a.combination.offers.length - b.combination.offers.length ||
    (a.name < b.name ? -1 : 1)
  );
}

function nameOf({ source }: Offer): string {
  return source.kind === 'code' ? `code:${source.code}` : `rule:${source.key}`;
}
