import type { Balance, Reason, TrackEvent, Usage } from './types.ts';

/** One field of a request that the service refused, by its path in the body. */
export interface FieldError {
  readonly field: string;
  readonly message: string;
}

export interface ErrorDetails {
  /** Stable and for programs; the message is for people and may change. */
  readonly code: string;
  readonly status?: number | undefined;
  readonly requestId?: string | undefined;
  readonly fields?: readonly FieldError[] | undefined;
  readonly cause?: unknown;
}

/** Everything the SDK throws, except the caller's own abort reason and the caller's own errors. */
export class WhisperForgeError extends Error {
  override readonly name: string = 'WhisperForgeError';
  /** The problem's stable `code`, such as `validation_failed` or `user_not_found`. */
  readonly code: string;
  /** The HTTP status, or undefined when no answer was received. */
  readonly status: number | undefined;
  /** Quote this to the operator: it finds the request in the service's log. */
  readonly requestId: string | undefined;
  /** The fields at fault, when the service named them. */
  readonly fields: readonly FieldError[];

  constructor(message: string, details: ErrorDetails) {
    super(message, details.cause === undefined ? undefined : { cause: details.cause });
    this.code = details.code;
    this.status = details.status;
    this.requestId = details.requestId;
    this.fields = details.fields ?? [];
  }
}

/**
 * The service did not answer in the time and tries allowed: no connection, time-out, 429 or 5xx.
 * What was asked may or may not have happened; asking again with the same idempotency key is safe.
 */
export class UnavailableError extends WhisperForgeError {
  override readonly name: string = 'UnavailableError';
  /** How long the service asked callers to stay away, in milliseconds, when it said so. */
  readonly retryAfterMs: number | undefined;

  constructor(message: string, details: ErrorDetails & { retryAfterMs?: number | undefined }) {
    super(message, details);
    this.retryAfterMs = details.retryAfterMs;
  }
}

export interface Refused {
  readonly user: string;
  readonly feature: string;
  readonly reason: Reason;
  /** Slug of the cheapest plan that would allow it, or null when none would. */
  readonly upgrade: string | null;
  readonly balance: Balance | null;
}

/** The user may not do this: a normal "no" that a piece of work cannot go on without. */
export class NotAllowedError extends WhisperForgeError {
  override readonly name: string = 'NotAllowedError';
  readonly user: string;
  readonly feature: string;
  readonly reason: Reason;
  readonly upgrade: string | null;
  readonly balance: Balance | null;

  constructor(refused: Refused) {
    const hint = refused.upgrade === null ? '' : `; plan ${refused.upgrade} would allow it`;
    super(`${refused.user} may not use ${refused.feature}: ${refused.reason}${hint}`, {
      code: 'not_allowed',
    });
    this.user = refused.user;
    this.feature = refused.feature;
    this.reason = refused.reason;
    this.upgrade = refused.upgrade;
    this.balance = refused.balance;
  }
}

/**
 * The work was done, but what it used could not be booked. Nothing is lost: `result` is what the
 * work returned, and `client.commit(reservationId, usage)` may be called again later.
 */
export class CommitFailedError<Result = unknown> extends WhisperForgeError {
  override readonly name: string = 'CommitFailedError';
  readonly reservationId: string;
  readonly usage: Usage;
  readonly result: Result;

  constructor(failed: { reservationId: string; usage: Usage; result: Result; cause: unknown }) {
    super(`The work was done, but reservation ${failed.reservationId} could not be committed`, {
      code: 'commit_failed',
      cause: failed.cause,
    });
    this.reservationId = failed.reservationId;
    this.usage = failed.usage;
    this.result = failed.result;
  }
}

/**
 * `close()` ran out of time. The events are handed back with their keys and times, so that they
 * can be stored and enqueued again: an event that did arrive counts once all the same.
 */
export class UnsentEventsError extends WhisperForgeError {
  override readonly name: string = 'UnsentEventsError';
  readonly events: readonly TrackEvent[];

  constructor(events: readonly TrackEvent[], cause: unknown) {
    super(`${events.length} usage events could not be sent before the client closed`, {
      code: 'unsent_events',
      cause,
    });
    this.events = events;
  }
}
