import type { Clock } from '@whisperforge/kernel/clock';
import type { Database, Tx } from '../../../platform/database.ts';
import { AppError } from '../../../platform/errors.ts';
import { PROVIDER_REFUSED } from '../errors.ts';
import type { ListedEvent, Page, PaymentGateway } from '../gateway/gateway.ts';
import { isKept, receivedEvent, type ReceivedEvent } from '../inbox/received.ts';
import { storeEvents } from '../inbox/store.ts';
import { decidePass, metUpTo, type Pass } from './decide-pass.ts';
import { beginRun, endPass, markFound, saveProgress } from './store.ts';

export interface SweepOptions {
  readonly database: Database;
  readonly gateway: PaymentGateway;
  readonly clock: Clock;
  /** Told when there is something to look at. */
  readonly onStored: () => void;
}

export interface SweepReport {
  /** Whether nobody has looked before: then there is nothing that should have been told. */
  readonly isFirst: boolean;
  /** How far back it has looked. */
  readonly sinceMs: number;
  readonly looked: number;
  /** Events that nobody had told of. */
  readonly found: number;
  /** Whether it came to its end; the next run goes on where it did not. */
  readonly isComplete: boolean;
}

export interface Sweep {
  /**
   * Looks through what Stripe has told of since the last run, and keeps what did not arrive. What
   * it has come through stays so, also where it throws `payment_provider_unavailable`.
   */
  run(options?: {
    /** To look further back than a run does by itself; Stripe keeps thirty days. */
    readonly sinceMs?: number;
    readonly signal?: AbortSignal;
  }): Promise<SweepReport>;
}

/** Of a hundred events each; the next run goes on. */
const MOST_PAGES = 100;

export function createSweep(options: SweepOptions): Sweep {
  const { database, clock, onStored } = options;
  return {
    async run({ sinceMs: askedSinceMs, signal } = {}) {
      const nowMs = clock.nowMs();
      const begun = await database.transaction((tx) => beginRun(tx, nowMs));
      let pass = decidePass(begun, { nowMs, askedSinceMs: askedSinceMs ?? null });
      const { sinceMs } = pass;
      const isFirst = begun.sweptToMs === null;
      let looked = 0;
      let found = 0;
      for (let read = 0; read < MOST_PAGES && signal?.aborted !== true; read += 1) {
        const page = await nextPage(options, pass);
        const toMs = metUpTo(pass, page.data, nowMs);
        pass = { sinceMs, toMs, after: page.next };
        const kept = await keep(options, begun.token, { page, pass, nowMs });
        if (kept === 'overtaken') break;
        looked += page.data.length;
        found += kept;
        if (kept > 0) onStored();
        if (page.next === null) return { isFirst, sinceMs, looked, found, isComplete: true };
      }
      return { isFirst, sinceMs, looked, found, isComplete: false };
    },
  };
}

/** Where the event is gone after which a pass was to go on, it begins anew. */
async function nextPage(
  { gateway }: SweepOptions,
  { sinceMs, after }: Pass,
): Promise<Page<ListedEvent>> {
  try {
    return await gateway.listEvents(sinceMs, after);
  } catch (error) {
    const isGone = error instanceof AppError && error.code === PROVIDER_REFUSED.code;
    if (!isGone || after === null) throw error;
    return gateway.listEvents(sinceMs, null);
  }
}

interface Looked {
  readonly page: Page<ListedEvent>;
  readonly pass: Pass;
  readonly nowMs: number;
}

/** The events of a page and how far the pass has come, together. */
function keep(
  { database, gateway }: SweepOptions,
  token: number,
  { page, pass, nowMs }: Looked,
): Promise<number | 'overtaken'> {
  const { apiVersion } = gateway;
  const events = page.data
    .filter(isKept)
    .map((event) =>
      receivedEvent(event, { payload: event.payload, receivedMs: nowMs, apiVersion }),
    );
  return database.transaction(async (tx) => {
    const found = await storeMissing(tx, events);
    if (!(await saveProgress(tx, token, { pass, found }))) return 'overtaken';
    if (page.next === null) await endPass(tx, token, pass);
    return found;
  });
}

async function storeMissing(tx: Tx, events: readonly ReceivedEvent[]): Promise<number> {
  if (events.length === 0) return 0;
  const isNew = await storeEvents(tx, events);
  if (isNew.size > 0) await markFound(tx, [...isNew]);
  return isNew.size;
}
