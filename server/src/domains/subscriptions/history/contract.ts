// pure
import type { Interval, RecurringItem } from '../recurring-amount.ts';
import type { SubscriptionState } from '../subscription.ts';
import { changesOf, type HistoryState, type SubscriptionChange } from './change.ts';

/** What is agreed for one billing cycle, in minor units: for all of it, or for each seat. */
export interface ContractPrice {
  readonly amountMinor: number;
  readonly currency: string;
  readonly per: 'contract' | 'seat';
}

/** How a contract or a gift stands, as the command that records it says. */
export interface ContractTerms extends Pick<
  SubscriptionState,
  | 'status'
  | 'planId'
  | 'billingCycle'
  | 'seats'
  | 'startedMs'
  | 'scheduled'
  | 'cancelAtMs'
  | 'endedMs'
> {
  readonly price: ContractPrice;
}

/**
 * The history of a contract after what was said of it now. What is said holds from now on, or from
 * a start that lies ahead; at its first mention, from its start. A start that is corrected moves
 * the beginning, and an end that is told moves the one that was. A change or an end that is
 * foreseen is told at once, because nobody comes back to tell it; once it has passed, it has been.
 */
export function contractHistory(
  before: readonly SubscriptionChange[],
  terms: ContractTerms,
  nowMs: number,
): SubscriptionChange[] {
  const { startedMs, endedMs, cancelAtMs } = terms;
  const endMs = Math.min(endedMs ?? Infinity, cancelAtMs ?? Infinity);
  const past = before.filter(({ effectiveMs }) => effectiveMs <= nowMs);
  const last = past.at(-1);
  const movedEnd = endedMs !== null && last !== undefined && !isInForce(last) ? last : undefined;
  const known = movedEnd === undefined ? past : past.slice(0, -1);
  const opening =
    known.findLast((each) => each.effectiveMs <= startedMs && isInForce(each)) ?? known[0];
  const states = [
    ...(opening === undefined ? [] : [{ ...opening, effectiveMs: startedMs }]),
    ...known.filter(({ effectiveMs }) => effectiveMs > startedMs),
    ...statesSaid(terms, sinceOf({ opening, movedEnd, terms, nowMs })),
  ].filter(({ effectiveMs }) => effectiveMs < endMs);
  if (Number.isFinite(endMs) && endMs > startedMs) states.push(endAt(terms, endMs));
  return changesOf(lastOfEachInstant(states));
}

/** From when on what is said holds; `null` where only the end of what was is told. */
function sinceOf(of: {
  readonly opening: SubscriptionChange | undefined;
  readonly movedEnd: SubscriptionChange | undefined;
  readonly terms: ContractTerms;
  readonly nowMs: number;
}): number | null {
  const { startedMs, endedMs } = of.terms;
  if (of.opening === undefined) return startedMs;
  if (endedMs === null) return Math.max(of.nowMs, startedMs);
  return of.movedEnd === undefined ? null : Math.max(of.movedEnd.effectiveMs, startedMs);
}

function statesSaid(terms: ContractTerms, sinceMs: number | null): HistoryState[] {
  if (sinceMs === null) return [];
  const changeMs = Math.max(terms.scheduled?.atMs ?? sinceMs, sinceMs);
  return [stateAt(terms, sinceMs), stateAt(terms, changeMs)];
}

function isInForce({ status }: SubscriptionChange): boolean {
  return status !== 'canceled';
}

function stateAt(terms: ContractTerms, effectiveMs: number): HistoryState {
  const { scheduled, price, endedMs } = terms;
  const isChanged = scheduled !== null && scheduled.atMs <= effectiveMs;
  return {
    effectiveMs,
    // Of one that is told only when it is over nobody knows that it was otherwise.
    status: endedMs === null ? terms.status : 'active',
    currency: price.currency,
    items: [contractItem({ ...terms, planId: isChanged ? scheduled.planId : terms.planId })],
    discounts: [],
  };
}

function endAt({ price: { currency } }: ContractTerms, effectiveMs: number): HistoryState {
  return { effectiveMs, status: 'canceled', currency, items: [], discounts: [] };
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

const CONTRACT = 'contract:';
const SEAT = ':seat';

/** What a contract is paid for: 0 for a gift, which counts nothing. */
export function contractItem({
  planId,
  billingCycle,
  seats,
  price: { amountMinor, currency, per },
}: Pick<ContractTerms, 'planId' | 'billingCycle' | 'seats' | 'price'>): RecurringItem {
  const isPerSeat = per === 'seat';
  return {
    priceId: `${CONTRACT}${planId}${isPerSeat ? SEAT : ''}`,
    planId,
    unitAmountDecimal: String(amountMinor),
    currency,
    interval: intervalOf(billingCycle),
    intervalCount: 1,
    quantity: isPerSeat ? seats : 1,
    isMetered: false,
  };
}

/** Whether an item is what a contract is paid for, whose price is its own. */
export function isContractItem({ priceId }: RecurringItem): boolean {
  return priceId.startsWith(CONTRACT);
}

/** The price that an item of a contract was made of. */
export function priceOf({ priceId, unitAmountDecimal, currency }: RecurringItem): ContractPrice {
  const per = priceId.endsWith(SEAT) ? 'seat' : 'contract';
  return { amountMinor: Number(unitAmountDecimal), currency, per };
}

export function intervalOf(billingCycle: ContractTerms['billingCycle']): Interval {
  return billingCycle === 'yearly' ? 'year' : 'month';
}
