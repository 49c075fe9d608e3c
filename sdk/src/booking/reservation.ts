import type { Clock } from '../clock.ts';
import {
  CommitFailedError,
  NotAllowedError,
  UnavailableError,
  WhisperForgeError,
} from '../errors.ts';
import type {
  Amount,
  Balance,
  CallOptions,
  CommitAnswer,
  Reservation,
  ReservationAnswer,
  ReserveOptions,
  Usage,
} from '../types.ts';

export interface HoldOptions extends ReserveOptions {
  /** The longest that extensions keep the amount held, in seconds. Default 24 hours. */
  readonly maxHoldSeconds?: number | undefined;
}

export interface WorkContext {
  readonly reservation: Reservation;
  /** Aborts when the caller's signal does. Pass it on, so that abandoned work stops. */
  readonly signal: AbortSignal;
  /** Holds for at least `ttlSeconds` from now. Rarely needed: long work is extended by itself. */
  readonly extend: (ttlSeconds: number) => Promise<void>;
}

/** What a piece of work returns: what it used, what that cost, and its own result. */
export interface WorkOutcome<Result> extends Usage {
  readonly result: Result;
}

export type Work<Result> = (
  context: WorkContext,
) => WorkOutcome<Result> | Promise<WorkOutcome<Result>>;

export interface WorkAnswer<Result> {
  readonly result: Result;
  /** The balance after the booking. */
  readonly balance: CommitAnswer;
}

/** A held amount that is kept alive until it is committed or released, each of them once. */
export interface Hold {
  readonly reservation: Reservation;
  readonly extend: (ttlSeconds: number) => Promise<void>;
  readonly commit: (usage: Usage) => Promise<CommitAnswer>;
  /** Gives the amount back. A failure is reported to `onError`, never thrown: it lapses anyway. */
  readonly release: () => Promise<void>;
}

/** The four calls of the contract, as the client makes them. */
export interface ReservationCalls {
  reserve(
    user: string,
    feature: string,
    amount: Amount,
    options: ReserveOptions,
  ): Promise<ReservationAnswer>;
  commit(reservationId: string, usage: Usage): Promise<CommitAnswer>;
  release(reservationId: string): Promise<Balance>;
  extend(reservationId: string, ttlSeconds: number, options: CallOptions): Promise<unknown>;
}

export interface HoldParts {
  readonly calls: ReservationCalls;
  readonly clock: Clock;
  readonly onError: (error: unknown, during: 'extend' | 'release', reservationId: string) => void;
}

export interface HoldRequest {
  readonly user: string;
  readonly feature: string;
  readonly amount: Amount;
  readonly options: HoldOptions;
}

// Short, so that a crashed process does not lock a customer out for long; long enough that two
// extensions may fail before the third comes too late.
const DEFAULT_TTL_SECONDS = 300;
const EXTENSIONS_PER_TTL = 3;
const DEFAULT_MAX_HOLD_SECONDS = 86_400;

interface Extension {
  readonly id: string;
  readonly ttlSeconds: number;
  readonly maxHoldSeconds: number;
  /** Aborts when the work is over. */
  readonly signal: AbortSignal;
}

async function keepExtending(parts: HoldParts, extension: Extension): Promise<void> {
  const { id, ttlSeconds, maxHoldSeconds, signal } = extension;
  const everySeconds = ttlSeconds / EXTENSIONS_PER_TTL;
  for (let held = everySeconds; held < maxHoldSeconds; held += everySeconds) {
    await parts.clock.sleep(everySeconds * 1_000, signal);
    if (signal.aborted) return;
    try {
      await parts.calls.extend(id, ttlSeconds, { signal });
    } catch (error) {
      if (signal.aborted) return;
      parts.onError(error, 'extend', id);
      // What is not merely late, such as a reservation that was released, stays as it is.
      if (!(error instanceof UnavailableError)) return;
    }
  }
  const message = `Reservation ${id} was held for ${maxHoldSeconds} s and is no longer extended`;
  parts.onError(new WhisperForgeError(message, { code: 'held_too_long' }), 'extend', id);
}

/** Reserves the amount and keeps it held; throws `NotAllowedError` when it is refused. */
export async function hold(parts: HoldParts, request: HoldRequest): Promise<Hold> {
  const { user, feature, amount, options } = request;
  const ttlSeconds = options.ttlSeconds ?? DEFAULT_TTL_SECONDS;
  const answer = await parts.calls.reserve(user, feature, amount, { ...options, ttlSeconds });
  if (!answer.granted) throw new NotAllowedError({ user, feature, ...answer });

  const { id } = answer;
  const over = new AbortController();
  const maxHoldSeconds = options.maxHoldSeconds ?? DEFAULT_MAX_HOLD_SECONDS;
  void keepExtending(parts, { id, ttlSeconds, maxHoldSeconds, signal: over.signal });
  return {
    reservation: answer,
    extend: async (seconds) => {
      await parts.calls.extend(id, seconds, {});
    },
    commit: (usage) => {
      over.abort();
      return parts.calls.commit(id, usage);
    },
    release: async () => {
      over.abort();
      try {
        await parts.calls.release(id);
      } catch (error) {
        parts.onError(error, 'release', id);
      }
    },
  };
}

export async function runWithReservation<Result>(
  held: Hold,
  work: Work<Result>,
  signal: AbortSignal | undefined,
): Promise<WorkAnswer<Result>> {
  const { reservation, extend } = held;
  let outcome: WorkOutcome<Result>;
  try {
    outcome = await work({ reservation, extend, signal: signal ?? new AbortController().signal });
  } catch (error) {
    await held.release();
    throw error;
  }
  const { result, ...usage } = outcome;
  try {
    return { result, balance: await held.commit(usage) };
  } catch (cause) {
    throw new CommitFailedError({ reservationId: reservation.id, usage, result, cause });
  }
}
