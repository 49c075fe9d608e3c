// pure
import { dayStartIn } from '@whisperforge/kernel/period';
import type { Interval, SubscriptionChange } from '../../subscriptions/index.ts';
import type { SubscriptionHistory } from './levels.ts';

/** A stretch of a subscription from an imported history; days are half-open. */
export interface Stretch {
  readonly subscriptionKey: string;
  readonly plan: string;
  readonly startsOn: string;
  readonly endsOn: string | null;
  readonly amount: string;
  readonly currency: string;
  readonly interval: Interval;
  readonly intervalCount: number;
  readonly isTrial: boolean;
}

/** Prefix of the prices of imported items, before the plan's name. */
export const IMPORTED_PRICE = 'imported:';

/**
 * Imported stretches as histories. They know days only, which are days of the book's time zone, so
 * that month-ends are where the file has them. Of stretches that meet, the later one goes on.
 */
export function historiesOfStretches(
  stretches: readonly Stretch[],
  timeZone: string,
): SubscriptionHistory[] {
  const bySubscription = Map.groupBy(stretches, ({ subscriptionKey }) => subscriptionKey);
  return [...bySubscription].map(([key, all]) => ({
    key,
    cancelRequestedMs: null,
    changes: changesOf(
      all
        .filter(({ startsOn, endsOn }) => endsOn === null || startsOn < endsOn)
        .toSorted((first, second) => (first.startsOn < second.startsOn ? -1 : 1)),
      timeZone,
    ),
  }));
}

function changesOf(stretches: readonly Stretch[], timeZone: string): SubscriptionChange[] {
  return stretches.flatMap((stretch, index) => {
    const { startsOn, endsOn, currency } = stretch;
    const begins = changeOf(stretch, dayStartIn(timeZone, startsOn));
    if (endsOn === null || stretches[index + 1]?.startsOn === endsOn) return [begins];
    const ends: SubscriptionChange = {
      effectiveMs: dayStartIn(timeZone, endsOn),
      cause: 'ended',
      status: 'canceled',
      currency,
      items: [],
      discounts: [],
    };
    return [begins, ends];
  });
}

function changeOf(stretch: Stretch, effectiveMs: number): SubscriptionChange {
  const { amount, currency, interval, intervalCount, plan, isTrial } = stretch;
  const item = {
    priceId: `${IMPORTED_PRICE}${plan}`,
    planId: null,
    unitAmountDecimal: amount,
    currency,
    interval,
    intervalCount,
    quantity: 1,
    isMetered: false,
  };
  const status = isTrial ? 'trialing' : 'active';
  return { effectiveMs, cause: 'started', status, currency, items: [item], discounts: [] };
}
