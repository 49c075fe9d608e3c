// pure
import type { Quantity } from '@whisperforge/kernel/quantity';

/** What an event says besides how much: for cost and analytics, never for a decision. */
export interface CostFields {
  readonly costCents?: Quantity | undefined;
  readonly model?: string | undefined;
  readonly provider?: string | undefined;
  readonly tokensIn?: number | undefined;
  readonly tokensOut?: number | undefined;
  readonly metadata?: Readonly<Record<string, unknown>> | undefined;
}

/** An event as it is booked; never changed afterwards. */
export interface UsageEvent extends CostFields {
  readonly accountId: number;
  readonly userId: number;
  readonly eventType: string;
  readonly occurredMs: number;
  readonly recordedMs: number;
  readonly amount: Quantity;
  readonly counted: ReadonlyMap<string, Quantity>;
  readonly isOverLimit: boolean;
  readonly isLate: boolean;
  readonly reservationId?: string | undefined;
}

/** What an idempotency key stands for. */
export interface UsageKey {
  readonly accountId: number;
  readonly key: string;
  readonly fingerprint: string;
  readonly receivedMs: number;
  readonly isOverLimit: boolean;
  readonly reservationId: string | null;
}

export type ReservationStatus = 'held' | 'committed' | 'released' | 'expired';

export interface Reservation {
  readonly accountId: number;
  readonly id: string;
  readonly userId: number;
  readonly feature: string;
  readonly startMs: number;
  readonly amount: Quantity;
  readonly createdMs: number;
  status: ReservationStatus;
  expiresMs: number;
  settledMs: number | null;
  committed: Quantity | null;
  isOverLimit: boolean | null;
}

/** The plan in force for an account, as stored beside the versions it was computed at. */
export interface AccountAccess {
  readonly accountId: number;
  readonly planId: number;
  readonly restrictedFromId: number | null;
  readonly restriction: 'past_due' | 'inactive' | null;
  readonly accessVersion: number;
  readonly catalogVersion: number;
  readonly computedMs: number;
  readonly validUntilMs: number | null;
}

/** An account as a batch has read it. */
export interface AccountRow {
  readonly accountId: number;
  readonly anchorMs: number;
  readonly accessVersion: number;
  readonly catalogVersion: number;
}
