import fc from 'fast-check';
import { describe, expect, test } from 'vitest';
import { assert } from '@whisperforge/kernel/assert';
import { AppError } from '../../../platform/errors.ts';
import { isChargeable, smallestStep } from '../chargeable.ts';
import type { CouponSpec } from './coupon.ts';
import { decideQuote } from './decide-quote.ts';
import { offerOfCode, offersOfRules, type Offer } from './offers/offers.ts';
import { asked, type Asked } from './quote.fixture.ts';
import type { PlanQuote } from './quote.ts';

/** A million in a soak: QUOTE_CASES=1000000 QUOTE_SEED=1; without a seed each run draws its own. */
const { QUOTE_CASES = '20000', QUOTE_SEED } = process.env;
const CASES = Number(QUOTE_CASES);
const SEEDED = QUOTE_SEED === undefined ? {} : { seed: Number(QUOTE_SEED) };

/** Refusals that may come of what is drawn; any other error is a fault. */
const REFUSALS = new Set([
  'promotion_code_without_effect',
  'promotion_code_not_for_currency',
  'quote_too_large',
]);

function quoteOf({ facts, request, nowMs }: Asked): PlanQuote | string {
  try {
    return decideQuote(facts, request, nowMs);
  } catch (error) {
    if (error instanceof AppError && REFUSALS.has(error.code)) return error.code;
    throw error;
  }
}

/** What a coupon takes off, in the plainest way: half a unit more, cut off. */
function takenBy(coupon: CouponSpec, { subtotalMinor, currency }: PlanQuote): number {
  if (coupon.amountOff !== null) return Math.min(coupon.amountOff.amountMinor, subtotalMinor);
  const step = BigInt(smallestStep(currency));
  const exact = BigInt(subtotalMinor) * BigInt(coupon.percentOffBasisPoints ?? 0);
  return Number(((exact + 5_000n * step) / (10_000n * step)) * step);
}

/** As `expect` does, which takes longer than the quotes that it looks at. */
function same(actual: unknown, expected: unknown, what: string): void {
  assert(Object.is(actual, expected), `${what} is ${String(actual)}, not ${String(expected)}`);
}

function checkSums(quote: PlanQuote): void {
  const { lines, subtotalMinor, discountMinor, totalMinor, currency, payments } = quote;
  const sum = (of: typeof lines): number => of.reduce((all, each) => all + each.amountMinor, 0);
  const isDiscount = ({ kind }: (typeof lines)[number]): boolean => kind === 'discount';
  same(sum(lines), totalMinor, 'the sum of all lines');
  same(sum(lines.filter((each) => !isDiscount(each))), subtotalMinor, 'the sum of what is sold');
  same(sum(lines.filter(isDiscount)) + discountMinor, 0, 'what the discounts leave of their sum');
  for (const line of lines) {
    same(line.unitAmountMinor * line.quantity, line.amountMinor, 'an amount');
    const isOfItsSign = isDiscount(line) ? line.amountMinor <= 0 : line.amountMinor > 0;
    assert(isOfItsSign, 'only discounts are below zero, and what is sold costs something');
    same(Math.abs(line.amountMinor % smallestStep(currency)), 0, 'what cannot be charged');
    same(line.price === null, isDiscount(line), 'having no price');
    assert(!isDiscount(line) || line.source !== null, 'a discount says where it comes from');
  }
  assert(totalMinor >= 0, 'a total is not below zero');
  assert(discountMinor === 0 || isChargeable(totalMinor, currency), 'what is left is charged');
  same(quote.dueNowMinor, quote.trial === null ? totalMinor : 0, 'what is due now');
  same(payments[0]?.amountMinor, totalMinor, 'the first payment');
  for (const each of payments) {
    same(each.amountMinor + each.discountMinor, subtotalMinor, 'a payment without discount');
    assert(each.amountMinor >= 0 && each.discountMinor >= 0, 'a payment is not below zero');
  }
}

const specOf = new Map<string, string>();

function checkCoupon(quote: PlanQuote): void {
  const { coupon, discountMinor, currency } = quote;
  same(coupon === null, discountMinor === 0, 'having no coupon');
  if (coupon === null) return;
  same(takenBy(coupon, quote), discountMinor, 'what the coupon takes off');
  same(coupon.percentOffBasisPoints === null, coupon.amountOff !== null, 'having no percent');
  const basisPoints = coupon.percentOffBasisPoints ?? 1;
  const isPercent = Number.isInteger(basisPoints) && basisPoints >= 1 && basisPoints <= 10_000;
  assert(isPercent, 'a percent is more than 0 and at most 100, with two decimals');
  same(coupon.amountOff?.currency ?? currency, currency, 'the currency of the coupon');
  same(coupon.durationInMonths === null, coupon.duration !== 'repeating', 'having no months');
  assert(coupon.name.length <= 40, 'Stripe takes forty characters of a name');
  const spec = JSON.stringify(coupon);
  same(specOf.get(coupon.id) ?? spec, spec, 'what a coupon of this id says');
  specOf.set(coupon.id, spec);
}

/** What may be had together, said again: every set of offers, by the words of the guide. */
function allowedSets(offers: readonly Offer[]): Offer[][] {
  const sets = offers.reduce<Offer[][]>(
    (all, offer) => all.flatMap((set) => [set, [...set, offer]]),
    [[]],
  );
  const lasting = ({ duration, off }: Offer): string => JSON.stringify([off.kind, duration]);
  return sets.filter(
    (set) =>
      set.length === 1 ||
      (set.length > 1 &&
        set.every(({ stacking }) => stacking === 'stackable') &&
        new Set(set.map(lasting)).size === 1),
  );
}

function offeredTo({ facts, request, nowMs }: Asked, quote: PlanQuote): Offer[] {
  const { currency, billingCycle, plan, version } = quote;
  const purchase = { plan, billingCycle, currency, version };
  const offers = offersOfRules({ rules: facts.rules, purchase, buyer: facts.buyer, nowMs });
  if (request.promotionCode === null || facts.code === null) return offers;
  return [...offers, ...offerOfCode(facts.code.code, currency)];
}

/** Nothing of a higher priority, and nothing alike that saves more, could have been had. */
function checkBest(each: Asked, quote: PlanQuote): void {
  const agreed = quote.lines[0]?.source;
  const exclusive = each.facts.rules.find(
    ({ key }) => agreed?.kind === 'rule' && key === agreed.key,
  );
  if (exclusive?.ruleType === 'custom' && exclusive.stacking === 'exclusive') {
    same(quote.discountMinor, 0, 'what is taken off a price agreed upon');
    return;
  }
  const offers = offeredTo(each, quote);
  const chosen = new Set(
    quote.lines.flatMap(({ kind, source }) => (kind === 'discount' ? JSON.stringify(source) : [])),
  );
  const priorityOf = (set: readonly Offer[]): number =>
    Math.max(...set.map(({ priority }) => priority));
  const taken = offers.filter(({ source }) => chosen.has(JSON.stringify(source)));
  same(taken.length, chosen.size, 'how many of the discounts were offered');
  const sets = allowedSets(offers);
  const isTaken = (set: readonly Offer[]): boolean =>
    set.length === taken.length && set.every((offer) => taken.includes(offer));
  assert(taken.length === 0 || sets.some(isTaken), 'what comes together may come together');
  for (const set of sets) {
    const { duration } = set[0]!;
    const discount = discountBy(set, quote);
    // The months of a discount may be over before a trial is.
    if (discount === null || (quote.trial !== null && duration.kind === 'repeating')) continue;
    assert(taken.length > 0, 'a discount that can be had is given');
    assert(priorityOf(set) <= priorityOf(taken), 'the highest priority goes first');
    const isAlike = JSON.stringify(duration) === JSON.stringify(taken[0]!.duration);
    if (!isAlike || priorityOf(set) < priorityOf(taken)) continue;
    assert(discount <= quote.discountMinor, 'of discounts that last alike the best is given');
  }
}

/** `null` where it would take nothing off, more than there is, or leave too little. */
function discountBy(set: readonly Offer[], quote: PlanQuote): number | null {
  const sum = set.reduce(
    (all, { off }) => all + (off.kind === 'percent' ? off.basisPoints : off.amountMinor),
    0,
  );
  const { subtotalMinor, currency } = quote;
  const isPercent = set[0]!.off.kind === 'percent';
  if (set.length > 1 && sum > (isPercent ? 10_000 : subtotalMinor)) return null;
  const discount = takenBy(
    {
      id: '',
      name: '',
      duration: 'once',
      durationInMonths: null,
      percentOffBasisPoints: isPercent ? sum : null,
      amountOff: isPercent ? null : { amountMinor: sum, currency },
    },
    quote,
  );
  if (discount === 0) return null;
  return isChargeable(subtotalMinor - discount, currency) ? discount : null;
}

describe(`of ${CASES} quotes`, () => {
  test(
    'lines sum to totals, nothing is below zero that may not be, and the coupon says the same',
    {
      timeout: 3_600_000,
    },
    () => {
      let quoted = 0;
      const property = fc.property(asked, (each) => {
        const quote = quoteOf(each);
        if (typeof quote === 'string') return;
        quoted += 1;
        checkSums(quote);
        checkCoupon(quote);
        checkBest(each, quote);
      });
      fc.assert(property, { ...SEEDED, numRuns: CASES });
      expect(quoted).toBeGreaterThan(CASES / 2);
    },
  );

  test('each is the same in whatever order its rules are read', () => {
    fc.assert(
      fc.property(asked, (each) => {
        const reversed = { ...each.facts, rules: each.facts.rules.toReversed() };
        expect(quoteOf({ ...each, facts: reversed })).toEqual(quoteOf(each));
      }),
      { ...SEEDED, numRuns: Math.min(CASES, 5_000) },
    );
  });
});
