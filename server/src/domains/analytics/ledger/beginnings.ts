// pure
import { dayIn } from '@whisperforge/kernel/period';
import type { SubscriptionHistory } from '../fold/levels.ts';
import type { Booking } from './decide-booking.ts';

/** When a customer first tried and first paid. */
export interface Beginnings {
  readonly paidOn: string | null;
  readonly trialFrom: string | null;
  readonly trialTo: string | null;
}

export function beginningsOf(
  histories: readonly SubscriptionHistory[],
  of: {
    readonly bookings: readonly Booking[];
    readonly timeZone: string;
    readonly untilMs: number;
  },
): Beginnings {
  const { bookings, timeZone, untilMs } = of;
  const paid = bookings.find(({ kind }) => kind === 'new');
  const trial = firstTrial(histories, untilMs);
  const dayOf = (ms: number | undefined): string | null =>
    ms === undefined ? null : dayIn(timeZone, ms);
  return {
    paidOn: dayOf(paid?.effectiveMs),
    trialFrom: dayOf(trial?.fromMs),
    trialTo: dayOf(trial?.toMs),
  };
}

interface Trial {
  readonly fromMs: number;
  readonly toMs: number | undefined;
}

function firstTrial(histories: readonly SubscriptionHistory[], untilMs: number): Trial | undefined {
  const trials = histories.flatMap(({ changes }): Trial[] => {
    const known = changes.filter(({ effectiveMs }) => effectiveMs <= untilMs);
    const from = known.findIndex(({ status }) => status === 'trialing');
    if (from < 0) return [];
    const end = known.slice(from).find(({ status }) => status !== 'trialing');
    return [{ fromMs: known[from]!.effectiveMs, toMs: end?.effectiveMs }];
  });
  return trials.toSorted((first, second) => first.fromMs - second.fromMs)[0];
}
