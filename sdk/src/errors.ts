import type { Balance, Reason, TrackEvent, Usage } from './types.ts';

/** One field of a request that the service refused, by its path in the body. */
export interface FieldError {
  readonly field: string;
  readonly message: string;
}

/** What apps decide by, among others: see the table in the README. */
export type ErrorCode =
  | 'user_unknown'
  | 'plan_unknown'
  | 'price_by_agreement'
  | 'promotion_code_unknown'
  | 'promotion_code_expired'
  | 'promotion_code_used_up'
  | 'promotion_code_already_used'
  | 'currency_fixed'
  | 'redirect_not_allowed'
  | 'subscription_live'
  | 'subscription_missing'
  | 'subscription_by_contract'
  | 'nothing_to_change'
  | 'nothing_to_resume'
  | 'downgrade_at_period_end'
  | 'preview_stale'
  | 'payment_open'
  | 'payment_declined'
  | 'payment_provider_refused'
  | 'payment_provider_unavailable'
  | 'idempotency_key_reused'
  | (string & {});

export interface ErrorDetails {
  /** Stable and for programs; the message is for people and may change. */
  readonly code: ErrorCode;
  readonly status?: number | undefined;
  readonly requestId?: string | undefined;
  readonly fields?: readonly FieldError[] | undefined;
  readonly members?: Readonly<Record<string, unknown>> | undefined;
  readonly cause?: unknown;
}

/** Everything the SDK throws, except the caller's own abort reason and the caller's own errors. */
export class WhisperForgeError extends Error {
  override readonly name: string = 'WhisperForgeError';
  /** The problem's stable `code`, such as `invalid_request` or `user_unknown`. */
  readonly code: ErrorCode;
  /** The HTTP status, or undefined when no answer was received. */
  readonly status: number | undefined;
  /** Quote this to the operator: it finds the request in the service's log. */
  readonly requestId: string | undefined;
  /** The fields at fault, when the service named them. */
  readonly fields: readonly FieldError[];
  /** What else the service said, by its own names, such as `decline_code` or `known`. */
  readonly members: Readonly<Record<string, unknown>>;

  constructor(message: string, details: ErrorDetails) {
    super(message, details.cause === undefined ? undefined : { cause: details.cause });
    this.code = details.code;
    this.status = details.status;
    this.requestId = details.requestId;
    this.fields = details.fields ?? [];
    this.members = details.members ?? {};
  }
}

/**
 * The service did not answer in the time and tries allowed: no connection, time-out, 429, 5xx, or
 * an earlier try that is still at work.
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
