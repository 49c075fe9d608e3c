import { setTimeout as wait } from 'node:timers/promises';
import type { Logger } from 'pino';
import type { Round } from '../platform/jobs.ts';

export interface GoingRound {
  fault(): string | undefined;
  stop(): Promise<void>;
}

const IDLE_MS = 500;
const AFTER_FAULT_MS = 1_000;
/** Without a round for this long, something is wrong with the database or with what is done. */
const STALLED_MS = 60_000;

/** Goes round some work: at once while there is more, every half second while there is not. */
export function goRound(round: Round, logger: Logger): GoingRound {
  const stopping = new AbortController();
  let lastRoundMs = performance.now();
  let bell = Promise.withResolvers<void>();
  round.bell?.onRing(() => bell.resolve());

  const once = async (): Promise<number> => {
    try {
      const done = await round.work(stopping.signal);
      lastRoundMs = performance.now();
      return done > 0 ? 0 : IDLE_MS;
    } catch (error) {
      if (!stopping.signal.aborted) logger.error({ err: error }, `cannot work off ${round.name}`);
      return AFTER_FAULT_MS;
    }
  };

  const go = async (): Promise<void> => {
    while (!stopping.signal.aborted) {
      // Rung from here on, it rings for the next time round.
      bell = Promise.withResolvers<void>();
      const pauseMs = await once();
      if (pauseMs > 0) await pause(pauseMs, { signal: stopping.signal, bell: bell.promise });
    }
  };

  const done = go();
  return {
    fault: () =>
      performance.now() - lastRoundMs > STALLED_MS ? `does not work off ${round.name}` : undefined,
    async stop() {
      stopping.abort();
      await done;
    },
  };
}

async function pause(
  ms: number,
  { signal, bell }: { readonly signal: AbortSignal; readonly bell: Promise<void> },
): Promise<void> {
  const rung = new AbortController();
  const early = AbortSignal.any([signal, rung.signal]);
  // Being woken by a signal is how the pause ends early, not a fault.
  const over = wait(ms, undefined, { signal: early, ref: false }).catch(() => undefined);
  await Promise.race([over, bell]);
  rung.abort();
}
