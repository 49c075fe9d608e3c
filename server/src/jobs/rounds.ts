import { setTimeout as wait } from 'node:timers/promises';
import type { Logger } from 'pino';
import type { Delivery } from '../domains/outbox/index.ts';

export interface DeliverOptions {
  readonly delivery: Delivery;
  readonly logger: Logger;
}

export interface Delivering {
  fault(): string | undefined;
  stop(): Promise<void>;
}

const IDLE_MS = 500;
const AFTER_FAULT_MS = 1_000;
/** Without a round for this long, something is wrong with the database or with a consumer. */
const STALLED_MS = 60_000;

/** Goes round the outbox: at once while there is more, every half second while there is not. */
export function startDelivering({ delivery, logger }: DeliverOptions): Delivering {
  const stopping = new AbortController();
  let lastRoundMs = performance.now();

  const round = async (): Promise<number> => {
    try {
      const delivered = await delivery.deliverBatch(stopping.signal);
      lastRoundMs = performance.now();
      return delivered > 0 ? 0 : IDLE_MS;
    } catch (error) {
      if (!stopping.signal.aborted) logger.error({ err: error }, 'the outbox cannot be delivered');
      return AFTER_FAULT_MS;
    }
  };

  const go = async (): Promise<void> => {
    while (!stopping.signal.aborted) {
      const pauseMs = await round();
      if (pauseMs > 0) await pause(pauseMs, stopping.signal);
    }
  };

  const done = go();
  return {
    fault: () =>
      performance.now() - lastRoundMs > STALLED_MS ? 'does not deliver the outbox' : undefined,
    async stop() {
      stopping.abort();
      await done;
    },
  };
}

async function pause(ms: number, signal: AbortSignal): Promise<void> {
  // Being woken by the signal is how the pause ends early, not a fault.
  await wait(ms, undefined, { signal, ref: false }).catch(() => undefined);
}
