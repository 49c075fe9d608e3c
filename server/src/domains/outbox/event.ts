/** News for other parts of the system, told in the transaction in which it became true. */
export interface NewEvent {
  /** Who listens, such as `key.revoked`. */
  readonly topic: string;
  readonly accountId?: number | null;
  /** JSON. Consumers load what they need; the payload names it. */
  readonly payload: unknown;
  readonly recordedMs: number;
  /** Not to be delivered earlier; at once where nothing is said. */
  readonly dueMs?: number;
}

/** An event as a consumer gets it. */
export interface OutboxEvent {
  readonly id: number;
  readonly topic: string;
  readonly accountId: number | null;
  readonly payload: unknown;
  readonly recordedMs: number;
  /** 1 at the first attempt. */
  readonly attempt: number;
}

/**
 * Gets every event of its topics at least once, in no promised order, so what it does must be the
 * same done twice. It reads the present state rather than trusting the order of the news.
 */
export interface Consumer {
  /** Stable: by it the outbox remembers to whom an event was delivered. */
  readonly name: string;
  readonly topics: readonly string[];
  handle(event: OutboxEvent, signal: AbortSignal): Promise<void>;
}
