const FIRST_WAIT_MS = 1_000;
const LONGEST_WAIT_MS = 600_000;
const MOST_ATTEMPTS = 20;

/**
 * How long to wait after an attempt that failed: 1 s, 2 s, 4 s up to ten minutes, which is some two
 * hours in all; then `null`, and the events are left as failed until somebody replays them.
 */
export function retryWaitMs(attempt: number): number | null {
  if (attempt >= MOST_ATTEMPTS) return null;
  return Math.min(LONGEST_WAIT_MS, FIRST_WAIT_MS * 2 ** Math.max(0, attempt - 1));
}
