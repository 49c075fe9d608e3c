const FIRST_WAIT_MS = 30_000;
const LONGEST_WAIT_MS = 7_200_000;
/** Three days of a mail server that does not answer, by the waits below. */
const MOST_ATTEMPTS = 42;

/**
 * How long to wait after an attempt that failed: 30 s, 1 min, 2 min and so on up to two hours;
 * `null` after the last one.
 */
export function mailRetryMs(attempt: number): number | null {
  if (attempt >= MOST_ATTEMPTS) return null;
  return Math.min(LONGEST_WAIT_MS, FIRST_WAIT_MS * 2 ** Math.min(attempt - 1, 30));
}
