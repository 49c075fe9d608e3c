import { setTimeout as wait } from 'node:timers/promises';

const STEP_MS = 20;

/**
 * Asks until the answer is there, for what happens by itself and announces itself nowhere. The
 * bound only says when a test has failed.
 */
export async function eventually<T>(
  ask: () => Promise<T | undefined> | T | undefined,
  boundMs = 60_000,
): Promise<T> {
  const endMs = performance.now() + boundMs;
  for (;;) {
    const answer = await ask();
    if (answer !== undefined && answer !== false) return answer;
    if (performance.now() > endMs) throw new Error(`did not happen within ${boundMs} ms`);
    await wait(STEP_MS);
  }
}
