import fc from 'fast-check';
import pg from 'pg';
import { afterAll, beforeAll, expect, inject, test } from 'vitest';
import { numberArray, textArray } from './array-literal.ts';
import { isText } from './input-checks.ts';

let client: pg.Client;

beforeAll(async () => {
  client = new pg.Client({ connectionString: inject('maintenanceUrl') });
  await client.connect();
});
afterAll(() => client.end());

/** What Postgres takes a literal for. */
async function read(literal: string, type: string): Promise<unknown> {
  const { rows } = await client.query<{ items: unknown }>(
    `SELECT to_json($1::text::${type}[]) AS items`,
    [literal],
  );
  return rows[0]?.items;
}

/** Words and signs that mean something in an array, with whatever else may stand in a text. */
const texts = fc.oneof(
  fc.constantFrom(
    '',
    'null',
    'NULL',
    'Null',
    '{}',
    '{',
    '}',
    ',',
    '"',
    '\\',
    ' ',
    ' a ',
    '\n',
    "'",
  ),
  fc.string({ unit: fc.constantFrom('{', '}', ',', '"', ' ', '\\', "'", '\n', 'N', 'U', 'L') }),
  fc.string({ unit: 'binary' }).filter(isText),
);

test('every text comes out of an array as it went in, and null is no text', async () => {
  const lists = fc.array(fc.option(texts), { maxLength: 20 });
  await fc.assert(
    fc.asyncProperty(lists, async (list) => {
      expect(await read(textArray(list), 'text')).toEqual(list);
    }),
  );
});

test('numbers, decimals and flags come out as they went in', async () => {
  const most = Number.MAX_SAFE_INTEGER;
  expect(await read(numberArray([0, -1, most, null]), 'bigint')).toEqual([0, -1, most, null]);
  const decimals = ['0.000001', null, '-12.500000'];
  expect(await read(numberArray(decimals), 'numeric(20, 6)')).toEqual([0.000001, null, -12.5]);
  expect(await read(numberArray(['t', 'f', null]), 'boolean')).toEqual([true, false, null]);
  expect(await read(numberArray([]), 'bigint')).toEqual([]);
});
