import { parseHttpDate } from '../clock.ts';
import { UnavailableError } from '../errors.ts';
import type { WhisperForgeError } from '../errors.ts';

/** Exponential backoff doubles from `baseMs` and never waits longer than `capMs`. */
export interface Backoff {
  readonly baseMs: number;
  readonly capMs: number;
}

export const REQUEST_BACKOFF: Backoff = { baseMs: 100, capMs: 2_000 };

// Beyond this exponent any sensible base has reached its cap; without it 2 ** n becomes Infinity.
const LARGEST_EXPONENT = 30;

/**
 * Full jitter: anywhere between nothing and the exponential bound, so that clients which failed
 * together do not come back together. `failures` counts from 1. Milliseconds.
 * Source: "Exponential Backoff And Jitter", AWS Architecture Blog, 2015.
 */
export function backoffMs(failures: number, random: () => number, backoff: Backoff): number {
  const exponent = Math.min(failures - 1, LARGEST_EXPONENT);
  return random() * Math.min(backoff.capMs, backoff.baseMs * 2 ** exponent);
}

/** `Retry-After` (whole seconds or an HTTP date, RFC 9110 10.2.3) as milliseconds from now. */
export function parseRetryAfterMs(header: string | null, nowMs: number): number | undefined {
  if (header === null) return undefined;
  if (/^\d+$/.test(header.trim())) return Number(header) * 1_000;
  const dateMs = parseHttpDate(header);
  return dateMs === undefined ? undefined : Math.max(0, dateMs - nowMs);
}

const RETRIED_STATUSES = new Set([429, 502, 503, 504]);

/** What the service says to a try while an earlier one of the same request is at work. */
export const IN_FLIGHT_CODE = 'idempotency_key_in_flight';

/** A failure that may pass by itself: nothing came back at all, or the service said "later". */
export function isRetried(error: WhisperForgeError): error is UnavailableError {
  if (!(error instanceof UnavailableError)) return false;
  if (error.status === undefined || error.code === IN_FLIGHT_CODE) return true;
  return RETRIED_STATUSES.has(error.status);
}

export interface RetryFacts {
  readonly error: WhisperForgeError;
  /** Tries that have failed so far, this one included. */
  readonly failures: number;
  readonly retries: number;
  /** What is left of the whole call's time. */
  readonly remainingMs: number;
  readonly random: () => number;
}

/**
 * How long to wait before the next try, or undefined to give up. `Retry-After` is a lower bound,
 * and jitter is added on top of it. A wait that would outlast the call's time is not begun: the
 * caller learns now what it would otherwise learn later. Work that is under way is waited for as
 * long as the call may last, because its answer is certain to come.
 */
export function decideWaitMs(facts: RetryFacts): number | undefined {
  const { error, failures, retries, remainingMs, random } = facts;
  if (!isRetried(error)) return undefined;
  const isUnderWay = error.code === IN_FLIGHT_CODE && retries > 0;
  if (failures > retries && !isUnderWay) return undefined;
  const waitMs = (error.retryAfterMs ?? 0) + backoffMs(failures, random, REQUEST_BACKOFF);
  return waitMs < remainingMs ? waitMs : undefined;
}
