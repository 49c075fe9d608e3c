// pure
import { compareFractions, type Fraction } from '@whisperforge/kernel/fraction';
import type { Column, Contribution } from './metric.ts';
import { shared } from './rounded.ts';

export interface ShownRow {
  readonly key: string;
  /** In steps of the column's unit. */
  readonly steps: bigint;
}

/** Rows in their order, the largest first, which add up to the figure that is shown. */
export function shownRows(
  contributions: readonly Contribution[],
  { column, whole }: { readonly column: Column; readonly whole: bigint },
): ShownRow[] {
  const ordered = contributions.toSorted(compareContributions);
  const parts = ordered.map(({ value }) => value);
  const steps = shared(parts, { whole, unit: column.unit });
  return ordered.map(({ key }, index) => ({ key, steps: steps[index]! }));
}

function compareContributions(first: Contribution, second: Contribution): number {
  const isAlike = first.value === second.value;
  const order = isAlike ? 0 : compareFractions(magnitude(second.value), magnitude(first.value));
  return order === 0 ? compareKeys(first.key, second.key) : order;
}

/** Numbers in the order of numbers. */
function compareKeys(first: string, second: string): number {
  if (first.length !== second.length && NUMBER.test(first) && NUMBER.test(second)) {
    return first.length - second.length;
  }
  return first < second ? -1 : first > second ? 1 : 0;
}

const NUMBER = /^\d+$/;

function magnitude({ numerator, denominator }: Fraction): Fraction {
  return { numerator: numerator < 0n ? -numerator : numerator, denominator };
}
