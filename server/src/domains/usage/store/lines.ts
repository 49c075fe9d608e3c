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

export class Cells {
  readonly #cells: readonly string[];

  constructor(line: string) {
    this.#cells = line.split(BETWEEN_CELLS);
  }

  get count(): number {
    return this.#cells.length;
  }

  text(at: number): string {
    return this.#cells[at]!;
  }

  number(at: number): number {
    return Number(this.#cells[at]);
  }

  quantity(at: number): Quantity {
    return quantityFromDatabase(this.#cells[at]!);
  }

  instantMs(at: number): number {
    return parsePostgresInstant(this.#cells[at]!);
  }

  /** What a reader answers, or null for an empty cell. */
  textOrNull(at: number): string | null {
    return this.#cells[at] || null;
  }

  numberOrNull(at: number): number | null {
    return this.#cells[at] ? this.number(at) : null;
  }

  quantityOrNull(at: number): Quantity | null {
    return this.#cells[at] ? this.quantity(at) : null;
  }

  instantMsOrNull(at: number): number | null {
    return this.#cells[at] ? this.instantMs(at) : null;
  }
}

/** The lines of what a reading answered; of no row at all there is no text. */
export function linesOf([row]: readonly PositionalRow[]): Cells[] {
  const text = row?.[0] as string | null | undefined;
  return text ? text.split(BETWEEN_LINES).map((line) => new Cells(line)) : [];
}
