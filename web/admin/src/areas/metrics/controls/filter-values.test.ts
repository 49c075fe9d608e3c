import { expect, test } from 'vitest';
import { attributesIn, attributesText, valuesIn, valuesText } from './filter-values.ts';

test('values of a filter come out of the address as they went in, with none among them', () => {
  for (const values of [[], ['pro'], ['pro', 'business'], [''], ['', 'DE']]) {
    expect(valuesIn(valuesText(values))).toEqual(values);
  }
  expect(valuesText([])).toBeUndefined();
});

test('filters by attributes come out of the address as they went in, whatever they hold', () => {
  const filters = new Map([
    ['company size', ['1,000; or: more', '']],
    ['industry', ['']],
  ]);
  expect(attributesIn(attributesText(filters))).toEqual(filters);
  expect(attributesText(new Map([['industry', []]]))).toBeUndefined();
  expect(attributesIn('industry:%')).toEqual(new Map([['industry', ['%']]]));
});
