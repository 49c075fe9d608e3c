// pure
import type { Interval, RecurringItem } from '../recurring-amount.ts';
import { changesOf, type HistoryState, type SubscriptionChange } from './change.ts';

/** How a contract or a gift stands, as the command that records it says. */
export interface ContractTerms {
  readonly status: string;
  readonly currency: string;
  readonly items: readonly RecurringItem[];
  readonly startedMs: number;
  readonly cancelAtMs: number | null;
  readonly endedMs: number | null;
}

/**
 * The history of a contract after what was said of it now. What is said holds from now on, or from
 * a start that lies ahead; at its first mention, from its start. A start that is corrected moves
 * the beginning. An end that is foreseen is told at once, because nobody comes back to tell it.
 */
export function contractHistory(
  before: readonly SubscriptionChange[],
  terms: ContractTerms,
  nowMs: number,
): SubscriptionChange[] {
  const { startedMs, endedMs, cancelAtMs, currency, items } = terms;
  const endMs = Math.min(endedMs ?? Infinity, cancelAtMs ?? Infinity);
  const hasEnded = endedMs !== null;
  const known = before.filter(
    ({ effectiveMs, status }) => effectiveMs <= nowMs && status !== 'canceled',
  );
  const opening = known.findLast(({ effectiveMs }) => effectiveMs <= startedMs) ?? known[0];
  const said: HistoryState = {
    effectiveMs: Math.max(nowMs, startedMs),
    status: hasEnded ? 'active' : terms.status,
    currency,
    items,
    discounts: [],
  };
  const states = [
    { ...(opening ?? said), effectiveMs: startedMs },
    ...known.filter(({ effectiveMs }) => effectiveMs > startedMs),
    ...(hasEnded ? [] : [said]),
  ].filter(({ effectiveMs }) => effectiveMs < endMs);
  const isForeseen = Number.isFinite(endMs) && endMs > startedMs;
  if (isForeseen) {
    states.push({ effectiveMs: endMs, status: 'canceled', currency, items: [], discounts: [] });
  }
  return changesOf(lastOfEachInstant(states));
}

/** What is said later of an instant replaces what was said of it before. */
function lastOfEachInstant(states: readonly HistoryState[]): HistoryState[] {
  return [...new Map(states.map((state) => [state.effectiveMs, state])).values()].map(
    ({ effectiveMs, status, currency, items, discounts }) => ({
      effectiveMs,
      status,
      currency,
      items,
      discounts,
    }),
  );
}

/** What a contract is paid for: 0 for a gift, which counts nothing. */
export function contractItem(terms: {
  readonly planId: number;
  readonly amountMinor: number;
  readonly currency: string;
  readonly billingCycle: 'monthly' | 'yearly';
  readonly quantity: number;
}): RecurringItem {
  const interval: Interval = terms.billingCycle === 'yearly' ? 'year' : 'month';
  return {
    priceId: `contract:${terms.planId}`,
    planId: terms.planId,
    unitAmountDecimal: String(terms.amountMinor),
    currency: terms.currency,
    interval,
    intervalCount: 1,
    quantity: terms.quantity,
    isMetered: false,
  };
}
