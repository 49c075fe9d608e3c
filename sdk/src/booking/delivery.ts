import { formatInstant } from '../clock.ts';
import { WhisperForgeError } from '../errors.ts';
import type { UnavailableError } from '../errors.ts';
import { toError } from '../wire/problem.ts';
import { isRetried } from '../transport/retry.ts';
import type { TrackEvent } from '../types.ts';
import { fromEvent } from '../wire/answers.ts';
import type { WireBatchItem } from '../wire/answers.ts';

/** An event with its key and its time, fixed when it was enqueued. */
export interface BufferedEvent extends TrackEvent {
  readonly idempotencyKey: string;
  readonly occurredAt: string | Date;
}

export interface Entry {
  readonly event: BufferedEvent;
  /** Serialised once, so that later changes to its metadata do not reach it. */
  readonly json: string;
  /** Whether the service has answered for it, by booking it or by refusing it for good. */
  settled: boolean;
}

export interface Delivery {
  /** Sends the body of one batch; the answer is a result for each event, in order. */
  readonly post: (body: string) => Promise<readonly WireBatchItem[]>;
  readonly onRefused: (error: WhisperForgeError, event: BufferedEvent) => void;
}

export function toEntry(event: TrackEvent, nowMs: number): Entry {
  const buffered = {
    ...event,
    idempotencyKey: event.idempotencyKey ?? crypto.randomUUID(),
    occurredAt: event.occurredAt ?? formatInstant(nowMs),
  };
  return { event: buffered, json: JSON.stringify(fromEvent(buffered)), settled: false };
}

// A request refused for its content has an event at fault, and the others must not suffer for it.
const CONTENT_STATUSES = new Set([400, 413, 422]);

function isContentRefusal(error: unknown): error is WhisperForgeError {
  if (!(error instanceof WhisperForgeError)) return false;
  return error.status !== undefined && CONTENT_STATUSES.has(error.status);
}

/** Marks what the answer settles; throws, when some events were put off, why they were. */
function settle(entries: readonly Entry[], items: readonly WireBatchItem[], delivery: Delivery) {
  let putOff: UnavailableError | undefined;
  for (const [index, entry] of entries.entries()) {
    const item = items[index];
    if (item === undefined) continue;
    const error = 'error' in item ? toError(item.error, item.error.status ?? 400) : undefined;
    if (error !== undefined && isRetried(error)) {
      putOff = error;
      continue;
    }
    entry.settled = true;
    if (error !== undefined) delivery.onRefused(error, entry.event);
  }
  if (putOff !== undefined) throw putOff;
}

/**
 * Sends the entries and marks those that the service answered for. A batch that is refused for its
 * content is halved until the event at fault stands alone: at most twice as many requests as
 * events. Throws what kept the rest from being answered; sending them again is safe.
 */
export async function deliver(entries: readonly Entry[], delivery: Delivery): Promise<void> {
  let items: readonly WireBatchItem[];
  try {
    items = await delivery.post(`{"events":[${entries.map((entry) => entry.json).join(',')}]}`);
  } catch (error) {
    if (!isContentRefusal(error)) throw error;
    const [first] = entries;
    if (entries.length === 1 && first !== undefined) {
      first.settled = true;
      delivery.onRefused(error, first.event);
      return;
    }
    const middle = Math.ceil(entries.length / 2);
    await deliver(entries.slice(0, middle), delivery);
    await deliver(entries.slice(middle), delivery);
    return;
  }
  if (!Array.isArray(items) || items.length !== entries.length) {
    throw new WhisperForgeError('The answer does not have a result for each event', {
      code: 'unreadable_answer',
    });
  }
  settle(entries, items, delivery);
}
