import type { Clock } from '@whisperforge/kernel/clock';
import type { Database } from '../../platform/database.ts';
import { retryWaitMs } from './decide-retry.ts';
import type { Consumer } from './event.ts';
import { claimDueEvents, settleEvents, type ClaimedEvent, type Settlement } from './store.ts';

export interface DeliveryOptions {
  readonly database: Database;
  readonly clock: Clock;
  readonly consumers: readonly Consumer[];
  /** Told of each failure, for the log. */
  readonly onFailure?: (failure: DeliveryFailure) => void;
}

export interface DeliveryFailure {
  readonly consumer: string;
  readonly eventId: number;
  readonly topic: string;
  readonly attempt: number;
  readonly error: unknown;
}

export interface Delivery {
  /**
   * Hands one batch of due events to their consumers. Answers how many it took, so that the
   * caller knows whether to come back at once.
   */
  deliverBatch(signal: AbortSignal): Promise<number>;
}

export const BATCH_EVENTS = 50;
const HANDLE_TIMEOUT_MS = 30_000;
/** Longer than the slowest batch: every event has its consumers one after the other. */
const LEASE_MS = 600_000;

export function createDelivery(options: DeliveryOptions): Delivery {
  const byTopic = consumersByTopic(options.consumers);
  return {
    async deliverBatch(signal) {
      const nowMs = options.clock.nowMs();
      const events = await claimDueEvents(options.database, {
        nowMs,
        leaseUntilMs: nowMs + LEASE_MS,
        limit: BATCH_EVENTS,
      });
      const settlements = await Promise.all(
        events.map((event) => deliver(event, byTopic.get(event.topic) ?? [], { options, signal })),
      );
      if (settlements.length > 0) await settleEvents(options.database, settlements);
      return events.length;
    },
  };
}

function consumersByTopic(consumers: readonly Consumer[]): Map<string, Consumer[]> {
  const byTopic = new Map<string, Consumer[]>();
  const names = new Set<string>();
  for (const consumer of consumers) {
    if (names.has(consumer.name)) throw new TypeError(`two consumers are called ${consumer.name}`);
    names.add(consumer.name);
    for (const topic of consumer.topics) {
      byTopic.set(topic, [...(byTopic.get(topic) ?? []), consumer]);
    }
  }
  return byTopic;
}

interface DeliveryContext {
  readonly options: DeliveryOptions;
  readonly signal: AbortSignal;
}

async function deliver(
  event: ClaimedEvent,
  consumers: readonly Consumer[],
  { options, signal }: DeliveryContext,
): Promise<Settlement> {
  const deliveredTo = [...event.deliveredTo];
  const errors: string[] = [];
  for (const consumer of consumers) {
    if (deliveredTo.includes(consumer.name)) continue;
    try {
      await handleInTime(consumer, event, signal);
      deliveredTo.push(consumer.name);
    } catch (error) {
      const { id: eventId, topic, attempt } = event;
      errors.push(`${consumer.name}: ${describe(error)}`);
      options.onFailure?.({ consumer: consumer.name, eventId, topic, attempt, error });
    }
  }
  const nowMs = options.clock.nowMs();
  return {
    event,
    deliveredTo,
    deliveredMs: errors.length === 0 ? nowMs : null,
    dueMs: errors.length === 0 ? nowMs : nowMs + retryWaitMs(event.attempt),
    lastError: errors.length === 0 ? null : errors.join('; ').slice(0, LONGEST_ERROR),
  };
}

const LONGEST_ERROR = 1_000;

function describe(error: unknown): string {
  return error instanceof Error ? error.message : String(error);
}

/** A consumer that ignores its signal fails in time all the same. */
async function handleInTime(
  consumer: Consumer,
  event: ClaimedEvent,
  signal: AbortSignal,
): Promise<void> {
  const limit = AbortSignal.any([signal, AbortSignal.timeout(HANDLE_TIMEOUT_MS)]);
  const { promise: aborted, reject } = Promise.withResolvers<never>();
  const abort = (): void => reject(limit.reason as Error);
  limit.addEventListener('abort', abort, { once: true });
  try {
    limit.throwIfAborted();
    const { deliveredTo: _, ...told } = event;
    await Promise.race([consumer.handle(told, limit), aborted]);
  } finally {
    limit.removeEventListener('abort', abort);
  }
}
