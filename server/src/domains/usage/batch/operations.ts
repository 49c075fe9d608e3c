// pure
import type { Quantity } from '@whisperforge/kernel/quantity';
import type { EventType } from '../../plans/index.ts';
import type { AppError } from '../../../platform/errors.ts';
import type { Balance, BalanceAnswer } from '../../entitlements/index.ts';
import type { AccountAccess, CostFields } from './records.ts';

/** Books what has happened. */
export interface TrackOperation extends CostFields {
  readonly kind: 'track';
  readonly user: string;
  readonly event: EventType;
  readonly amount: Quantity;
  readonly idempotencyKey?: string | undefined;
  readonly occurredMs?: number | undefined;
  /** Refuse it whole where it would go beyond a limit. */
  readonly enforce: boolean;
}

/**
 * An event with what it adds to each feature by the catalogue that a batch is decided by; features
 * that it adds nothing to are not touched.
 */
export interface CountedTrack extends TrackOperation {
  readonly counted: ReadonlyMap<string, Quantity>;
}

/** Holds an amount that nobody else can have until it is committed, released or expires. */
export interface ReserveOperation {
  readonly kind: 'reserve';
  readonly user: string;
  readonly feature: string;
  readonly amount: Quantity;
  readonly ttlMs: number;
  readonly idempotencyKey?: string | undefined;
  /** The random part of the id it will have, drawn before anything is decided. */
  readonly nonce: string;
}

export interface ReservationKey {
  readonly accountId: number;
  readonly reservationId: string;
}

/** Books what a reservation's work really used. */
export interface CommitOperation extends ReservationKey, CostFields {
  readonly kind: 'commit';
  readonly amount: Quantity;
}

export interface ReleaseOperation extends ReservationKey {
  readonly kind: 'release';
}

export interface ExtendOperation extends ReservationKey {
  readonly kind: 'extend';
  readonly ttlMs: number;
}

/** Sets how many there are of something that is owned rather than used up. */
export interface SetLevelOperation {
  readonly kind: 'set_level';
  readonly user: string;
  readonly feature: string;
  readonly amount: Quantity;
}

/** Computes anew what has become outdated, and books nothing. */
export interface RefreshOperation {
  readonly kind: 'refresh';
  readonly user: string;
  readonly features: readonly string[];
  /** Whether the plan in force is asked for, too. */
  readonly withAccess: boolean;
  /** Since when to write down every period, though nothing was used in it. */
  readonly reachMs?: number;
}

export type ReservationOperation = CommitOperation | ReleaseOperation | ExtendOperation;
export type UserOperation = CountedTrack | ReserveOperation | SetLevelOperation | RefreshOperation;
export type Operation = UserOperation | ReservationOperation;
/** What is asked for, before it is known by which catalogue. */
export type Request = TrackOperation | Exclude<Operation, CountedTrack>;

export interface TrackAnswer {
  readonly recorded: boolean;
  readonly duplicate: boolean;
  readonly over_limit: boolean;
  readonly balances: readonly BalanceAnswer[];
}

export interface ReserveAnswer {
  readonly granted: boolean;
  readonly duplicate: boolean;
  readonly id?: string;
  readonly expiresMs?: number;
  readonly balance: Balance;
}

export interface CommitAnswer extends BalanceAnswer {
  readonly over_limit: boolean;
  readonly duplicate: boolean;
  readonly late: boolean;
}

export interface ExtendAnswer extends BalanceAnswer {
  readonly expires_at: string;
}

export interface RefreshAnswer {
  readonly access: AccountAccess | null;
  readonly balances: readonly Balance[];
}

export type OperationAnswer =
  TrackAnswer | ReserveAnswer | CommitAnswer | BalanceAnswer | RefreshAnswer;

/** What came of an operation: its answer, or why it was refused. */
export type Outcome = OperationAnswer | AppError;
