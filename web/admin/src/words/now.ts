import { useSyncExternalStore } from 'react';
import { systemClock } from '@whisperforge/kernel/clock';

/**
 * What time it is for the business, which may not be the browser's: relative times are told by the
 * server's clock. It is set with each answer about the session.
 */
let aheadMs = 0;

export function keepServerNow(serverMs: number, browserMs: number): void {
  aheadMs = serverMs - browserMs;
}

export function serverNowMs(): number {
  return systemClock.nowMs() + aheadMs;
}

const TICK_MS = 15_000;

let ticks = 0;
let timer: ReturnType<typeof setInterval> | undefined;
const listeners = new Set<() => void>();

/** One timer for all that is shown, and none where nothing is. */
function subscribe(listener: () => void): () => void {
  listeners.add(listener);
  timer ??= setInterval(() => {
    ticks += 1;
    for (const each of listeners) each();
  }, TICK_MS);
  return () => {
    listeners.delete(listener);
    if (listeners.size > 0) return;
    clearInterval(timer);
    timer = undefined;
  };
}

/** The present, renewed often enough for "2 minutes ago". */
export function useNowMs(): number {
  useSyncExternalStore(subscribe, () => ticks);
  return serverNowMs();
}
