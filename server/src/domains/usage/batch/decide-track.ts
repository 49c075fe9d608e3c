// pure
import {
  formatQuantity,
  multiplyQuantity,
  units,
  type Quantity,
} from '@whisperforge/kernel/quantity';
import type { EventType } from '../../plans/index.ts';
import { AppError } from '../../../platform/errors.ts';
import {
  answerOf,
  isClosed,
  isOverLimit,
  markBooked,
  type Balance,
  type BalanceAnswer,
} from '../../entitlements/index.ts';
import { IDEMPOTENCY_KEY_REUSED, USER_UNKNOWN } from '../errors.ts';
import type { SetLevelOperation, TrackAnswer, CountedTrack } from './operations.ts';
import type { CostFields } from './records.ts';
import {
  balanceAt,
  currentBalance,
  hasRoom,
  pairKey,
  presentMs,
  requireKeyRead,
  settleBooking,
  type WorkingSet,
} from './working-set.ts';

/** What an event adds to each feature, as its type maps it. */
export function countEvent(
  event: EventType,
  said: CostFields & { readonly amount: Quantity },
): Map<string, Quantity> {
  const counted = new Map<string, Quantity>();
  for (const count of event.counts) {
    const amount = multiplyQuantity(amountOf(count.dimension, said), count.factor);
    if (amount === 0n && count.dimension !== 'amount') continue;
    counted.set(count.feature, (counted.get(count.feature) ?? 0n) + amount);
  }
  return counted;
}

function amountOf(
  dimension: EventType['counts'][number]['dimension'],
  said: CostFields & { readonly amount: Quantity },
): Quantity {
  switch (dimension) {
    case 'amount':
      return said.amount;
    case 'count':
      return units(1);
    case 'tokens_in':
      return units(said.tokensIn ?? 0);
    case 'tokens_out':
      return units(said.tokensOut ?? 0);
  }
}

export function decideTrack(set: WorkingSet, operation: CountedTrack): TrackAnswer | AppError {
  const user = set.users.get(operation.user);
  if (user === undefined) return unknownUser(operation.user);
  const { accountId, userId } = user;
  const { counted } = operation;
  const fingerprint = fingerprintOf(userId, `event ${operation.event.key}`, operation.amount);
  const earlier = earlierUse(set, { accountId, key: operation.idempotencyKey, fingerprint });
  if (earlier instanceof AppError) return earlier;
  // The servers' clocks open periods; a caller whose clock is ahead may not book into the next.
  const latestMs = presentMs(set, accountId, counted.keys());
  const occurredMs = Math.min(operation.occurredMs ?? latestMs, latestMs);
  const balances = [...counted.keys()].map((feature) =>
    balanceAt(set, { accountId, feature }, occurredMs),
  );
  if (earlier !== undefined) {
    return {
      recorded: true,
      duplicate: true,
      over_limit: earlier.isOverLimit,
      balances: balances.map(answerOf),
    };
  }
  if (
    operation.enforce &&
    !balances.every((balance) => hasRoom(set, balance, counted.get(balance.feature) ?? 0n))
  ) {
    requireKeyRead(set, operation.idempotencyKey);
    return {
      recorded: false,
      duplicate: false,
      over_limit: true,
      balances: balances.map(answerOf),
    };
  }
  const isOver = book(set, balances, counted);
  set.newEvents.push({
    ...costFieldsOf(operation),
    accountId,
    userId,
    eventType: operation.event.key,
    occurredMs,
    amount: operation.amount,
    recordedMs: set.nowMs,
    counted,
    isOverLimit: isOver,
    isLate: balances.some(isClosed),
  });
  rememberKey(set, { accountId, key: operation.idempotencyKey, fingerprint, isOverLimit: isOver });
  return { recorded: true, duplicate: false, over_limit: isOver, balances: balances.map(answerOf) };
}

/** Adds amounts to balances; answers whether any is beyond its limit now. */
export function book(
  set: WorkingSet,
  balances: readonly Balance[],
  counted: ReadonlyMap<string, Quantity>,
): boolean {
  let isOver = false;
  for (const balance of balances) {
    balance.used += counted.get(balance.feature) ?? 0n;
    settleBooking(set, balance);
    isOver ||= isOverLimit(balance);
  }
  return isOver;
}

export function decideSetLevel(
  set: WorkingSet,
  operation: SetLevelOperation,
): BalanceAnswer | AppError {
  const user = set.users.get(operation.user);
  if (user === undefined) return unknownUser(operation.user);
  const balance = currentBalance(set, user.accountId, operation.feature);
  balance.used = operation.amount;
  markBooked(balance);
  return answerOf(balance);
}

/** Who booked what, and how much of it; when and why do not make it another booking. */
export function fingerprintOf(userId: number, what: string, amount: Quantity): string {
  return `${userId} ${what} ${formatQuantity(amount)}`;
}

/** The booking that a key already stands for; an error where that was another one. */
export function earlierUse(
  set: WorkingSet,
  use: {
    readonly accountId: number;
    readonly key: string | undefined;
    readonly fingerprint: string;
  },
): { readonly isOverLimit: boolean; readonly reservationId: string | null } | AppError | undefined {
  if (use.key === undefined) return undefined;
  const known = set.keys.get(pairKey(use.accountId, use.key));
  if (known === undefined || known.fingerprint === use.fingerprint) return known;
  return new AppError(IDEMPOTENCY_KEY_REUSED, {
    message: 'This idempotency key was used for another user, event, feature or amount.',
    fields: [{ field: '/idempotency_key', message: 'was used for another booking' }],
  });
}

export function rememberKey(
  set: WorkingSet,
  use: {
    readonly accountId: number;
    readonly key: string | undefined;
    readonly fingerprint: string;
    readonly isOverLimit: boolean;
    readonly reservationId?: string;
  },
): void {
  if (use.key === undefined) return;
  const key = {
    accountId: use.accountId,
    key: use.key,
    fingerprint: use.fingerprint,
    receivedMs: set.nowMs,
    isOverLimit: use.isOverLimit,
    reservationId: use.reservationId ?? null,
  };
  set.keys.set(pairKey(use.accountId, use.key), key);
  set.newKeys.push(key);
}

export function costFieldsOf(said: CostFields): CostFields {
  const { costCents, model, provider, tokensIn, tokensOut, metadata } = said;
  return { costCents, model, provider, tokensIn, tokensOut, metadata };
}

export function unknownUser(user: string): AppError {
  return new AppError(USER_UNKNOWN, {
    message: `There is no user ${user}; PUT /v1/users/${user} makes one.`,
  });
}
