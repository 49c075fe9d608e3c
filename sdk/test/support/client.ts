import { onTestFinished } from 'vitest';
import { WhisperForge } from '../../src/client.ts';
import type { ErrorContext, WhisperForgeOptions } from '../../src/options.ts';
import { drivenClock } from './driven-clock.ts';
import type { DrivenClock } from './driven-clock.ts';

export interface Reported {
  readonly error: unknown;
  readonly context: ErrorContext;
}

export interface DrivenClient {
  readonly client: WhisperForge;
  readonly clock: DrivenClock;
  /** What went wrong in the background, in order. */
  readonly reported: readonly Reported[];
}

/** Longer than any backoff, so that it passes only when a test drives the clock there. */
export const TIMEOUT_MS = 60_000;

/** A client whose backoffs take no time, and whose chance is always the middle. */
export function drivenClient(
  url: string,
  options: Partial<WhisperForgeOptions> & { instantBelowMs?: number } = {},
): DrivenClient {
  const { instantBelowMs = 40_000, ...rest } = options;
  const clock = drivenClock({ instantBelowMs });
  const reported: Reported[] = [];
  const client = new WhisperForge({
    url,
    secretKey: 'sk_test_1',
    timeoutMs: TIMEOUT_MS * 2,
    totalTimeoutMs: TIMEOUT_MS * 20,
    clock,
    random: () => 0.5,
    onError: (error, context) => reported.push({ error, context }),
    ...rest,
  });
  // A buffer that a test left full would go on retrying after the server is gone.
  onTestFinished(() => client.close({ timeoutMs: 0 }).catch(() => undefined));
  return { client, clock, reported };
}
