import { assert } from './assert.ts';
import { divideHalfEven } from './quantity.ts';

/**
 * An exact rational in lowest terms with a positive denominator, for sums that are rounded once,
 * at their end: a year's price shared by 12 months is seldom whole minor units.
 */
export interface Fraction {
  readonly numerator: bigint;
  readonly denominator: bigint;
}

export function fraction(numerator: bigint, denominator = 1n): Fraction {
  assert(denominator !== 0n, 'a fraction has a denominator other than 0');
  const divisor = greatestCommonDivisor(numerator, denominator);
  const sign = denominator < 0n ? -1n : 1n;
  return {
    numerator: (sign * numerator) / divisor,
    denominator: (sign * denominator) / divisor,
  };
}

function greatestCommonDivisor(first: bigint, second: bigint): bigint {
  let [larger, smaller] = [first < 0n ? -first : first, second < 0n ? -second : second];
  while (smaller !== 0n) [larger, smaller] = [smaller, larger % smaller];
  return larger;
}

export function addFractions(first: Fraction, second: Fraction): Fraction {
  return fraction(
    first.numerator * second.denominator + second.numerator * first.denominator,
    first.denominator * second.denominator,
  );
}

export function subtractFractions(from: Fraction, taken: Fraction): Fraction {
  return addFractions(from, { ...taken, numerator: -taken.numerator });
}

export function multiplyFractions(first: Fraction, second: Fraction): Fraction {
  return fraction(first.numerator * second.numerator, first.denominator * second.denominator);
}

export function divideFractions(dividend: Fraction, divisor: Fraction): Fraction {
  return fraction(
    dividend.numerator * divisor.denominator,
    dividend.denominator * divisor.numerator,
  );
}

/** Below, at or above 0 as the first is less than, equal to or greater than the second. */
export function compareFractions(first: Fraction, second: Fraction): number {
  const difference = first.numerator * second.denominator - second.numerator * first.denominator;
  return difference < 0n ? -1 : difference > 0n ? 1 : 0;
}

const DECIMAL = /^(-?\d{1,30})(?:\.(\d{1,30}))?$/;

/** Reads a decimal string such as `0.5` exactly; answers `undefined` for anything else. */
export function parseFraction(decimal: string): Fraction | undefined {
  const match = DECIMAL.exec(decimal);
  if (match === null) return undefined;
  const decimals = match[2] ?? '';
  return fraction(BigInt(match[1]! + decimals), 10n ** BigInt(decimals.length));
}

/** The nearest integer, half to even: 5/2 gives 2, 7/2 gives 4. */
export function roundFraction({ numerator, denominator }: Fraction): bigint {
  return divideHalfEven(numerator, denominator);
}
