// pure
import { formatInstant } from '@whisperforge/kernel/clock';
import { AppError } from '../../../platform/errors.ts';
import { conditionsOf } from '../rules/check-rules.ts';
import { unmetCondition, type Purchase, type Unmet } from '../rules/conditions.ts';
import { isInForce, type PricingRule } from '../rules/rule.ts';
import { yearlyRuleAt } from '../rules/yearly.ts';
import { bestCombination, type Payable } from './offers/combinations.ts';
import { decideQuote, type QuoteFacts } from './decide-quote.ts';
import { agreedPrice, currencyOf, offersOfRules, type QuoteBuyer } from './offers/offers.ts';
import type { PlanQuote, PlanRequest } from './quote.ts';

/** What became of a rule in a quote, and why. */
export interface ExplainedRule {
  readonly rule: PricingRule;
  readonly isApplied: boolean;
  /** A whole sentence. */
  readonly why: string;
}

export interface ExplainedQuote {
  /** `null` where there is no price for what was asked. */
  readonly quote: PlanQuote | null;
  /** Why there is none, or why the promotion code is not in it. */
  readonly refusal: { readonly code: string; readonly message: string } | null;
  readonly rules: readonly ExplainedRule[];
}

/**
 * A quote with what became of each rule, by the functions that decide it. Where only the promotion
 * code stands in its way, it is the quote without the code.
 */
export function explainQuote(
  facts: QuoteFacts,
  request: PlanRequest,
  nowMs: number,
): ExplainedQuote {
  const { quote, refusal } = decideOrSay(facts, request, nowMs);
  const asked = { facts, request, quote, nowMs };
  const rules = facts.rules.map((rule): ExplainedRule => {
    const refused = refusalOf(rule, asked);
    return { rule, isApplied: refused === null, why: refused ?? appliedWhy(rule) };
  });
  return { quote, refusal, rules };
}

interface Asked {
  readonly facts: QuoteFacts;
  readonly request: PlanRequest;
  readonly quote: PlanQuote | null;
  readonly nowMs: number;
}

function decideOrSay(
  facts: QuoteFacts,
  request: PlanRequest,
  nowMs: number,
): Pick<ExplainedQuote, 'quote' | 'refusal'> {
  try {
    return { quote: decideQuote(facts, request, nowMs), refusal: null };
  } catch (error) {
    if (!(error instanceof AppError)) throw error;
    const refusal = { code: error.code, message: error.details.message };
    if (request.promotionCode === null) return { quote: null, refusal };
    const { quote } = decideOrSay({ ...facts, code: null }, withoutCode(request), nowMs);
    return { quote, refusal };
  }
}

const withoutCode = (request: PlanRequest): PlanRequest => ({ ...request, promotionCode: null });

/** Why a rule is not in a quote; `null` where it is. */
function refusalOf(rule: PricingRule, asked: Asked): string | null {
  const { facts, request, quote, nowMs } = asked;
  if (!isInForce(rule, nowMs)) return outOfForce(rule, nowMs);
  if (rule.ruleType === 'discount') return refusalOfYearly(rule, asked);
  const purchase = purchaseOf(request, facts.buyer);
  if (rule.ruleType === 'custom' && !isOfBuyer(rule, facts.buyer)) {
    return 'It is of another customer.';
  }
  const conditions = rule.ruleType === 'custom' ? conditionsOf(rule) : rule.conditions;
  const unmet = unmetCondition(conditions, purchase, facts.buyer);
  if (unmet !== undefined) return UNMET[unmet];
  if (quote === null) return 'There is no price.';
  if (quote.lines.some(({ source }) => source?.kind === 'rule' && source.key === rule.key)) {
    return null;
  }
  return outdone(rule, { ...asked, quote });
}

function refusalOfYearly(
  rule: PricingRule,
  { facts, request, quote, nowMs }: Asked,
): string | null {
  if (request.billingCycle !== 'yearly') return 'It makes yearly prices only.';
  if (quote === null) return 'There is no price.';
  const first = yearlyRuleAt(facts.rules, nowMs);
  if (first?.key !== rule.key) return `Rule ${first?.key ?? 'none'} makes the yearly prices.`;
  const isAgreed = quote.lines.some(({ kind, source }) => kind === 'plan' && source !== null);
  return isAgreed ? 'An agreed price is in the place of what it made.' : null;
}

/** Why a rule that is for this purchase has not made it into the quote. */
function outdone(rule: PricingRule, asked: Asked & { readonly quote: PlanQuote }): string {
  const { facts, request, quote, nowMs } = asked;
  const purchase = { ...purchaseOf(request, facts.buyer), version: quote.version };
  const agreed = agreedPrice(facts.rules, purchase, facts.buyer, nowMs);
  if (rule.ruleType === 'custom' && rule.effect.kind === 'price') {
    return `The agreed price ${agreed?.key ?? ''} goes before it.`;
  }
  if (agreed?.stacking === 'exclusive') {
    return `The agreed price ${agreed.key} is exclusive: nothing lowers it.`;
  }
  const offers = offersOfRules({ rules: [rule], purchase, buyer: facts.buyer, nowMs });
  if (offers.length === 0) return 'It is for another version, or not in this currency.';
  if (bestCombination(offers, payableOf(quote, nowMs)) === undefined) {
    return 'It takes nothing off this price, leaves too little to charge, or is over before it.';
  }
  const better = quote.lines.flatMap(({ kind, description }) =>
    kind === 'discount' ? [description] : [],
  );
  return `Something better was given, and the two do not come together: ${better.join(', ')}.`;
}

function payableOf(quote: PlanQuote, nowMs: number): Payable {
  const { subtotalMinor, currency, billingCycle, trial } = quote;
  const firstMs = trial?.endsMs ?? nowMs;
  return { subtotalMinor, currency, schedule: { createdMs: nowMs, firstMs, billingCycle } };
}

function purchaseOf(request: PlanRequest, buyer: QuoteBuyer | null): Purchase {
  const { plan, billingCycle } = request;
  return { plan, billingCycle, currency: currencyOf(request, buyer) };
}

function outOfForce({ validFromMs, validUntilMs }: PricingRule, nowMs: number): string {
  if (nowMs < validFromMs) return `It begins on ${written(validFromMs)}.`;
  return `It was over on ${written(validUntilMs ?? nowMs)}.`;
}

/** `2026-11-21, 00:00 UTC`: to be read by people. */
function written(atMs: number): string {
  return `${formatInstant(atMs).slice(0, 16).replace('T', ', ')} UTC`;
}

function isOfBuyer(
  { buyer: meant }: Extract<PricingRule, { ruleType: 'custom' }>,
  buyer: QuoteBuyer | null,
): boolean {
  if (buyer === null) return false;
  return meant.kind === 'account' ? meant.accountId === buyer.accountId : meant.user === buyer.user;
}

function appliedWhy({ ruleType }: PricingRule): string {
  if (ruleType === 'discount') return 'It made the yearly price when the version was published.';
  return 'It is in the lines of the quote.';
}

const UNMET: Readonly<Record<Unmet, string>> = {
  plan: 'It is for another plan.',
  cycle: 'It is for another billing cycle.',
  currency: 'It is for another currency.',
  country: 'It is for other countries than that of the customer, or none is known.',
  first_purchase: 'It is for a first purchase, and the customer has bought before.',
};
