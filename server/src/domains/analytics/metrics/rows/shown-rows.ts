// pure
import { compareFractions, type Fraction } from '@whisperforge/kernel/fraction';
import type { Column, Contribution, FoundPage } from '../registry/metric.ts';
import { shared, sharedAlike } from '../registry/rounded.ts';

export interface ShownRow {
  readonly key: string;
  /** In steps of the column's unit. */
  readonly steps: bigint;
}

/**
 * Rows in their order, which add up to the figure that is shown: the largest first, and of two
 * alike what is above 0.
 */
export function shownRows(
  contributions: readonly Contribution[],
  { column, whole }: { readonly column: Column; readonly whole: bigint },
): ShownRow[] {
  const ordered = contributions.toSorted(compareContributions);
  const parts = ordered.map(({ value }) => value);
  const steps = shared(parts, { whole, unit: column.unit });
  return ordered.map(({ key }, index) => ({ key, steps: steps[index]! }));
}

/** Some rows, as they are among all of them. */
export function shownPage(
  { rows, alike, before }: FoundPage,
  { column, whole }: { readonly column: Column; readonly whole: bigint },
): ShownRow[] {
  const ordered = alike.toSorted((one, other) => compareValues(one.value, other.value));
  const shares = sharedAlike(ordered, { whole, unit: column.unit });
  const byValue = new Map(ordered.map(({ value }, index) => [textOf(value), shares[index]!]));
  let [last, place] = [textOf(rows[0]?.value), before];
  return rows.map(({ key, value }) => {
    const text = textOf(value);
    if (text !== last) [last, place] = [text, 0];
    const steps = byValue.get(text)!.stepsAt(place);
    place += 1;
    return { key, steps };
  });
}

function textOf(value: Fraction | undefined): string {
  return `${value?.numerator}/${value?.denominator}`;
}

function compareContributions(first: Contribution, second: Contribution): number {
  const order = first.value === second.value ? 0 : compareValues(first.value, second.value);
  return order === 0 ? compareKeys(first.key, second.key) : order;
}

function compareValues(first: Fraction, second: Fraction): number {
  const order = compareFractions(magnitude(second), magnitude(first));
  return order === 0 ? compareFractions(second, first) : order;
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
