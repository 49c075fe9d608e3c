// pure
import { addFractions, fraction, type Fraction } from '@whisperforge/kernel/fraction';
import type { Quantity } from '@whisperforge/kernel/quantity';
import {
  covers,
  effectivePlanAt,
  nextPlanChange,
  type AccessContext,
} from '../../entitlements/index.ts';
import { termsOf, type Catalog, type PlanVersion } from '../../plans/index.ts';
import {
  displayAmount,
  nextAmountChangeMs,
  recurringAmount,
  type BoostFact,
  type RecurringTerms,
} from '../../subscriptions/index.ts';
import type { Entry, EntryBalance, EntryFacts, EntryUsage } from './entry.ts';

export interface EntryRules {
  readonly catalog: Catalog;
  readonly graceDays: number;
}

/** What lists say of a user at an instant. */
export function decideEntry(
  facts: EntryFacts,
  { catalog, graceDays }: EntryRules,
  nowMs: number,
): Entry {
  const { subject, history, balances } = facts;
  const context: AccessContext = { catalog, facts: facts.access, graceDays };
  const { plan, source, restriction } = effectivePlanAt(context, nowMs);
  return {
    subject,
    plan: plan.slug,
    planSource: source,
    restriction: restriction?.cause ?? null,
    status: statusAt(facts, nowMs),
    ...revenueAt(history.terms, subject.currency, nowMs),
    usage: fullestQuota(facts, { catalog, plan }, nowMs),
    catalogVersion: catalog.version,
    historyId: history.lastId,
    usageRevision: balances.reduce((sum, { revision }) => sum + revision, 0),
    validUntilMs: earliest([
      nextPlanChange(context, nowMs),
      history.nextMs,
      ...history.terms.map((terms) => nextAmountChangeMs(terms, { afterMs: nowMs })),
      ...balances.map(({ endMs }) => endMs),
    ]),
  };
}

/** One that was to end by now has ended, though nobody has told. */
function statusAt({ subject, access }: EntryFacts, nowMs: number): string {
  const { subscription } = access;
  if (subscription === null) return subject.lastStatus;
  const { cancelAtMs, status } = subscription;
  return cancelAtMs !== null && cancelAtMs <= nowMs ? 'canceled' : status;
}

/**
 * What all subscriptions bring a month, in the currency of the account, or else in that of the
 * first that brings anything.
 */
function revenueAt(
  terms: readonly RecurringTerms[],
  accountCurrency: string,
  nowMs: number,
): { readonly mrrMinor: number; readonly currency: string } {
  const amounts = terms
    .map(({ currency, ...rest }) => ({
      currency,
      amount: recurringAmount({ currency, ...rest }, { atMs: nowMs }),
    }))
    .filter(({ amount }) => amount.numerator !== 0n);
  const isOwn = amounts.some(({ currency }) => currency === accountCurrency);
  const currency = isOwn ? accountCurrency : (amounts[0]?.currency ?? accountCurrency);
  const total = amounts
    .filter((each) => each.currency === currency)
    .reduce<Fraction>((sum, { amount }) => addFractions(sum, amount), fraction(0n));
  return { mrrMinor: displayAmount(total, currency).amountMinor, currency };
}

const WHOLE_BASIS_POINTS = 10_000n;
/** A hundred times the limit; what lies beyond is as full as that. */
const MOST_BASIS_POINTS = 1_000_000n;

function fullestQuota(
  facts: EntryFacts,
  { catalog, plan }: { readonly catalog: Catalog; readonly plan: PlanVersion },
  nowMs: number,
): EntryUsage | null {
  let fullest: EntryUsage | null = null;
  for (const { key, kind } of catalog.features.values()) {
    if (kind !== 'metered') continue;
    const terms = termsOf(catalog, plan, key, nowMs);
    if (terms?.kind !== 'metered') continue;
    const balance = facts.balances.find(({ feature }) => feature === key);
    const limit = limitOf(facts, { catalog, balance, included: terms.limit, key }, nowMs);
    if (limit === null) continue;
    const used = balance?.used ?? 0n;
    const usage = { feature: key, used, limit, shareBasisPoints: shareOf(used, limit) };
    if (fullest === null || usage.shareBasisPoints > fullest.shareBasisPoints) fullest = usage;
  }
  return fullest;
}

/** As the balance says, unless it was computed before the facts of today. */
function limitOf(
  { subject, access }: EntryFacts,
  of: {
    readonly catalog: Catalog;
    readonly balance: EntryBalance | undefined;
    readonly included: Quantity | null;
    readonly key: string;
  },
  nowMs: number,
): Quantity | null {
  const { balance } = of;
  const isFresh =
    balance?.accessVersion === subject.accessVersion &&
    balance.catalogVersion === of.catalog.version;
  if (isFresh) return balance.limit;
  if (of.included === null) return null;
  const isAdding = ({ feature, startsMs, expiresMs }: BoostFact): boolean =>
    feature === of.key && covers(startsMs, expiresMs, nowMs);
  return access.boosts.filter(isAdding).reduce((sum, { amount }) => sum + amount, of.included);
}

function shareOf(used: Quantity, limit: Quantity): number {
  if (limit === 0n) return used === 0n ? 0 : Number(WHOLE_BASIS_POINTS);
  const share = (used * WHOLE_BASIS_POINTS) / limit;
  return Number(share < MOST_BASIS_POINTS ? share : MOST_BASIS_POINTS);
}

function earliest(instants: readonly (number | null)[]): number | null {
  const known = instants.filter((ms) => ms !== null);
  return known.length === 0 ? null : Math.min(...known);
}
