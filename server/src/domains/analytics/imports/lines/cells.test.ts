import { expect, test } from 'vitest';
import { readCells } from './cells.ts';

/** What a cell says as a number, and whether it is refused. */
function decimal(price: string): readonly [string | null, boolean] {
  const reader = readCells<'price'>({ price }, {});
  return [reader.decimal('price', 6), reader.faults.length > 0];
}

test('numbers are read without needless zeros, and what is none is refused', () => {
  expect(decimal('0012.3400')).toEqual(['12.34', false]);
  expect(decimal('7.000')).toEqual(['7', false]);
  for (const text of ['-1', '1e5', '1.2345678', '1,5', '0x10']) {
    expect([text, ...decimal(text)]).toEqual([text, null, true]);
  }
});

test('a number of thousands of digits is not gone through', () => {
  expect(decimal(`1.${'0'.repeat(60)}`)).toEqual(['1', false]);
  expect(decimal(`1.${'0'.repeat(4_000)}`)).toEqual([null, true]);
});
