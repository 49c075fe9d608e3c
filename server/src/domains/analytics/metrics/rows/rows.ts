import type { DaySpan } from '@whisperforge/kernel/period';
import { AppError } from '../../../../platform/errors.ts';
import { pageOf, type ListPage } from '../../../../platform/pages.ts';
import { COLUMN_UNKNOWN, SPAN_INVALID } from '../../errors.ts';
import type { Column, Metric, Opened, PageAsked, Rows, Subject } from '../registry/metric.ts';
import type { Names } from '../registry/names.ts';
import type { Prepared } from '../registry/prepare.ts';
import { spanOf } from '../registry/ranges.ts';
import { roundedPoint } from '../registry/rounded.ts';
import { shownPage, shownRows, type ShownRow } from './shown-rows.ts';

export interface RowsAsked {
  /** A day of the span to be opened; the last one, where nothing is said. */
  readonly at?: string | undefined;
  readonly column?: string | undefined;
}

/** A figure as it is shown, which rows add up to. */
export interface OpenedFigure extends Pick<Prepared, 'metric' | 'question'> {
  readonly span: DaySpan;
  readonly column: Column;
  readonly total: bigint;
  /** How many rows there are. */
  readonly count: number;
  readonly names: Names;
}

/** With all rows that add up to it. */
export interface RowsOfFigure extends OpenedFigure {
  readonly rows: readonly ShownRow[];
  readonly describe: (keys: readonly string[]) => Promise<ReadonlyMap<string, Subject>>;
}

/** With some of the rows that add up to it, and who they are. */
export interface PageOfFigure extends OpenedFigure, ListPage<ShownRow> {
  readonly subjects: ReadonlyMap<string, Subject>;
}

export async function loadRows(
  prepared: Prepared,
  asked: RowsAsked,
): Promise<Omit<RowsOfFigure, 'names'>> {
  const { rows, opened, column, figure } = openFigure(prepared, asked);
  const [shown, contributions] = await Promise.all([figure(), rows.load(opened)]);
  return {
    ...shown,
    count: contributions.length,
    rows: shownRows(contributions, { column, whole: shown.total }),
    describe: (keys) => rows.describe(opened, keys),
  };
}

/** Only the rows of a page, which are as they are among all of them. */
export async function loadRowsPage(
  prepared: Prepared,
  asked: RowsAsked,
  { cursor, limit }: PageAsked,
): Promise<Omit<PageOfFigure, 'names'>> {
  const { rows, opened, column, figure } = openFigure(prepared, asked);
  // One more tells whether the list goes on.
  const finding = rows.page?.(opened, { cursor, limit: limit + 1 }) ?? null;
  if (finding === null) {
    const all = await loadRows(prepared, asked);
    return { ...all, ...(await pageOfRows(all, { cursor, limit })) };
  }
  const [shown, found] = await Promise.all([figure(), finding]);
  const some = shownPage(found, { column, whole: shown.total });
  const page = pageOf(some, limit, ({ key }) => key);
  const count = found.alike.reduce((sum, each) => sum + each.count, 0);
  const subjects = await rows.describe(
    opened,
    page.rows.map(({ key }) => key),
  );
  return { ...shown, ...page, count, subjects };
}

function openFigure({ metric, granularity, range, question }: Prepared, asked: RowsAsked) {
  const { rows, column } = openable(metric, asked.column);
  const span = spanOf(range, { granularity, day: asked.at ?? range.to });
  if (span === undefined) {
    const message = `${asked.at} is no day from ${range.from} to ${range.to}.`;
    throw new AppError(SPAN_INVALID, { message });
  }
  const opened: Opened = { ...question, span, column: column.name };
  const figure = async () => {
    const groups = await metric.load({ ...question, spans: [span], breakdown: null });
    const total = roundedPoint(groups[0]!.points[0]!.values, metric)[column.name] ?? 0n;
    return { metric, question, span, column, total };
  };
  return { rows, opened, column, figure };
}

/** Some rows of a figure after the one that a cursor names, with who they are. */
export async function pageOfRows(
  { rows, describe }: Pick<RowsOfFigure, 'rows' | 'describe'>,
  { cursor, limit }: PageAsked,
): Promise<Pick<PageOfFigure, 'rows' | 'nextCursor' | 'subjects'>> {
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
