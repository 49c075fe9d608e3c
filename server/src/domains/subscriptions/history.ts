// pure
import { changesOf, type HistoryState, type SubscriptionChange } from './history/change.ts';
import { discountHistory, discountInstants, discountsAt } from './history/discounts.ts';
import { itemHistory, itemLines, recurringItems } from './history/items.ts';
import type { InvoiceRecord, SubscriptionRecord } from './history/records.ts';
import { statusHistory } from './history/status.ts';

/** While it is in one of these nothing recurs, whatever its last bills said. */
const IDLE = new Set(['paused', 'canceled', 'incomplete_expired']);

/**
 * The history of a subscription up to now, from what Stripe has on record of it and its invoices,
 * and from nothing else: neither when an event was seen nor in which order. Asked later, it begins
 * with what it was before, as long as nothing that was billed is voided.
 *
 * Pro since 10 January at $19 and business at $49 from 20 January on, by credits and debits from
 * there to 10 February, are two changes: `started` on the 10th and `items_changed` on the 20th.
 */
export function deriveHistory(
  subscription: SubscriptionRecord,
  invoices: readonly InvoiceRecord[],
  nowMs: number,
): SubscriptionChange[] {
  const oldestFirst = invoices.toSorted((first, second) => first.createdMs - second.createdMs);
  const lines = itemLines(subscription, oldestFirst);
  const items = itemHistory(subscription, lines, nowMs);
  const statuses = statusHistory({ subscription, invoices: oldestFirst, items, nowMs });
  const spans = discountHistory(subscription, lines);
  const itemsAt = (atMs: number) => items.findLast((since) => since.atMs <= atMs)?.items ?? [];

  const stateAt = (effectiveMs: number): HistoryState => {
    const status = statuses.statusAt(effectiveMs);
    const present = IDLE.has(status) ? [] : itemsAt(effectiveMs);
    return {
      effectiveMs,
      status,
      currency: subscription.currency,
      items: recurringItems(present, subscription.currency),
      discounts:
        present.length === 0
          ? []
          : discountsAt(spans, { items: present, lines, atMs: effectiveMs }),
    };
  };

  const { startMs, endedMs } = subscription;
  const lastMs = Math.min(nowMs, endedMs ?? nowMs, (statuses.unsettledMs ?? Infinity) - 1);
  const instants = [
    ...statuses.instants,
    ...items.map(({ atMs }) => atMs),
    ...discountInstants(spans),
  ].filter((atMs) => atMs >= startMs && atMs <= lastMs);
  return changesOf([...new Set(instants)].toSorted((a, b) => a - b).map(stateAt));
}
