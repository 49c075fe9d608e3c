/** Time as the SDK sees it, so that tests drive it instead of waiting. */
export interface Clock {
  /** Epoch milliseconds. */
  nowMs(): number;
  /**
   * Resolves after `durationMs`, or at once when `signal` aborts; it never rejects, so that a
   * cancelled wait needs no handler. The caller asks the signal which of the two it was.
   */
  sleep(durationMs: number, signal?: AbortSignal): Promise<void>;
}

// A longer delay overflows the runtime's 32-bit timer, which would then fire at once.
const LONGEST_TIMER_MS = 2 ** 31 - 1;

export const systemClock: Clock = {
  nowMs: () => Date.now(),
  sleep: (durationMs, signal) =>
    new Promise((resolve) => {
      if (signal?.aborted === true) {
        resolve();
        return;
      }
      const finish = (): void => {
        clearTimeout(timer);
        signal?.removeEventListener('abort', finish);
        resolve();
      };
      const timer = setTimeout(finish, Math.min(durationMs, LONGEST_TIMER_MS));
      signal?.addEventListener('abort', finish, { once: true });
    }),
};

/** ISO 8601 in UTC, as the wire has it. */
export function formatInstant(epochMs: number): string {
  return new Date(epochMs).toISOString();
}

/** Epoch milliseconds of an HTTP date, or undefined for anything that is no date. */
export function parseHttpDate(text: string): number | undefined {
  const epochMs = Date.parse(text);
  return Number.isNaN(epochMs) ? undefined : epochMs;
}
