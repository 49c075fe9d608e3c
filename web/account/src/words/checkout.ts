// pure
import type { Checkout } from '../api/contract.ts';

/**
 * How a checkout stands: `waiting` for an answer, `confirming` what is complete, `active`, `slow`
 * where confirming takes longer than anybody waits, `unfinished`, `expired`, `refused` where the
 * card had its trial before.
 */
export type Outcome =
  'waiting' | 'confirming' | 'active' | 'slow' | 'unfinished' | 'expired' | 'refused';

export function outcomeOf(checkout: Checkout, isLast: boolean): Outcome {
  const { status, is_active: isActive, refusal = null } = checkout;
  if (isActive) return 'active';
  if (refusal !== null) return 'refused';
  if (status === 'expired') return 'expired';
  if (status === 'open') return isLast ? 'unfinished' : 'waiting';
  return isLast ? 'slow' : 'confirming';
}

const FIRST_PAUSE_MS = 500;
const LONGEST_PAUSE_MS = 5_000;
const MOST_TRIES = 12;

/** How long to wait after a try; `null` after the last: 0.5 s, 0.75 s ... in all about 36 s. */
export function pauseMs(tries: number): number | null {
  if (tries >= MOST_TRIES) return null;
  return Math.min(LONGEST_PAUSE_MS, Math.round(FIRST_PAUSE_MS * 1.5 ** tries));
}
