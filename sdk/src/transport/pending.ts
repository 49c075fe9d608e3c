import type { Clock } from '../clock.ts';

/** Calls on their way that must not be cut off when the process ends. */
export interface Pending {
  /** The same promise, remembered until it is settled. */
  add<Answer>(call: Promise<Answer>): Promise<Answer>;
  /** Resolves when all calls that were on their way are settled, or after `timeoutMs`. */
  settled(timeoutMs: number): Promise<void>;
}

export function createPending(clock: Clock): Pending {
  const calls = new Set<Promise<unknown>>();
  return {
    add: (call) => {
      calls.add(call);
      return call.finally(() => calls.delete(call));
    },
    settled: async (timeoutMs) => {
      if (calls.size === 0) return;
      const done = new AbortController();
      void Promise.allSettled(calls).then(() => done.abort());
      await clock.sleep(timeoutMs, done.signal);
    },
  };
}
