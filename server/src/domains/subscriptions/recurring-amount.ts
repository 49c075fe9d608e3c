// pure
import { assert } from '@whisperforge/kernel/assert';
import {
  addFractions,
  compareFractions,
  divideFractions,
  fraction,
  multiplyFractions,
  parseFraction,
  roundFraction,
  subtractFractions,
  type Fraction,
} from '@whisperforge/kernel/fraction';
import { money, type Money } from '@whisperforge/kernel/money';

export type Interval = 'day' | 'week' | 'month' | 'year';

/** One thing that is paid for again and again. */
export interface RecurringItem {
  readonly priceId: string;
  /** Our plan version that the price is of, where it is one of ours. */
  readonly planId: number | null;
  /** Minor units as a decimal string, because a unit may cost less than one: `0.5`. */
  readonly unitAmountDecimal: string;
  readonly currency: string;
  readonly interval: Interval;
  /** 3 with `month` is a quarter. */
  readonly intervalCount: number;
  readonly quantity: number;
  /** Paid for by use, and therefore not recurring. */
  readonly isMetered: boolean;
}

interface DiscountTerm {
  readonly id: string;
  readonly duration: 'once' | 'repeating' | 'forever';
  readonly startMs: number;
  /** The end of the time that it lowers what is paid; `null` where it has none. */
  readonly endMs: number | null;
  /** The prices that it is for; `null` for all. */
  readonly priceIds: readonly string[] | null;
}

/** 2500 basis points are a quarter off. */
export interface PercentOff {
  readonly percentOffBasisPoints: number;
}

/** Off each bill, and never more than there is on it. */
export interface AmountOff {
  readonly amountOffMinor: number;
  readonly currency: string;
}

export type RecurringDiscount = DiscountTerm & (PercentOff | AmountOff);

/** All that a recurring amount follows from. */
export interface RecurringTerms {
  /** Stripe's word; one that is not known counts nothing. */
  readonly status: string;
  readonly currency: string;
  readonly items: readonly RecurringItem[];
  /** In the order in which they are taken off. */
  readonly discounts: readonly RecurringDiscount[];
}

/**
 * Whose definition of the recurring amount is used.
 *
 * - `stripe`: `forever` lowers it; `once` and `repeating` do not. Stripe Billing's defaults:
 *   docs.stripe.com/billing/subscriptions/analytics/glossary and support.stripe.com/questions,
 *   "Impact of discounts and coupons on Monthly Recurring Revenue (MRR) in Billing".
 * - `chartmogul`: every discount lowers it while it lasts, since the amount is what is really
 *   billed for a period, shared by its months ("Discounts/coupons are deducted prior to
 *   calculation"): help.chartmogul.com/hc/en-us/articles/203299812. Past due counts until it is
 *   canceled: help.chartmogul.com/article/303-handling-past-due-subscriptions.
 * - `profitwell`: every discount lowers it while it lasts, however short ("ProfitWell always
 *   subtracts discounts and credits before calculating MRR"): paddle.com/help, "Discounts and
 *   Credits" under ProfitWell Metrics. Past due counts within the dunning window.
 *
 * All three leave out trials and one-time charges. On use their sources differ (ProfitWell's own
 * pages contradict each other), and none of it counts here. The last two agree on all that this
 * file decides; they part ways over which movement a change is.
 */
const amountProfiles = {
  stripe: { lowering: ['forever'] },
  chartmogul: { lowering: ['forever', 'repeating', 'once'] },
  profitwell: { lowering: ['forever', 'repeating', 'once'] },
} as const satisfies Record<string, { lowering: readonly DiscountTerm['duration'][] }>;

export type AmountProfile = keyof typeof amountProfiles;

const COUNTED = new Set(['active', 'past_due']);

/** Days and weeks by a year of 365 days and 52 weeks, as `stripe` has it. */
const INTERVALS_A_MONTH: Readonly<Record<Interval, Fraction>> = {
  day: fraction(365n, 12n),
  week: fraction(52n, 12n),
  month: fraction(1n),
  year: fraction(1n, 12n),
};

const NOTHING = fraction(0n);
const WHOLE_BASIS_POINTS = 10_000n;

/**
 * What a subscription brings a month at an instant, in minor units of its own currency, exactly.
 * It counts `active` and `past_due` only, and neither trials, tax, use nor what is free.
 *
 * Pro at $182.40 a year: 18240 / 12 = 1520, that is $15.20. Business at $49 a month with four
 * seats more at $9.50: 4900 + 4 * 950 = 8700. The same less 10 % and then less $5, both for ever:
 * 8700 * 0.9 - 500 = 7330; in the other order (8700 - 500) * 0.9 = 7380.
 */
export function recurringAmount(terms: RecurringTerms, at: AmountAt): Fraction {
  return recurringAmounts(terms, at).reduce(
    (sum, { perMonth }) => addFractions(sum, perMonth),
    NOTHING,
  );
}

/** An instant, and whose definition is used there. */
export interface AmountAt {
  readonly atMs: number;
  readonly profile?: AmountProfile;
}

/** What one item brings a month. */
export interface RecurringShare {
  readonly item: RecurringItem;
  readonly perMonth: Fraction;
}

/** The recurring amount by the items that bring it, after their share of the discounts. */
export function recurringAmounts(
  terms: RecurringTerms,
  { atMs, profile = 'stripe' }: AmountAt,
): RecurringShare[] {
  if (!COUNTED.has(terms.status)) return [];
  const billed = terms.items.filter((item) => !item.isMetered).map(billOf);
  const discounts = terms.discounts.filter((discount) => lowers(discount, { atMs, profile }));
  return [...Map.groupBy(billed, ({ cycle }) => cycle).values()].flatMap((bill) => {
    const { item } = bill[0]!;
    let amounts: readonly Billed[] = bill;
    for (const discount of discounts) amounts = takeOff(amounts, discount, terms.currency);
    const perMonth = multiplyFractions(
      INTERVALS_A_MONTH[item.interval],
      fraction(1n, BigInt(item.intervalCount)),
    );
    return amounts.map((share) => ({
      item: share.item,
      perMonth: multiplyFractions(share.amount, perMonth),
    }));
  });
}

/** Rounded once, half to even, to show it: 1900 / 12 = 158.33.. is 158 cents. */
export function displayAmount(amount: Fraction, currency: string): Money {
  return money(Number(roundFraction(amount)), currency);
}

/**
 * The next instant at which time alone changes what the terms bring, because a discount that
 * counts begins or ends; `null` where there is none.
 */
export function nextAmountChangeMs(
  terms: Pick<RecurringTerms, 'discounts'>,
  { afterMs, profile = 'stripe' }: { readonly afterMs: number; readonly profile?: AmountProfile },
): number | null {
  const bounds = terms.discounts
    .filter(({ duration }) => isLowering(profile, duration))
    .flatMap(({ startMs, endMs }) => (endMs === null ? [startMs] : [startMs, endMs]))
    .filter((ms) => ms > afterMs);
  return bounds.length === 0 ? null : Math.min(...bounds);
}

/** An item and what a bill of it says. Items of one cycle are on one bill. */
interface Billed {
  readonly item: RecurringItem;
  readonly cycle: string;
  readonly amount: Fraction;
}

function billOf(item: RecurringItem): Billed {
  const unitAmount = parseFraction(item.unitAmountDecimal);
  assert(unitAmount !== undefined, `not a unit amount: ${item.unitAmountDecimal}`);
  assert(Number.isSafeInteger(item.quantity) && item.quantity >= 0, 'a quantity is whole');
  assert(
    Number.isSafeInteger(item.intervalCount) && item.intervalCount > 0,
    'an interval is whole',
  );
  const amount = multiplyFractions(unitAmount, fraction(BigInt(item.quantity)));
  return { item, cycle: `${item.intervalCount} ${item.interval}`, amount };
}

function lowers(
  { duration, startMs, endMs }: RecurringDiscount,
  { atMs, profile }: { readonly atMs: number; readonly profile: AmountProfile },
): boolean {
  return isLowering(profile, duration) && startMs <= atMs && (endMs === null || atMs < endMs);
}

function isLowering(profile: AmountProfile, duration: DiscountTerm['duration']): boolean {
  const { lowering }: { lowering: readonly DiscountTerm['duration'][] } = amountProfiles[profile];
  return lowering.includes(duration);
}

/**
 * A bill after a discount. An amount is shared among the items that it is for by their size, so
 * that another discount of some of them finds the right rest: $5 off $10 and $30 leaves $8.75 and
 * $26.25.
 */
function takeOff(
  bill: readonly Billed[],
  discount: RecurringDiscount,
  currency: string,
): readonly Billed[] {
  const isFor = ({ item }: Billed): boolean => discount.priceIds?.includes(item.priceId) ?? true;
  const left = shareLeft(sumOf(bill.filter(isFor)), discount, currency);
  return bill.map((billed) =>
    isFor(billed) ? { ...billed, amount: multiplyFractions(billed.amount, left) } : billed,
  );
}

/** Which part of a sum a discount leaves. One in another currency takes nothing, as at Stripe. */
function shareLeft(sum: Fraction, discount: RecurringDiscount, currency: string): Fraction {
  if ('percentOffBasisPoints' in discount) {
    const off = BigInt(discount.percentOffBasisPoints);
    return fraction(off < WHOLE_BASIS_POINTS ? WHOLE_BASIS_POINTS - off : 0n, WHOLE_BASIS_POINTS);
  }
  if (discount.currency !== currency || sum.numerator === 0n) return fraction(1n);
  const off = fraction(BigInt(discount.amountOffMinor));
  if (compareFractions(off, sum) >= 0) return NOTHING;
  return divideFractions(subtractFractions(sum, off), sum);
}

function sumOf(bill: readonly Billed[]): Fraction {
  return bill.reduce((sum, { amount }) => addFractions(sum, amount), NOTHING);
}
