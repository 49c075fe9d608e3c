// pure
import { addMonths } from '@whisperforge/kernel/period';
import type { RecurringItem, SubscriptionChange } from '../../../subscriptions/index.ts';
import { foldAccount, type Movement } from '../../fold/fold.ts';
import type { LevelOptions, SubscriptionHistory } from '../../fold/levels.ts';

/** What is planned for a subscription and no part of its history yet. */
export interface Plans {
  readonly subscriptionKey: string;
  /** When it is canceled, if so. */
  readonly cancelMs: number | null;
  /** What it is changed to, if so. */
  readonly change: { readonly atMs: number; readonly items: readonly RecurringItem[] } | null;
}

/** Further than contracts are signed for. */
const MONTHS_AHEAD = 60;

/**
 * How an account will move by all that is known now: histories tell of contracts that begin or end
 * and of discounts that run out, plans of changes and cancellations that were asked for.
 *
 * Pro at $19 is canceled at the end of March: on 10 March a churn of -$19 lies ahead.
 */
export function movementsAhead(
  histories: readonly SubscriptionHistory[],
  plans: readonly Plans[],
  { untilMs, ...options }: LevelOptions & { readonly untilMs: number },
): Movement[] {
  const planned = new Map(plans.map((plan) => [plan.subscriptionKey, plan]));
  const all = histories.map((history) => {
    const plan = planned.get(history.key);
    return plan === undefined ? history : foreseen(history, plan, untilMs);
  });
  const fold = foldAccount(all, { ...options, untilMs: addMonths(untilMs, MONTHS_AHEAD) });
  return fold.movements.filter(({ effectiveMs }) => effectiveMs > untilMs);
}

function foreseen(
  history: SubscriptionHistory,
  { cancelMs, change }: Plans,
  untilMs: number,
): SubscriptionHistory {
  const last = history.changes.at(-1);
  if (last === undefined || last.effectiveMs > untilMs || last.items.length === 0) return history;
  const changes: SubscriptionChange[] = [...history.changes];
  if (change !== null && change.atMs > untilMs) {
    const { atMs, items } = change;
    changes.push({ ...last, effectiveMs: atMs, cause: 'items_changed', items: [...items] });
  }
  if (cancelMs !== null && cancelMs > untilMs) {
    const kept = changes.filter(({ effectiveMs }) => effectiveMs < cancelMs);
    const end = { cause: 'ended', status: 'canceled', items: [], discounts: [] } as const;
    return { ...history, changes: [...kept, { ...last, ...end, effectiveMs: cancelMs }] };
  }
  return { ...history, changes };
}
