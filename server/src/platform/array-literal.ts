/**
 * Array literals of Postgres, built for statements that take whole columns (`unnest($1::...)`).
 * node-postgres escapes every element as if it were text; the hot path sends thousands a second,
 * nearly all of which need no escape.
 */

/** Numbers, bigints, what is written like a number or a word, and null: nothing to escape. */
export function numberArray(values: readonly (number | bigint | string | null)[]): string {
  let literal = '{';
  for (let index = 0; index < values.length; index += 1) {
    if (index > 0) literal += ',';
    literal += values[index] === null ? 'NULL' : String(values[index]);
  }
  return `${literal}}`;
}

const PLAIN = /^[A-Za-z0-9_.:@|+-]+$/;

/** Text and null; anything that could be read as syntax is quoted. */
export function textArray(values: readonly (string | null)[]): string {
  let literal = '{';
  for (let index = 0; index < values.length; index += 1) {
    if (index > 0) literal += ',';
    const value = values[index];
    if (value === null || value === undefined) literal += 'NULL';
    else if (PLAIN.test(value) && !isWordNull(value)) literal += value;
    else literal += `"${value.replaceAll('\\', '\\\\').replaceAll('"', '\\"')}"`;
  }
  return `${literal}}`;
}

/** Unquoted, the word would be read as the absence of a value. */
function isWordNull(value: string): boolean {
  return value.length === 4 && value.toUpperCase() === 'NULL';
}
