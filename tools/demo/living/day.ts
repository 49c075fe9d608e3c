// pure
import { addMonths } from '@whisperforge/kernel/period';
import type { Week } from '../company/company.ts';
import type { Step } from '../company/lives.ts';
import { isWithin, type Days } from '../company/story.ts';

/** The part of a day that has come since it was last looked at. */
export function partOf(day: Week, days: Days): Week {
  const isNow = (atMs: number): boolean => isWithin(days, atMs);
  return {
    days,
    signUps: day.signUps.filter(({ signedUpMs }) => isNow(signedUpMs)),
    steps: day.steps.flatMap(({ user, steps }) => {
      const now = steps.filter(({ atMs }) => isNow(atMs));
      return now.length === 0 ? [] : [{ user, steps: now }];
    }),
    uses: day.uses.filter(({ occurredMs }) => isNow(occurredMs)),
  };
}

/** Whether what somebody pays for is renewed in some days. */
export function isRenewedIn(days: Days, steps: readonly Step[]): boolean {
  const last = steps.findLast(({ atMs }) => atMs < days.startMs);
  if (last?.kind !== 'paid') return false;
  const months = last.of.cycle === 'yearly' ? 12 : 1;
  for (let count = months; ; count += months) {
    const renewedMs = addMonths(last.atMs, count);
    if (renewedMs >= days.endMs) return false;
    if (renewedMs >= days.startMs) return true;
  }
}
