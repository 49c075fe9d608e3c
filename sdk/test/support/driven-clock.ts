import type { Clock } from '../../src/clock.ts';

interface Sleeper {
  readonly durationMs: number;
  readonly dueMs: number;
  readonly wake: () => void;
}

export interface DrivenClock extends Clock {
  /** Durations of all sleeps begun so far, in order. */
  readonly sleeps: readonly number[];
  /** Moves on, waking in order whoever is due. */
  advance(byMs: number): void;
  /** Resolves when somebody sleeps for a duration that matches, also if they already do. */
  sleeper(matches: (durationMs: number) => boolean): Promise<void>;
}

/**
 * A clock that stands still until it is driven. Sleeps shorter than `instantBelowMs` are over at
 * once and move it by their duration: backoffs pass, time-outs stay.
 */
export function drivenClock(options: { instantBelowMs?: number; startMs?: number } = {}) {
  const { instantBelowMs = 0, startMs = Date.UTC(2026, 0, 31, 12) } = options;
  let nowMs = startMs;
  const sleeps: number[] = [];
  const sleepers = new Set<Sleeper>();
  const watchers = new Set<() => void>();

  function sleep(durationMs: number, signal?: AbortSignal): Promise<void> {
    sleeps.push(durationMs);
    if (signal?.aborted === true) return Promise.resolve();
    if (durationMs <= 0 || durationMs < instantBelowMs) {
      nowMs += durationMs;
      return Promise.resolve();
    }
    return new Promise((resolve) => {
      const sleeper = {
        durationMs,
        dueMs: nowMs + durationMs,
        wake: () => {
          sleepers.delete(sleeper);
          resolve();
        },
      };
      sleepers.add(sleeper);
      signal?.addEventListener('abort', sleeper.wake, { once: true });
      for (const watch of watchers) watch();
    });
  }

  function advance(byMs: number): void {
    const untilMs = nowMs + byMs;
    const due = [...sleepers].filter((sleeper) => sleeper.dueMs <= untilMs);
    for (const sleeper of due.toSorted((a, b) => a.dueMs - b.dueMs)) {
      nowMs = sleeper.dueMs;
      sleeper.wake();
    }
    nowMs = untilMs;
  }

  function untilSleeper(matches: (durationMs: number) => boolean): Promise<void> {
    return new Promise((resolve) => {
      const watch = (): void => {
        if (![...sleepers].some(({ durationMs }) => matches(durationMs))) return;
        watchers.delete(watch);
        resolve();
      };
      watchers.add(watch);
      watch();
    });
  }

  const clock: DrivenClock = { nowMs: () => nowMs, sleep, sleeps, advance, sleeper: untilSleeper };
  return clock;
}
