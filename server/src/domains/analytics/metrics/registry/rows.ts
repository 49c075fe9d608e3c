import type { DaySpan } from '@whisperforge/kernel/period';
import { AppError } from '../../../../platform/errors.ts';
import { pageOf } from '../../../../platform/pages.ts';
import { COLUMN_UNKNOWN, SPAN_INVALID } from '../../errors.ts';
import type { Column, Metric, Opened, Rows, Subject } from './metric.ts';
import type { Names } from './names.ts';
import type { Prepared } from './prepare.ts';
import { spanOf } from './ranges.ts';
import { roundedPoint } from './rounded.ts';
import { shownRows, type ShownRow } from './rows-page.ts';

export interface RowsAsked {
  /** A day of the span to be opened; the last one, where nothing is said. */
  readonly at?: string | undefined;
  readonly column?: string | undefined;
}

/** A figure as it is shown, with the rows that add up to it. */
export interface RowsOfFigure extends Pick<Prepared, 'metric' | 'question'> {
  readonly span: DaySpan;
  readonly column: Column;
  readonly total: bigint;
  readonly rows: readonly ShownRow[];
  readonly names: Names;
  readonly describe: (keys: readonly string[]) => Promise<ReadonlyMap<string, Subject>>;
}

export async function loadRows(
  prepared: Prepared,
  asked: RowsAsked,
): Promise<Omit<RowsOfFigure, 'names'>> {
  const { metric, granularity, range, question } = prepared;
  const { rows, column } = openable(metric, asked.column);
  const span = spanOf(range, { granularity, day: asked.at ?? range.to });
  if (span === undefined) {
    const message = `${asked.at} is no day from ${range.from} to ${range.to}.`;
    throw new AppError(SPAN_INVALID, { message });
  }
  const opened: Opened = { ...question, span, column: column.name };
  const [groups, contributions] = await Promise.all([
    metric.load({ ...question, spans: [span], breakdown: null }),
    rows.load(opened),
  ]);
  const total = roundedPoint(groups[0]!.points[0]!.values, metric)[column.name] ?? 0n;
  return {
    metric,
    question,
    span,
    column,
    total,
    rows: shownRows(contributions, { column, whole: total }),
    describe: (keys) => rows.describe(opened, keys),
  };
}

/** Some rows of a figure after the one that a cursor names, with who they are. */
export async function pageOfRows(
  { rows, describe }: Pick<RowsOfFigure, 'rows' | 'describe'>,
  { cursor, limit }: { readonly cursor: string | undefined; readonly limit: number },
) {
  // A row that has gone since is not found: the list begins anew rather than in a wrong place.
  const after = cursor === undefined ? -1 : rows.findIndex(({ key }) => key === cursor);
  const found = rows.slice(after + 1, after + 2 + limit);
  const page = pageOf(found, limit, ({ key }) => key);
  return { ...page, subjects: await describe(page.rows.map(({ key }) => key)) };
}

function openable(
  { name, opens, columns, rows }: Metric,
  asked = opens,
): { readonly rows: Rows; readonly column: Column } {
  const column = columns.find((each) => each.name === asked && each.adds);
  if (column !== undefined && rows !== undefined) return { rows, column };
  const known = rows === undefined ? [] : columns.filter(({ adds }) => adds);
  const list = known.map((each) => each.name).join(', ') || 'none';
  const message = `${name} cannot be opened by ${asked}; its columns with rows: ${list}.`;
  throw new AppError(COLUMN_UNKNOWN, { message });
}
