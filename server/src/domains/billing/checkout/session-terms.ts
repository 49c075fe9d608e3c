// pure
import { assert } from '@whisperforge/kernel/assert';
import type { User } from '../../accounts/index.ts';
import type { Catalog } from '../../plans/index.ts';
import type { Quote } from '../../pricing/index.ts';
import type { Bought, SessionTerms } from './checkout.ts';

/** Long enough for a card that has to be fetched, short enough for a code that is held. */
const SESSION_MS = 3_600_000;

export interface SessionFacts {
  readonly id: string;
  readonly user: User;
  readonly customerId: string;
  readonly quote: Quote;
  /** By lookup key. */
  readonly priceIds: ReadonlyMap<string, string>;
  readonly successUrl: string;
  readonly cancelUrl: string;
  readonly nowMs: number;
}

/** What Stripe is to be asked for; `undefined` where a price of the quote is not known there. */
export function sessionTermsOf(facts: SessionFacts): SessionTerms | undefined {
  const { quote, priceIds, user } = facts;
  const lines: { priceId: string; quantity: number }[] = [];
  for (const { price, quantity } of quote.lines) {
    if (price === null) continue;
    const priceId = priceIds.get(price.lookupKey);
    if (priceId === undefined) return undefined;
    lines.push({ priceId, quantity });
  }
  const isPlan = quote.kind === 'plan';
  return {
    mode: isPlan ? 'subscription' : 'payment',
    customerId: facts.customerId,
    lines,
    couponId: isPlan ? (quote.coupon?.id ?? null) : null,
    trialDays: isPlan ? (quote.trial?.days ?? null) : null,
    successUrl: facts.successUrl,
    cancelUrl: facts.cancelUrl,
    expiresMs: facts.nowMs + SESSION_MS,
    locale: null,
    metadata: {
      checkout_id: facts.id,
      account_id: String(user.accountId),
      user: user.externalId,
      ...(isPlan ? { plan: quote.plan } : { pack: quote.pack }),
      version: String(quote.version),
    },
  };
}

/** All of a quote that a customer would notice if it changed. */
export function contentOf(quote: Quote): unknown {
  const lines = quote.lines.map(({ kind, amountMinor, quantity, price }) => [
    kind,
    amountMinor,
    quantity,
    price?.lookupKey ?? null,
  ]);
  if (quote.kind === 'pack') return ['pack', quote.packId, quote.currency, lines];
  const { planId, currency, coupon, trial, promotionCode } = quote;
  const code = promotionCode?.isApplied === true ? promotionCode.codeId : null;
  return ['plan', planId, currency, lines, coupon?.id ?? null, trial?.days ?? null, code];
}

export function boughtBy(quote: Quote, catalog: Catalog): Bought {
  if (quote.kind === 'plan') return { kind: 'plan', planId: quote.planId };
  const pack = catalog.packs.find(({ id }) => id === quote.packId);
  assert(pack !== undefined, 'a pack that was quoted is on sale');
  const { id: packId, feature, amount, validDays } = pack;
  return { kind: 'pack', packId, feature, amount: amount * BigInt(quote.quantity), validDays };
}
