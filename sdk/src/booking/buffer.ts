import type { Clock } from '../clock.ts';
import { deliver, toEntry } from './delivery.ts';
import type { BufferedEvent, Entry } from './delivery.ts';
import { UnavailableError, UnsentEventsError, WhisperForgeError } from '../errors.ts';
import { backoffMs } from '../transport/retry.ts';
import type { TrackEvent } from '../types.ts';
import type { WireBatchItem } from '../wire/answers.ts';

export interface BatchOptions {
  /** Events held at most, those being sent included. */
  readonly maxEvents: number;
  /** As many events as this are sent without waiting for the interval. */
  readonly flushAtEvents: number;
  /** The longest that an event waits while the service is well, in milliseconds. */
  readonly flushIntervalMs: number;
  /** Events in one request; the service takes up to 1,000. */
  readonly maxBatchEvents: number;
  /** A full buffer makes `enqueue` wait for room, or reject with code `buffer_full`. */
  readonly whenFull: 'wait' | 'reject';
}

export interface BufferOptions extends BatchOptions {
  readonly clock: Clock;
  readonly random: () => number;
  /** Sends the body of one batch; the answer is a result for each event, in order. */
  readonly post: (body: string, signal: AbortSignal) => Promise<readonly WireBatchItem[]>;
  /** A try failed; its events are kept and will be sent again. */
  readonly onFlushError: (error: unknown) => void;
  /** The service refused this event for good. */
  readonly onRefused: (error: WhisperForgeError, event: BufferedEvent) => void;
}

interface Waiting {
  readonly entry: Entry;
  readonly resolve: () => void;
  readonly reject: (error: WhisperForgeError) => void;
}

interface Flush {
  /** The newest event that the flush is about. */
  readonly last: Entry;
  readonly resolve: () => void;
  readonly reject: (error: unknown) => void;
}

const FLUSH_BACKOFF = { baseMs: 250, capMs: 30_000 };

// A proxy that says "come back tomorrow" must not stop a day's usage from being counted.
const LONGEST_PAUSE_MS = 300_000;

function closedError(): WhisperForgeError {
  return new WhisperForgeError('The client is closed', { code: 'client_closed' });
}

/**
 * Holds usage events and sends them in batches, one batch at a time. An event leaves the buffer
 * when the service has answered for it, or is handed back by `close`, and in no other way.
 */
export class EventBuffer {
  readonly #options: BufferOptions;
  readonly #stop = new AbortController();
  #wake = new AbortController();
  #entries: Entry[] = [];
  #waiting: Waiting[] = [];
  #flushes: Flush[] = [];
  #running = false;
  #failures = 0;
  #lastError: unknown;
  #closed: Promise<void> | undefined;
  #onEmpty = (): void => undefined;

  constructor(options: BufferOptions) {
    this.#options = options;
  }

  /** Resolves when the event is in the buffer, which with room to spare is at once. */
  async enqueue(event: TrackEvent): Promise<void> {
    if (this.#closed !== undefined) throw closedError();
    const { maxEvents, whenFull, clock } = this.#options;
    const entry = toEntry(event, clock.nowMs());
    if (this.#entries.length < maxEvents && this.#waiting.length === 0) {
      this.#add(entry);
      return;
    }
    // Callers who do not await would otherwise pile up without bound behind a full buffer.
    if (whenFull === 'reject' || this.#waiting.length >= maxEvents) {
      throw new WhisperForgeError(`The buffer is full with ${maxEvents} events`, {
        code: 'buffer_full',
      });
    }
    await new Promise<void>((resolve, reject) => {
      this.#waiting.push({ entry, resolve, reject });
    });
  }

  /**
   * Sends now. Resolves when all that was enqueued is answered for; rejects when a try fails, in
   * which case the events stay and are sent again by themselves.
   */
  async flush(): Promise<void> {
    const last = this.#waiting.at(-1)?.entry ?? this.#entries.at(-1);
    if (last === undefined) return;
    await new Promise<void>((resolve, reject) => {
      this.#flushes.push({ last, resolve, reject });
      this.#wake.abort();
    });
  }

  /**
   * Takes no more events and sends those it has, with retries, for at most `timeoutMs`. Rejects
   * with `UnsentEventsError`, which carries the events, when that was not enough.
   */
  close(timeoutMs: number): Promise<void> {
    this.#closed ??= this.#drain(timeoutMs);
    return this.#closed;
  }

  async #drain(timeoutMs: number): Promise<void> {
    if (this.#entries.length > 0) {
      const drained = new AbortController();
      this.#onEmpty = () => drained.abort();
      this.#wake.abort();
      await this.#options.clock.sleep(timeoutMs, drained.signal);
    }
    this.#stop.abort();
    this.#wake.abort();
    for (const waiting of this.#waiting.splice(0)) waiting.reject(closedError());
    const unsent = this.#entries.filter((entry) => !entry.settled);
    if (unsent.length === 0) return;
    const error = new UnsentEventsError(
      unsent.map((entry) => entry.event),
      this.#lastError,
    );
    for (const flush of this.#flushes.splice(0)) flush.reject(error);
    throw error;
  }

  #add(entry: Entry): void {
    this.#entries.push(entry);
    if (!this.#running) {
      this.#running = true;
      void this.#run();
    } else if (this.#failures === 0 && this.#isUrgent()) {
      this.#wake.abort();
    }
  }

  #isUrgent(): boolean {
    if (this.#closed !== undefined || this.#flushes.length > 0) return true;
    return this.#entries.length >= this.#options.flushAtEvents;
  }

  async #run(): Promise<void> {
    while (this.#entries.length > 0 && !this.#stop.signal.aborted) {
      await this.#pause();
      await this.#sendBatch();
      this.#release();
    }
    this.#running = false;
    this.#onEmpty();
  }

  /** Waits for the interval, or after a failure backs off; flush and close cut it short. */
  async #pause(): Promise<void> {
    const { clock, random, flushIntervalMs } = this.#options;
    if (this.#failures === 0 && this.#isUrgent()) return;
    this.#wake = new AbortController();
    await clock.sleep(
      this.#failures === 0 ? flushIntervalMs : this.#backoffMs(random),
      this.#wake.signal,
    );
  }

  #backoffMs(random: () => number): number {
    const error = this.#lastError;
    const askedMs = error instanceof UnavailableError ? (error.retryAfterMs ?? 0) : 0;
    const jitterMs = backoffMs(this.#failures, random, FLUSH_BACKOFF);
    return Math.min(askedMs + jitterMs, LONGEST_PAUSE_MS);
  }

  async #sendBatch(): Promise<void> {
    if (this.#stop.signal.aborted) return;
    const { post, onRefused, onFlushError, maxBatchEvents } = this.#options;
    try {
      await deliver(this.#entries.slice(0, maxBatchEvents), {
        post: (body) => post(body, this.#stop.signal),
        onRefused,
      });
      this.#failures = 0;
    } catch (error) {
      if (this.#stop.signal.aborted) return;
      this.#failures += 1;
      this.#lastError = error;
      for (const flush of this.#flushes.splice(0)) flush.reject(error);
      onFlushError(error);
    }
  }

  /** Lets go of what is settled, and lets in who waited for the room. */
  #release(): void {
    this.#entries = this.#entries.filter((entry) => !entry.settled);
    const room = this.#options.maxEvents - this.#entries.length;
    for (const waiting of this.#waiting.splice(0, room)) {
      this.#entries.push(waiting.entry);
      waiting.resolve();
    }
    const pending = this.#flushes;
    this.#flushes = pending.filter((flush) => !flush.last.settled);
    for (const flush of pending) if (flush.last.settled) flush.resolve();
  }
}
