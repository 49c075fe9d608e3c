import { invalid } from '../http/errors.ts';
import { text, type Spec } from '../http/params.ts';
import { DAY_SECONDS } from '../money/calendar.ts';

const LONGEST = 500;

/** An id or a code of the caller's own. */
export const identifierSpec: Spec<string> = {
  read(value, name) {
    const id = text(LONGEST).read(value, name);
    if (/^[\w-]+$/.test(id)) return id;
    const message =
      'This value must match the regex pattern. ' +
      `(/\\A[a-zA-Z0-9\\-_]+\\z/ does not match for the value ${id}).`;
    throw invalid(message, { param: name });
  },
};

const FIVE_YEARS_SECONDS = 5 * 366 * DAY_SECONDS;

/** Refuses what would be over before it begins, or would begin to be over in another age. */
export function requireNearFuture(
  atSeconds: number | undefined,
  { now, param }: { readonly now: number; readonly param: string },
): void {
  if (atSeconds === undefined) return;
  if (atSeconds <= now) {
    const message =
      `The parameter \`${param}\` expects a unix timestamp representing a date and time in the ` +
      `future. You specified the value \`${atSeconds}\` which is in the past.`;
    throw invalid(message, { param });
  }
  if (atSeconds > now + FIVE_YEARS_SECONDS) {
    const message = 'Invalid timestamp: can be no more than five years in the future.';
    throw invalid(message, { param });
  }
}
