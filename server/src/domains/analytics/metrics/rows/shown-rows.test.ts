import fc from 'fast-check';
import { expect, test } from 'vitest';
import { addFractions, fraction, roundFraction } from '@whisperforge/kernel/fraction';
import type { Contribution, FoundPage } from '../registry/metric.ts';
import { shownPage, shownRows } from './shown-rows.ts';

const column = { name: 'value', title: 'Value', unit: 'money', adds: true } as const;
const contributions = fc
  .array(
    fc
      .tuple(fc.integer({ min: -7, max: 7 }), fc.constantFrom(1n, 2n, 3n))
      .map(([numerator, denominator]) => fraction(BigInt(numerator), denominator)),
    { minLength: 1, maxLength: 40 },
  )
  .map((values) =>
    values
      .map((value, index): Contribution => ({ key: String(index + 1), value }))
      .filter(({ value }) => value.numerator !== 0n),
  );

test('a page is shown as it is among all rows, wherever it begins', () => {
  fc.assert(
    fc.property(contributions, fc.nat(40), fc.integer({ min: -1, max: 1 }), (all, from, off) => {
      const sum = all.reduce((total, { value }) => addFractions(total, value), fraction(0n));
      // A figure may be shown one off, to add up with others.
      const whole = roundFraction(sum) + BigInt(off);
      const shown = shownRows(all, { column, whole });
      const ordered = shown.map(({ key }) => all.find((each) => each.key === key)!);
      const same = (one: Contribution, other: Contribution) =>
        one.value.numerator === other.value.numerator &&
        one.value.denominator === other.value.denominator;
      const rows = ordered.slice(from, from + 5);
      const groups = Map.groupBy(all, ({ value }) => `${value.numerator}/${value.denominator}`);
      const page: FoundPage = {
        rows,
        alike: [...groups.values()].map((some) => ({ value: some[0]!.value, count: some.length })),
        before: ordered.slice(0, from).filter((each) => same(each, rows[0] ?? each)).length,
      };
      expect(shownPage(page, { column, whole })).toEqual(shown.slice(from, from + 5));
    }),
  );
});
