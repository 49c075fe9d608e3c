// pure
import { assert } from '@whisperforge/kernel/assert';
import { DAY_MS } from '@whisperforge/kernel/period';
import { AppError } from '../../../platform/errors.ts';
import type { Catalog } from '../../plans/index.ts';
import { codeUnknown, requireApplicable } from '../codes/decide-code.ts';
import type { PromotionCode } from '../codes/promotion-code.ts';
import { CODE_WITHOUT_EFFECT } from '../errors.ts';
import type { Purchase } from '../rules/conditions.ts';
import type { PricingRule } from '../rules/rule.ts';
import { bestCombination, type Combination, type Payable } from './offers/combinations.ts';
import { couponOf } from './coupon.ts';
import { shareDiscount } from '../rules/discount-amounts.ts';
import {
  agreedPrice,
  currencyOf,
  offerOfCode,
  offersOfRules,
  type AgreedPrice,
  type Offer,
  type QuoteBuyer,
} from './offers/offers.ts';
import { discountedPayments, paymentAt, type Schedule } from './payments.ts';
import { quotePack } from './decide-pack-quote.ts';
import { sumOf } from './lines.ts';
import { planLine, seatLine, seatsOf, versionToPrice } from './priced-plan.ts';
import type { Payments, PlanQuote, PlanRequest, Quote, QuoteLine, QuoteRequest } from './quote.ts';

/** A code that was asked for, and how far it is used up for the account that asks. */
export interface CodeFacts {
  readonly code: PromotionCode;
  /** Redemptions of others, held or redeemed. */
  readonly takenByOthers: number;
  /**
   * What the account has redeemed. What it only holds does not stand in its way: that is of an
   * earlier checkout, which this one would take the place of.
   */
  readonly redeemedByAccount: number;
}

/** All that a price follows from. */
export interface QuoteFacts {
  readonly catalog: Catalog;
  /** The rules that stand. */
  readonly rules: readonly PricingRule[];
  /** Of the code in the request; `null` where there is none of its name. */
  readonly code: CodeFacts | null;
  /** `null` where nobody in particular asks: then it counts as a first purchase. */
  readonly buyer: QuoteBuyer | null;
}

export function decideQuote(facts: QuoteFacts, request: PlanRequest, nowMs: number): PlanQuote;
export function decideQuote(facts: QuoteFacts, request: QuoteRequest, nowMs: number): Quote;
/** A price with its reasons, or an `AppError` that says why there is none. It changes nothing. */
export function decideQuote(facts: QuoteFacts, request: QuoteRequest, nowMs: number): Quote {
  return request.kind === 'pack'
    ? quotePack(facts.catalog, request, currencyOf(request, facts.buyer))
    : quotePlan(facts, request, nowMs);
}

function quotePlan(facts: QuoteFacts, request: PlanRequest, nowMs: number): PlanQuote {
  const { catalog, rules, buyer } = facts;
  const { billingCycle } = request;
  const currency = currencyOf(request, buyer);
  const purchase: Purchase = { plan: request.plan, billingCycle, currency };
  const agreed = agreedPrice(rules, purchase, buyer, nowMs);
  const plan = versionToPrice(catalog, request.plan, agreed);
  const toPrice = { plan, agreed, billingCycle, currency };
  const seats = seatsOf(catalog, plan, request);
  const base = planLine(toPrice);
  const sold = seats.extra === 0 ? [base] : [base, seatLine(toPrice, seats.extra)];
  const trialDays = (buyer?.mayTry ?? true) ? plan.trialDays : 0;
  const firstMs = nowMs + trialDays * DAY_MS;
  const schedule: Schedule = { createdMs: nowMs, firstMs, billingCycle };
  const payable = { subtotalMinor: sumOf(sold), currency, schedule };
  const offered = { ...purchase, version: plan.version };
  const combination = decideDiscount(facts, request, { agreed, payable, purchase: offered, nowMs });
  const sums = sumsOf(sold, combination, currency);
  return {
    kind: 'plan',
    planId: plan.id,
    plan: plan.slug,
    version: plan.version,
    billingCycle,
    seats: seats.all,
    extraSeats: seats.extra,
    currency,
    ...sums,
    dueNowMinor: trialDays > 0 ? 0 : sums.totalMinor,
    trial: trialDays > 0 ? { days: trialDays, endsMs: firstMs } : null,
    payments: paymentsOf(combination, payable),
    coupon: combination === undefined ? null : couponOf(combination, currency),
    promotionCode: outcomeOfCode(facts, request, combination),
  };
}

interface Discountable {
  readonly agreed: AgreedPrice | undefined;
  readonly payable: Payable;
  readonly purchase: Purchase & { readonly version: number };
  readonly nowMs: number;
}

/** The best that the buyer may have; a code that does not apply, or would do nothing, throws. */
function decideDiscount(
  facts: QuoteFacts,
  request: PlanRequest,
  { agreed, payable, purchase, nowMs }: Discountable,
): Combination | undefined {
  const ofCode = offersOfCode(facts, request, purchase, nowMs);
  // A price that was agreed upon as exclusive is not lowered by anything.
  if (agreed?.stacking === 'exclusive') return undefined;
  const ofRules = offersOfRules({ rules: facts.rules, purchase, buyer: facts.buyer, nowMs });
  const best = bestCombination([...ofRules, ...ofCode], payable);
  if (best === undefined && ofCode.length > 0) throw withoutEffect(ofCode[0]!);
  return best;
}

function sumsOf(
  sold: readonly QuoteLine[],
  combination: Combination | undefined,
  currency: string,
): Pick<PlanQuote, 'lines' | 'subtotalMinor' | 'discountMinor' | 'totalMinor'> {
  const lines = [...sold, ...discountLines(combination, currency)];
  const subtotalMinor = sumOf(sold);
  const discountMinor = combination?.discountMinor ?? 0;
  const totalMinor = sumOf(lines);
  assert(totalMinor >= 0 && totalMinor === subtotalMinor - discountMinor, 'a total is not below 0');
  return { lines, subtotalMinor, discountMinor, totalMinor };
}

function outcomeOfCode(
  { code: facts }: QuoteFacts,
  { promotionCode }: PlanRequest,
  combination: Combination | undefined,
): PlanQuote['promotionCode'] {
  if (facts === null || promotionCode === null) return null;
  const { code, id: codeId } = facts.code;
  const isApplied = combination?.offers.some(({ source }) => source.kind === 'code') ?? false;
  return { code, codeId, isApplied };
}

/** The offer of the code that was asked for; throws why it does not apply. */
function offersOfCode(
  { code: facts, buyer }: QuoteFacts,
  { promotionCode }: PlanRequest,
  purchase: Purchase,
  nowMs: number,
): Offer[] {
  if (promotionCode === null) return [];
  if (facts === null) throw codeUnknown(promotionCode);
  const { code, takenByOthers, redeemedByAccount } = facts;
  const taken = takenByOthers + redeemedByAccount;
  requireApplicable({ code, purchase, buyer, taken, takenByAccount: redeemedByAccount }, nowMs);
  return offerOfCode(code, purchase.currency);
}

function withoutEffect({ source }: Offer): AppError {
  const code = source.kind === 'code' ? source.code : source.key;
  const why = 'takes nothing off this price, or would leave too little to be charged';
  const message = `Promotion code ${code} ${why}.`;
  const fields = [{ field: '/promotion_code', message: why }];
  return new AppError(CODE_WITHOUT_EFFECT, { message, fields });
}

/** Each discount on a line of its own, with its share of what all of them take off together. */
function discountLines(combination: Combination | undefined, currency: string): QuoteLine[] {
  if (combination === undefined) return [];
  const weights = combination.offers.map(({ off }) =>
    off.kind === 'percent' ? off.basisPoints : off.amountMinor,
  );
  const shares = shareDiscount(combination.discountMinor, weights, currency);
  return combination.offers.map(({ name, source }, index) => ({
    kind: 'discount',
    description: name,
    quantity: 1,
    unitAmountMinor: -shares[index]!,
    amountMinor: -shares[index]!,
    price: null,
    source,
  }));
}

function paymentsOf(combination: Combination | undefined, payable: Payable): Payments[] {
  const { subtotalMinor, schedule } = payable;
  const full = (fromMs: number): Payments => ({
    fromMs,
    discountMinor: 0,
    amountMinor: subtotalMinor,
  });
  if (combination === undefined) return [full(schedule.firstMs)];
  const { duration, discountMinor } = combination;
  const count = discountedPayments(duration, schedule);
  const amountMinor = subtotalMinor - discountMinor;
  const lowered = { fromMs: schedule.firstMs, discountMinor, amountMinor };
  return count === null ? [lowered] : [lowered, full(paymentAt(schedule, count))];
}
