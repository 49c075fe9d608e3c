// pure
import { AppError } from '../../../../platform/errors.ts';
import { COLUMNS_MISSING } from '../../errors.ts';

/** The column of each field, where it is not called like the field. */
export type Columns<F extends string> = Readonly<Partial<Record<F, string>>>;

export function columnOf<F extends string>(columns: Columns<F>, field: F): string {
  return columns[field] ?? field;
}

interface Wanted<F extends string> {
  readonly columns: Columns<F>;
  readonly needed: readonly F[];
}

/** The needed columns that a file does not have, and those that were named and are not there. */
export function missingColumns<F extends string>(
  header: readonly string[],
  { columns, needed }: Wanted<F>,
): string[] {
  const mapped = Object.keys(columns) as F[];
  return [...new Set([...needed, ...mapped])]
    .map((field) => columnOf(columns, field))
    .filter((column) => !header.includes(column));
}

/** @throws COLUMNS_MISSING */
export function requireColumns<F extends string>(
  header: readonly string[],
  wanted: Wanted<F>,
): void {
  const missing = missingColumns(header, wanted);
  if (missing.length === 0) return;
  throw new AppError(COLUMNS_MISSING, {
    message: `The file has no column ${missing.map((name) => `"${name}"`).join(', ')}.`,
    members: { missing, present: header },
  });
}

/** The same whatever order the columns were named in. */
export function canonicalColumns<F extends string>(columns: Columns<F>): [string, unknown][] {
  return Object.entries(columns).toSorted(([a], [b]) => (a < b ? -1 : 1));
}
