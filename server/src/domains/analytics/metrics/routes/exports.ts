import { formatMoney, money } from '@whisperforge/kernel/money';
import { csvLine } from '../../../pricing/index.ts';
import type { Column, Subject } from '../registry/metric.ts';
import { decimalOf } from '../registry/rounded.ts';
import type { Series, ShownPoint } from '../registry/series.ts';
import { filtersSaid, nameOf, type Names } from '../registry/names.ts';
import { pageOfRows, type RowsOfFigure } from '../rows/rows.ts';
import { rowAnswer, rowsStamp, seriesAnswer } from './answers.ts';

/** The answer that the screen is made of, as a file. */
export function seriesJson(series: Series): string {
  return `${JSON.stringify(seriesAnswer(series), null, 2)}\n`;
}

/**
 * A line for each span: of the whole, of each segment, and of the days that are compared. Each says
 * by which definition and in whose days it is counted; money is in major units.
 */
export function seriesCsv(series: Series): string {
  const { metric, question, names, data, breakdown, compare } = series;
  const { book, currency } = question;
  const { columns } = metric;
  const dimension = breakdown?.dimension ?? 'segment';
  const named = [dimension, `${dimension}_name`];
  const header = [...STAMP, 'filters', 'period', ...named, 'from', 'to'];
  const stamp = [metric.name, book.profile, book.rules.timeZone, currency];
  const filters = filtersSaid(question.filters, names);
  const lines = (period: string, key: string, points: readonly ShownPoint[]) =>
    points.map(({ from, to, values }) => {
      const figures = columns.map((column) =>
        figureCell(values[column.name] ?? null, { column, currency }),
      );
      const segment = [key, nameOf(names, dimension, key)];
      return line([...stamp, filters, period, ...segment, from, to], figures);
    });
  return [
    csvLine([...header, ...columns.map(({ name }) => name)]),
    ...lines('asked', '', data),
    ...(breakdown?.groups ?? []).flatMap(({ key, data: points }) => lines('asked', key, points)),
    ...(compare === undefined ? [] : lines(compare.comparison, '', compare.data)),
  ].join('');
}

const STAMP = ['metric', 'profile', 'time_zone', 'currency'];

/** A number is no formula, though it begins with a minus; it stands as it is. */
function line(texts: readonly string[], figures: readonly string[]): string {
  return `${[csvLine(texts).slice(0, -2), ...figures].join(',')}\r\n`;
}

function figureCell(
  steps: bigint | null,
  { column, currency }: { readonly column: Column; readonly currency: string },
): string {
  if (steps === null) return '';
  if (column.unit === 'money') return formatMoney(money(Number(steps), currency));
  return decimalOf(steps, column.unit);
}

const ROWS_AT_ONCE = 1_000;

/** All rows of a figure, as lines with who they are. */
export async function* rowsCsv(opened: RowsOfFigure): AsyncIterable<string> {
  const { metric, question, names: called, span, column } = opened;
  const { book, currency } = question;
  const filters = filtersSaid(question.filters, called);
  const { from, to } = span;
  const stamp = [metric.name, book.profile, book.rules.timeZone, currency, filters, from, to];
  let names: readonly string[] = [];
  for await (const { rows, subjects, isFirst } of pages(opened)) {
    if (isFirst) {
      names = Object.keys(subjects.values().next().value?.details ?? {});
      yield csvLine([...ROWS_HEADER, ...names.flatMap(columnsOf), column.name]);
    }
    const detailsOf = detailsNamed(names, called);
    const lines = rows.map(({ key, steps }) => {
      const subject = subjects.get(key);
      const who = [subject?.label ?? key, subject?.user ?? '', ...detailsOf(subject)];
      return line([...stamp, ...who], [figureCell(steps, { column, currency })]);
    });
    yield lines.join('');
  }
}

/** What is known of one is known of all rows of a metric. */
function detailsNamed(
  names: readonly string[],
  called: Names,
): (subject: Subject | undefined) => string[] {
  return (subject) =>
    names.flatMap((name) => {
      const key = subject?.details[name] ?? '';
      return name === 'plan' ? [key, nameOf(called, name, key)] : [key];
    });
}

/** Of plans the key and what they are called. */
function columnsOf(name: string): string[] {
  return name === 'plan' ? [name, `${name}_name`] : [name];
}

const ROWS_HEADER = [...STAMP, 'filters', 'from', 'to', 'label', 'user'];

/** All rows of a figure as one object, as the screen has them on its pages. */
export async function* rowsJson(opened: RowsOfFigure): AsyncIterable<string> {
  const { column } = opened;
  const stamp = JSON.stringify(rowsStamp(opened));
  yield `${stamp.slice(0, -1)},"data":[`;
  for await (const { rows, subjects, isFirst } of pages(opened)) {
    const all = rows.map((row) =>
      JSON.stringify(rowAnswer(row, { subject: subjects.get(row.key), column })),
    );
    yield (isFirst || all.length === 0 ? '' : ',') + all.join(',');
  }
  yield ']}\n';
}

async function* pages(opened: RowsOfFigure) {
  let cursor: string | undefined;
  let isFirst = true;
  do {
    const page = await pageOfRows(opened, { cursor, limit: ROWS_AT_ONCE });
    yield { ...page, isFirst };
    isFirst = false;
    cursor = page.nextCursor ?? undefined;
  } while (cursor !== undefined);
}
