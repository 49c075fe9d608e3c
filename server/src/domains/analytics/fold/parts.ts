// pure
import { fraction, multiplyFractions, roundFraction } from '@whisperforge/kernel/fraction';
import type { Fraction } from '@whisperforge/kernel/fraction';
import { divideHalfEven } from '@whisperforge/kernel/quantity';

/**
 * The ledger counts in whole parts of a minor unit, so that sums of it are exact in Postgres too.
 * Years, quarters, weeks and days shared by months, and two discounts of whole basis points one
 * after the other, are whole parts: 12 * 10^8 of them are a minor unit. What is not (a cycle of
 * seven months) is rounded once, when it is booked.
 */
export const PARTS_A_MINOR_UNIT = 1_200_000_000n;

const UNIT = fraction(PARTS_A_MINOR_UNIT);

/** A monthly amount in minor units as parts, half to even. */
export function partsOf(minorUnits: Fraction): bigint {
  return roundFraction(multiplyFractions(minorUnits, UNIT));
}

/** Parts as whole minor units, rounded half to even: to be shown, and never to be added up. */
export function minorUnitsOf(parts: bigint): bigint {
  return divideHalfEven(parts, PARTS_A_MINOR_UNIT);
}
