// pure
import {
  clampQuantity,
  maxQuantity,
  quantityToNumber,
  type Quantity,
} from '@whisperforge/kernel/quantity';
import { formatInstant } from '@whisperforge/kernel/clock';

/** The most that columns of limits and grants hold, which are `numeric(20, 6)`. */
export const MOST_STORED: Quantity = 10n ** 20n - 1n;

/** The start of the one row that a level has: levels know no quota period. */
export const LEVEL_START_MS = 0;

/**
 * What a batch has done to a balance: booked or held something, or computed its limit anew. The
 * former is by far the most frequent and needs little to be written.
 */
export type BalanceChange = 'none' | 'booked' | 'computed';

/** The part of a balance by which it is decided whether there is room. */
export interface CountedBalance {
  /** When the quota period ends; `null` for a level. */
  endMs: number | null;
  used: Quantity;
  reserved: Quantity;
  /** Included, boosts, and what ended boosts had covered; `null` is unlimited. */
  baseLimit: Quantity | null;
  /** What packs give: what is left of them and what this period has burned of them. */
  packAmount: Quantity;
  /** How far beyond the limit use is let; `null` is without end. */
  beyond: Quantity | null;
}

/**
 * What an account has used of a feature in a quota period and what it may use. A batch changes
 * these in memory and then writes those that it touched, if nobody changed them meanwhile.
 */
export interface Balance extends CountedBalance {
  readonly accountId: number;
  readonly feature: string;
  readonly startMs: number;
  packBurned: Quantity;
  boostCovered: Quantity;
  accessVersion: number;
  catalogVersion: number;
  computedMs: number;
  /** From this instant on it must be computed anew before it is used. */
  validUntilMs: number | null;
  /** As read from the database; 0 where it is not there yet. */
  readonly revision: number;
  change: BalanceChange;
}

/** What of a balance decides whether there is room, as callers see it. */
export interface BalanceCounts {
  readonly period_end: string | null;
  readonly limit: number | null;
  readonly used: number;
  readonly reserved: number;
  readonly remaining: number | null;
}

/** A balance as callers see it. */
export interface BalanceAnswer extends BalanceCounts {
  readonly feature: string;
  readonly period_start: string | null;
}

/** Marks a balance of which the amounts have changed, but not what they are measured against. */
export function markBooked(balance: Balance): void {
  if (balance.change === 'none') balance.change = 'booked';
}

/** `null` is unlimited. */
export function limitOf(balance: CountedBalance): Quantity | null {
  return balance.baseLimit === null ? null : balance.baseLimit + balance.packAmount;
}

/** Up to where use is let: the limit, or beyond it where the plan says so; `null` is no end. */
export function ceilingOf(balance: CountedBalance): Quantity | null {
  const limit = limitOf(balance);
  return limit === null || balance.beyond === null ? null : limit + balance.beyond;
}

/** Used and held together: what nobody else can have. */
export function takenOf(balance: CountedBalance): Quantity {
  return balance.used + balance.reserved;
}

export function isWithinCeiling(balance: CountedBalance, amount: Quantity): boolean {
  const ceiling = ceilingOf(balance);
  return ceiling === null || takenOf(balance) + amount <= ceiling;
}

export function isOverLimit(balance: CountedBalance): boolean {
  const limit = limitOf(balance);
  return limit !== null && takenOf(balance) > limit;
}

/** What use goes beyond all that is not packs, and so must come from them. */
export function overflowOf(balance: CountedBalance): Quantity {
  if (balance.baseLimit === null) return 0n;
  return maxQuantity(0n, takenOf(balance) - balance.baseLimit);
}

export function remainingOf(balance: CountedBalance): Quantity | null {
  const limit = limitOf(balance);
  return limit === null ? null : clampQuantity(limit - takenOf(balance), limit);
}

export function answerOf(balance: Balance): BalanceAnswer {
  return {
    feature: balance.feature,
    period_start: balance.endMs === null ? null : formatInstant(balance.startMs),
    ...countsOf(balance),
  };
}

export function countsOf(balance: CountedBalance): BalanceCounts {
  const limit = limitOf(balance);
  const remaining = remainingOf(balance);
  return {
    period_end: balance.endMs === null ? null : formatInstant(balance.endMs),
    limit: limit === null ? null : quantityToNumber(limit),
    used: quantityToNumber(balance.used),
    reserved: quantityToNumber(balance.reserved),
    remaining: remaining === null ? null : quantityToNumber(remaining),
  };
}
