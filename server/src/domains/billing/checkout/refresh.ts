import { setTimeout as wait } from 'node:timers/promises';
import type { Projector } from '../projection/projector.ts';

/** Has a customer read, so that the answer which follows says how things stand now. */
export type Refresh = (customerId: string) => Promise<void>;

const MOST_ATTEMPTS = 30;
const PAUSE_MS = 100;

/**
 * Where somebody else is at the customer, waits for them a while and looks again: they may have
 * read before what was just done. A look that fails does not undo what was done; the projector
 * tells of it, and comes back.
 */
export function createRefresh(projector: Pick<Projector, 'refresh'>): Refresh {
  return async (customerId) => {
    for (let attempt = 1; attempt <= MOST_ATTEMPTS; attempt += 1) {
      const outcome = await projector.refresh(customerId).catch(() => 'failed' as const);
      if (outcome !== 'busy') return;
      await wait(PAUSE_MS);
    }
  };
}
