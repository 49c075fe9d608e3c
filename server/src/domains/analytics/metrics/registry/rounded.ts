// pure
import {
  fraction,
  multiplyFractions,
  roundFraction,
  subtractFractions,
  compareFractions,
  type Fraction,
} from '@whisperforge/kernel/fraction';
import { UNITS, type Alike, type Column, type Identity, type Unit, type Values } from './metric.ts';

/**
 * What is shown, in whole steps of the last decimal of a unit. Only here is anything rounded, and
 * so that what adds up exactly adds up as it is shown.
 */
export type Steps = Readonly<Record<string, bigint | null>>;

/** Half to even: 12.5 cents are 12, and 17.39130434 % are 173913 steps of 0.0001 %. */
export function stepsOf(value: Fraction, unit: Unit): bigint {
  return roundFraction(scaled(value, unit));
}

/** A number of the JSON answer, such as 1900 cents or 0.173913; safe integers are exact. */
export function shownNumber(steps: bigint | null, unit: Unit): number | null {
  return steps === null ? null : Number(decimalOf(steps, unit));
}

/** The same as text, with all decimals of the unit: `1900`, `0.173913`. */
export function decimalOf(steps: bigint, unit: Unit): string {
  const { decimals } = UNITS[unit];
  if (decimals === 0) return String(steps);
  const digits = String(steps < 0n ? -steps : steps).padStart(decimals + 1, '0');
  const sign = steps < 0n ? '-' : '';
  return `${sign}${digits.slice(0, -decimals)}.${digits.slice(-decimals)}`;
}

/** All columns of a point, so that start and parts lead to the end where there is an identity. */
export function roundedPoint(
  values: Values,
  { columns, identity }: { readonly columns: readonly Column[]; readonly identity?: Identity },
): Steps {
  const units = new Map(columns.map(({ name, unit }) => [name, unit]));
  const steps: Record<string, bigint | null> = {};
  for (const [name, value] of Object.entries(values)) {
    steps[name] = value === null ? null : stepsOf(value, units.get(name) ?? 'money');
  }
  if (identity === undefined) return steps;
  const { start, parts, end } = identity;
  // What is not known has no parts.
  if (values[end] === null) return steps;
  const unit = units.get(end) ?? 'money';
  const whole = (steps[end] ?? 0n) - (steps[start] ?? 0n);
  const shares = shared(
    parts.map((name) => values[name] ?? NOTHING),
    { whole, unit },
  );
  for (const [index, name] of parts.entries()) steps[name] = shares[index]!;
  if (identity.difference !== undefined) steps[identity.difference] = whole;
  return steps;
}

const NOTHING = fraction(0n);

/**
 * Rounds parts so that they add up to a whole that is shown: each to the nearest, and those with
 * the largest remainders take what is left, the first of two alike. So no part is a step off.
 *
 * 0.5 + 0.5 of a whole of 1 are shown as 1 + 0.
 */
export function shared(
  parts: readonly Fraction[],
  of: { readonly whole: bigint; readonly unit: Unit },
): bigint[] {
  const alike = parts.map((value) => ({ value, count: 1 }));
  return sharedAlike(alike, of).map((part) => part.stepsAt(0));
}

export interface SharedAlike {
  /** What one of them is shown as, by its place among them from 0 on. */
  readonly stepsAt: (place: number) => bigint;
}

/** The same of parts of which those follow one another that are alike. */
export function sharedAlike(
  parts: readonly Alike[],
  { whole, unit }: { readonly whole: bigint; readonly unit: Unit },
): SharedAlike[] {
  const known = new Map<Fraction, Omit<Rest, 'index'> & { readonly nearest: bigint }>();
  const rounded = parts.map(({ value, count }, index) => {
    const found = known.get(value) ?? roundedPart(value, unit);
    known.set(value, found);
    return { index, count, ...found };
  });
  const sum = rounded.reduce((all, { nearest, count }) => all + nearest * BigInt(count), 0n);
  const step = whole < sum ? -1n : 1n;
  let left = Number((whole - sum) * step);
  const taken = new Map<number, number>();
  const byRest = left === 0 ? [] : rounded.toSorted((a, b) => compareRests(a, b, step));
  for (const { index, count } of byRest) {
    if (left === 0) break;
    const some = Math.min(left, count);
    taken.set(index, some);
    left -= some;
  }
  return rounded.map(({ nearest, index }) => ({
    stepsAt: (place) => (place < (taken.get(index) ?? 0) ? nearest + step : nearest),
  }));
}

function roundedPart(part: Fraction, unit: Unit) {
  const exact = scaled(part, unit);
  const nearest = roundFraction(exact);
  return { nearest, rest: subtractFractions(exact, fraction(nearest)) };
}

interface Rest {
  readonly index: number;
  readonly rest: Fraction;
}

function compareRests(first: Rest, second: Rest, step: 1n | -1n): number {
  // Parts that are alike have the same rest, which is asked about most.
  const order =
    first.rest === second.rest ? 0 : compareFractions(second.rest, first.rest) * Number(step);
  return order === 0 ? first.index - second.index : order;
}

function scaled(value: Fraction, unit: Unit): Fraction {
  const { decimals } = UNITS[unit];
  if (decimals === 0) return value;
  return multiplyFractions(value, fraction(10n ** BigInt(decimals)));
}
