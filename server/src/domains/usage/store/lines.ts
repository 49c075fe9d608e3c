import { parsePostgresInstant } from '@whisperforge/kernel/clock';
import { quantityFromDatabase, type Quantity } from '@whisperforge/kernel/quantity';
import type { PositionalRow } from '../../../platform/database.ts';

/**
 * Rows of the hot path's readings, all in one text with a line for each. The driver takes ten times
 * as long to hand over the same as rows of columns, and that is most of what a check costs.
 */

/** In lines there are numbers, instants and keys, none of which has these in it. */
const BETWEEN_CELLS = '|';
const BETWEEN_LINES = '\n';

/** A column that may be null, which in a line is an empty cell. */
export const nullable = (column: string): string => `coalesce(${column}::text, '')`;

/** The line of a row, in SQL. */
export const lineOf = (columns: readonly string[]): string =>
  `concat_ws('${BETWEEN_CELLS}', ${columns.join(', ')})`;

/** The text of all lines, in SQL: the one column of the one row that a reading answers. */
export const textOf = (line: string): string => `string_agg(${line}, E'\\n')`;

/** A line in its cells. */
export type Cells = readonly string[];

export function numberAt(cells: Cells, at: number): number {
  return Number(cells[at]);
}

export function quantityAt(cells: Cells, at: number): Quantity {
  return quantityFromDatabase(cells[at]!);
}

export function instantMsAt(cells: Cells, at: number): number {
  return parsePostgresInstant(cells[at]!);
}

// Of an empty cell, these read nothing.

export function textOrNull(cells: Cells, at: number): string | null {
  return cells[at] || null;
}

export function numberOrNull(cells: Cells, at: number): number | null {
  return cells[at] ? numberAt(cells, at) : null;
}

export function quantityOrNull(cells: Cells, at: number): Quantity | null {
  return cells[at] ? quantityAt(cells, at) : null;
}

export function instantMsOrNull(cells: Cells, at: number): number | null {
  return cells[at] ? instantMsAt(cells, at) : null;
}

/** The lines of what a reading answered; of no row at all there is no text. */
export function linesOf([row]: readonly PositionalRow[]): Cells[] {
  const text = row?.[0] as string | null | undefined;
  return text ? text.split(BETWEEN_LINES).map((line) => line.split(BETWEEN_CELLS)) : [];
}
