import { clockOffsets, OWN_CLOCK } from '../engine/clock-offset.ts';
import type { Tx } from '../engine/transaction.ts';
import { invalid } from '../http/errors.ts';
import { integer, optional, timestamp, type Params } from '../http/params.ts';
import { route, type Route } from '../http/routes.ts';
import { DAY_SECONDS } from '../money/calendar.ts';

const HUNDRED_YEARS_SECONDS = 100 * 366 * DAY_SECONDS;

const specs = {
  advance_by: optional(integer({ least: 0, most: HUNDRED_YEARS_SECONDS })),
  advance_to: optional(timestamp),
} as const;

const offsetOf = (tx: Tx): number => tx.find(clockOffsets, OWN_CLOCK)?.seconds ?? 0;

/** Moves the sandbox's own clock; what falls due on the way happens before the next request. */
function advance(tx: Tx, said: Params<typeof specs>): object {
  const { advance_by: by, advance_to: to } = said;
  if ((by === undefined) === (to === undefined)) {
    throw invalid('Say either advance_by or advance_to.');
  }
  const seconds = by ?? to! - tx.sandboxNow;
  if (seconds < 0) {
    throw invalid('The clock goes forward only.', { param: 'advance_to' });
  }
  if (offsetOf(tx) + seconds > HUNDRED_YEARS_SECONDS) {
    throw invalid('The clock may be at most a hundred years ahead.');
  }
  tx.put(clockOffsets, { id: OWN_CLOCK, seconds: offsetOf(tx) + seconds });
  return { now: tx.sandboxNow + seconds, offset_seconds: offsetOf(tx) };
}

const path = '/_sandbox/clock';

export const clockRoutes: readonly Route<object>[] = [
  route('GET', path, {}, (tx) => ({ now: tx.sandboxNow, offset_seconds: offsetOf(tx) })),
  route('POST', path, specs, (tx, { params }) => advance(tx, params)),
];
