// pure
import { assert } from '@whisperforge/kernel/assert';
import { formatInstant } from '@whisperforge/kernel/clock';
import { DAY_MS } from '@whisperforge/kernel/period';
import { AppError, type ErrorCode } from '../../../platform/errors.ts';
import {
  answerOf,
  isWithinCeiling,
  markBooked,
  type Balance,
  type BalanceAnswer,
} from '../../entitlements/index.ts';
import {
  book,
  costFieldsOf,
  countEvent,
  earlierUse,
  fingerprintOf,
  rememberKey,
  unknownUser,
} from './decide-track.ts';
import {
  RESERVATION_COMMITTED,
  RESERVATION_EXPIRED,
  RESERVATION_RELEASED,
  RESERVATION_UNKNOWN,
} from '../errors.ts';
import type {
  CommitAnswer,
  CommitOperation,
  ExtendAnswer,
  ExtendOperation,
  ReleaseOperation,
  ReserveAnswer,
  ReserveOperation,
} from './operations.ts';
import type { Reservation } from './records.ts';
import { reservationId } from '../reservation-id.ts';
import {
  balanceAt,
  balanceOfPeriod,
  commitEventOf,
  currentBalance,
  pairKey,
  requireKeyRead,
  settleBooking,
  type WorkingSet,
} from './working-set.ts';

/** How long after its end a reservation's work may still be booked. */
export const LATE_COMMIT_DAYS = 35;

export function decideReserve(
  set: WorkingSet,
  operation: ReserveOperation,
): ReserveAnswer | AppError {
  const user = set.users.get(operation.user);
  if (user === undefined) return unknownUser(operation.user);
  const { accountId, userId } = user;
  const { feature, amount } = operation;
  const fingerprint = fingerprintOf(userId, `hold ${feature}`, amount);
  const use = { accountId, key: operation.idempotencyKey, fingerprint };
  const earlier = earlierUse(set, use);
  if (earlier instanceof AppError) return earlier;
  const balance = currentBalance(set, accountId, feature);
  if (earlier !== undefined) return repeatedReserve(set, earlier.reservationId, balance);
  if (!isWithinCeiling(balance, amount)) {
    requireKeyRead(set, operation.idempotencyKey);
    return { granted: false, duplicate: false, balance: { ...balance } };
  }
  const reservation: Reservation = {
    accountId,
    id: reservationId(accountId, operation.nonce),
    userId,
    feature,
    startMs: balance.startMs,
    amount,
    createdMs: set.nowMs,
    status: 'held',
    expiresMs: set.nowMs + operation.ttlMs,
    settledMs: null,
    committed: null,
    isOverLimit: null,
  };
  hold(set, balance, reservation);
  rememberKey(set, { ...use, isOverLimit: false, reservationId: reservation.id });
  return grantedAnswer(reservation, balance, false);
}

export function decideCommit(set: WorkingSet, operation: CommitOperation): CommitAnswer | AppError {
  const reservation = set.reservations.get(operation.reservationId);
  if (reservation === undefined) return refuse(RESERVATION_UNKNOWN, operation.reservationId);
  switch (reservation.status) {
    case 'released':
      return refuse(RESERVATION_RELEASED, reservation.id);
    case 'committed':
      return repeatedCommit(set, reservation, operation);
    case 'expired':
      if (set.nowMs >= reservation.expiresMs + LATE_COMMIT_DAYS * DAY_MS) {
        return refuse(RESERVATION_EXPIRED, reservation.id);
      }
      return commit(set, reservation, operation, { isLate: true });
    case 'held':
      return commit(set, reservation, operation, { isLate: false });
  }
}

export function decideRelease(
  set: WorkingSet,
  operation: ReleaseOperation,
): BalanceAnswer | AppError {
  const reservation = set.reservations.get(operation.reservationId);
  if (reservation === undefined) return refuse(RESERVATION_UNKNOWN, operation.reservationId);
  if (reservation.status === 'committed') return refuse(RESERVATION_COMMITTED, reservation.id);
  const balance = balanceOfReservation(set, reservation);
  if (reservation.status === 'held') {
    balance.reserved -= reservation.amount;
    settleBooking(set, balance);
  }
  if (reservation.status !== 'released') {
    reservation.status = 'released';
    reservation.settledMs = set.nowMs;
    touchReservation(set, reservation);
  }
  return answerOf(balance);
}

export function decideExtend(set: WorkingSet, operation: ExtendOperation): ExtendAnswer | AppError {
  const reservation = set.reservations.get(operation.reservationId);
  if (reservation === undefined) return refuse(RESERVATION_UNKNOWN, operation.reservationId);
  switch (reservation.status) {
    case 'committed':
      return refuse(RESERVATION_COMMITTED, reservation.id);
    case 'released':
      return refuse(RESERVATION_RELEASED, reservation.id);
    case 'expired':
      return refuse(RESERVATION_EXPIRED, reservation.id);
    case 'held': {
      reservation.expiresMs = Math.max(reservation.expiresMs, set.nowMs + operation.ttlMs);
      touchReservation(set, reservation);
      const balance = balanceOfReservation(set, reservation);
      return { ...answerOf(balance), expires_at: formatInstant(reservation.expiresMs) };
    }
  }
}

function hold(set: WorkingSet, balance: Balance, reservation: Reservation): void {
  balance.reserved += reservation.amount;
  markBooked(balance);
  const { expiresMs } = reservation;
  balance.validUntilMs = Math.min(balance.validUntilMs ?? expiresMs, expiresMs);
  // A later operation of the batch may compute the balance anew.
  const context = set.contexts.get(pairKey(balance.accountId, balance.feature));
  if (context !== undefined) {
    context.nextHoldExpiryMs = Math.min(context.nextHoldExpiryMs ?? expiresMs, expiresMs);
  }
  set.openedReservations.push(reservation);
  set.reservations.set(reservation.id, reservation);
}

function repeatedReserve(set: WorkingSet, id: string | null, balance: Balance): ReserveAnswer {
  const reservation = id === null ? undefined : set.reservations.get(id);
  assert(reservation !== undefined, 'the reservation of a known key is loaded');
  return grantedAnswer(reservation, balance, true);
}

function grantedAnswer(
  reservation: Reservation,
  balance: Balance,
  duplicate: boolean,
): ReserveAnswer {
  // A copy, because later operations of the batch go on changing the balance.
  return {
    granted: true,
    duplicate,
    id: reservation.id,
    expiresMs: reservation.expiresMs,
    balance: { ...balance },
  };
}

function commit(
  set: WorkingSet,
  reservation: Reservation,
  operation: CommitOperation,
  how: { readonly isLate: boolean },
): CommitAnswer {
  const { accountId, feature, userId } = reservation;
  // After its end the hold is gone, and what was used is booked like any other event, now.
  const balance = how.isLate
    ? currentBalance(set, accountId, feature)
    : balanceOfReservation(set, reservation);
  if (!how.isLate) balance.reserved -= reservation.amount;
  const event = commitEventOf(set.catalog, feature);
  const counted = countEvent(event, operation);
  counted.set(feature, operation.amount);
  const lastMs = (balance.endMs ?? Number.POSITIVE_INFINITY) - 1;
  const occurredMs = Math.max(balance.startMs, Math.min(set.nowMs, lastMs));
  const others = [...counted.keys()].filter((other) => other !== feature);
  const balances = [
    balance,
    ...others.map((other) => balanceAt(set, { accountId, feature: other }, occurredMs)),
  ];
  const isOver = book(set, balances, counted);
  reservation.status = 'committed';
  reservation.committed = operation.amount;
  reservation.isOverLimit = isOver;
  reservation.settledMs = set.nowMs;
  touchReservation(set, reservation);
  if (balance.endMs !== null) {
    set.newEvents.push({
      ...costFieldsOf(operation),
      accountId,
      userId,
      eventType: event.key,
      occurredMs,
      amount: operation.amount,
      recordedMs: set.nowMs,
      counted,
      isOverLimit: isOver,
      isLate: how.isLate,
      reservationId: reservation.id,
    });
  }
  return { ...answerOf(balance), over_limit: isOver, duplicate: false, late: how.isLate };
}

function repeatedCommit(
  set: WorkingSet,
  reservation: Reservation,
  operation: CommitOperation,
): CommitAnswer | AppError {
  if (reservation.committed !== operation.amount) {
    return new AppError(RESERVATION_COMMITTED, {
      message: 'The reservation has been committed with another amount.',
    });
  }
  const isLate = (reservation.settledMs ?? 0) >= reservation.expiresMs;
  const balance = isLate
    ? currentBalance(set, reservation.accountId, reservation.feature)
    : balanceOfReservation(set, reservation);
  return {
    ...answerOf(balance),
    over_limit: reservation.isOverLimit === true,
    duplicate: true,
    late: isLate,
  };
}

function balanceOfReservation(set: WorkingSet, reservation: Reservation): Balance {
  const { accountId, feature, startMs } = reservation;
  const current = currentBalance(set, accountId, feature);
  if (current.startMs === startMs) return current;
  const context = set.contexts.get(pairKey(accountId, feature));
  assert(context !== undefined, 'the period of a reservation is loaded');
  return balanceOfPeriod(context, startMs);
}

/** Marks a reservation as changed; its balance changes with it, which keeps others from it. */
function touchReservation(set: WorkingSet, reservation: Reservation): void {
  set.settledReservations.add(reservation);
  markBooked(currentBalance(set, reservation.accountId, reservation.feature));
}

function refuse(code: ErrorCode, id: string): AppError {
  return new AppError(code, { message: REFUSALS[code.code] ?? `Reservation ${id}.` });
}

const REFUSALS: Readonly<Record<string, string>> = {
  [RESERVATION_UNKNOWN.code]: 'There is no such reservation.',
  [RESERVATION_RELEASED.code]: 'The reservation has been released.',
  [RESERVATION_COMMITTED.code]: 'The reservation has been committed already.',
  [RESERVATION_EXPIRED.code]: 'The reservation has expired.',
};
