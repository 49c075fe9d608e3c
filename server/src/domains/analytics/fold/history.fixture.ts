import type { RecurringDiscount, RecurringItem } from '../../subscriptions/index.ts';
import type { SubscriptionHistory } from './levels.ts';

/** The instant at which a day begins in UTC. */
export function day(date: string): number {
  return Date.parse(`${date}T00:00:00Z`);
}

export interface Stands {
  readonly on: string;
  readonly status?: string;
  /** Minor units a cycle; nothing recurs where it is left out. */
  readonly amount?: number;
  readonly cycle?: RecurringItem['interval'];
  readonly cycles?: number;
  readonly plan?: string;
  readonly currency?: string;
  readonly discounts?: readonly RecurringDiscount[];
}

/** A subscription by how it has stood from which day on. */
export function history(key: string, ...stands: readonly Stands[]): SubscriptionHistory {
  return {
    key,
    cancelRequestedMs: null,
    changes: stands.map((stand) => ({
      effectiveMs: day(stand.on),
      cause: 'status_changed',
      status: stand.status ?? (stand.amount === undefined ? 'canceled' : 'active'),
      currency: stand.currency ?? 'usd',
      items: stand.amount === undefined ? [] : [item(stand.amount, stand)],
      discounts: stand.discounts ?? [],
    })),
  };
}

function item(amount: number, { plan, currency, cycle, cycles }: Stands): RecurringItem {
  return {
    priceId: plan ?? 'pro',
    planId: null,
    unitAmountDecimal: String(amount),
    currency: currency ?? 'usd',
    interval: cycle ?? 'month',
    intervalCount: cycles ?? 1,
    quantity: 1,
    isMetered: false,
  };
}
