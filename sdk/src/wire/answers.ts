import { WhisperForgeError } from '../errors.ts';
import type { WireProblem } from './problem.ts';
import type {
  Balance,
  CommitAnswer,
  ExtendAnswer,
  ReservationAnswer,
  ServiceCheck,
  TrackAnswer,
  TrackEvent,
  Usage,
} from '../types.ts';

/* The wire is snake_case and may grow members at any time; each mapping takes what it knows. */

export interface WireBalance {
  readonly feature: string;
  readonly period_start?: string | null;
  readonly period_end?: string | null;
  readonly limit: number | null;
  readonly used: number;
  readonly reserved: number;
  readonly remaining: number | null;
}

export interface WireCheck {
  readonly allowed: boolean;
  readonly reason: string;
  readonly feature: string;
  readonly plan?: string | null;
  readonly limit?: number | null;
  readonly used?: number | null;
  readonly reserved?: number | null;
  readonly remaining?: number | null;
  readonly resets_at?: string | null;
  readonly value?: string | readonly string[];
  readonly upgrade?: string | null;
}

export interface WireTrack {
  readonly recorded: boolean;
  readonly duplicate: boolean;
  readonly over_limit: boolean;
  readonly balances: readonly WireBalance[];
}

export type WireBatchItem = WireTrack | { readonly error: WireProblem };

export interface WireReservation {
  readonly granted: boolean;
  readonly id?: string;
  readonly reason?: string;
  readonly upgrade?: string | null;
  readonly expires_at?: string | null;
  readonly duplicate?: boolean;
  readonly balance?: WireBalance | null;
}

export interface WireCommit extends WireBalance {
  readonly over_limit?: boolean;
  readonly duplicate?: boolean;
  readonly late?: boolean;
}

export interface WireExtend extends WireBalance {
  readonly expires_at?: string | null;
}

export function toBalance(wire: WireBalance): Balance {
  return {
    feature: wire.feature,
    periodStart: wire.period_start ?? null,
    periodEnd: wire.period_end ?? null,
    limit: wire.limit,
    used: wire.used,
    reserved: wire.reserved,
    remaining: wire.remaining,
  };
}

export function toCheck(wire: WireCheck): ServiceCheck {
  return {
    allowed: wire.allowed,
    reason: wire.reason,
    feature: wire.feature,
    plan: wire.plan ?? null,
    limit: wire.limit ?? null,
    used: wire.used ?? null,
    reserved: wire.reserved ?? null,
    remaining: wire.remaining ?? null,
    resetsAt: wire.resets_at ?? null,
    ...(wire.value === undefined ? {} : { value: wire.value }),
    upgrade: wire.upgrade ?? null,
    unavailable: false,
    source: 'service',
  };
}

export function toTrack(wire: WireTrack): TrackAnswer {
  return {
    recorded: wire.recorded,
    duplicate: wire.duplicate,
    overLimit: wire.over_limit,
    balances: wire.balances.map(toBalance),
  };
}

export function toReservation(wire: WireReservation): ReservationAnswer {
  const balance = wire.balance == null ? null : toBalance(wire.balance);
  const duplicate = wire.duplicate ?? false;
  if (!wire.granted) {
    const reason = wire.reason ?? 'quota_exceeded';
    return { granted: false, reason, upgrade: wire.upgrade ?? null, duplicate, balance };
  }
  if (wire.id === undefined) {
    throw new WhisperForgeError('A granted reservation came without its id', {
      code: 'unreadable_answer',
    });
  }
  const expiresAt = wire.expires_at ?? null;
  return { granted: true, id: wire.id, reason: wire.reason ?? 'ok', expiresAt, duplicate, balance };
}

export function toCommit(wire: WireCommit): CommitAnswer {
  return {
    ...toBalance(wire),
    overLimit: wire.over_limit ?? false,
    duplicate: wire.duplicate ?? false,
    late: wire.late ?? false,
  };
}

export function toExtend(wire: WireExtend): ExtendAnswer {
  return { ...toBalance(wire), expiresAt: wire.expires_at ?? null };
}

export function fromUsage(usage: Usage): Record<string, unknown> {
  return {
    amount: usage.amount,
    cost_cents: usage.costCents,
    model: usage.model,
    provider: usage.provider,
    tokens_in: usage.tokensIn,
    tokens_out: usage.tokensOut,
    metadata: usage.metadata,
  };
}

export function fromEvent(event: TrackEvent): Record<string, unknown> {
  return {
    user: event.user,
    event: event.event,
    ...fromUsage(event),
    idempotency_key: event.idempotencyKey,
    occurred_at: event.occurredAt,
    enforce: event.enforce,
  };
}

/**
 * One segment of a path. Dots alone are refused here, because URLs resolve them even when they are
 * percent-encoded, and the request would reach another route.
 */
export function pathSegment(name: string, value: string): string {
  if (/^\.{0,2}$/.test(value)) {
    throw new WhisperForgeError(`${name} must not be ${JSON.stringify(value)}`, {
      code: 'invalid_argument',
      fields: [{ field: name, message: 'must not be empty, "." or ".."' }],
    });
  }
  return encodeURIComponent(value);
}

export function reservationPath(reservationId: string): string {
  return `/v1/reservations/${pathSegment('reservationId', reservationId)}`;
}
