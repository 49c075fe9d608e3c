// pure
import type { MetricColumn, MetricDefinition, MetricSeries } from '../../../api/metrics/figures.ts';
import type { Annotation } from '../../../api/metrics/annotations.ts';
import type { Line } from '../../../charts/series-chart.tsx';
import type { Mark } from '../../../charts/marks.tsx';
import type { Place } from '../../../charts/plot.tsx';
import type { TableView } from '../../../charts/chart-card.tsx';
import { showChange, showFigure } from '../../../words/figures.ts';
import { showDayName, showShortSpan, showSpanName } from '../../../words/spans.ts';

/** The places of a series: when, how much, and how much before. */
export function placesOf(series: MetricSeries, column: MetricColumn): Place[] {
  const told = { unit: column.unit, currency: series.currency };
  return series.data.map((point, index) => {
    const value = point.values[column.name];
    const before = series.compare?.data[index];
    const earlier =
      before === undefined
        ? ''
        : `; ${showSpanName(before)}: ${showFigure(before.values[column.name], told)}`;
    return {
      short: showShortSpan(point, series.granularity),
      said: `${showSpanName(point)}: ${showFigure(value, told)}${earlier}`,
    };
  });
}

/** The series itself, and what it is compared with beside it. */
export function linesOf(series: MetricSeries, { name, title }: MetricColumn): Line[] {
  const valuesOf = (data: MetricSeries['data']) => data.map(({ values }) => values[name] ?? null);
  const own: Line = { name: title, values: valuesOf(series.data), look: 'one', isArea: true };
  if (series.compare === null) return [own];
  const values = valuesOf(series.compare.data).slice(0, series.data.length);
  return [own, { name: 'Before', values, look: 'four' }];
}

/** The same as a table, with all that the value is reckoned from. */
export function tableOf(series: MetricSeries, { columns }: MetricDefinition): TableView {
  const { currency, compare } = series;
  const [first] = columns;
  return {
    head: ['Time', ...columns.map(({ title }) => title), ...(compare === null ? [] : ['Before'])],
    rows: series.data.map((point, index) => [
      showSpanName(point),
      ...columns.map(({ name, unit }) => showFigure(point.values[name], { unit, currency })),
      ...(compare === null || first === undefined
        ? []
        : [showFigure(compare.data[index]?.values[first.name], { unit: first.unit, currency })]),
    ]),
  };
}

export interface Headline {
  readonly shown: string;
  readonly change: string | undefined;
  readonly against: string;
}

/** The latest figure, held against what it is compared with, or else against the one before. */
export function headlineOf(series: MetricSeries, { name, unit }: MetricColumn): Headline {
  const last = series.data.at(-1);
  const place = series.data.length - 1;
  const before = series.compare === null ? series.data.at(-2) : series.compare.data[place];
  const now = last?.values[name];
  return {
    shown: showFigure(now, { unit, currency: series.currency }),
    change: showChange(now, before?.values[name], unit),
    against: before === undefined ? '' : `against ${showSpanName(before)}`,
  };
}

/**
 * Annotations at the places of a series; those of other times are left out. Each has the number
 * that it has among all of the page, so that one list names them for every chart.
 */
export function marksOf(
  { data }: Pick<MetricSeries, 'data'>,
  annotations: readonly Annotation[],
): Mark[] {
  return annotations.flatMap(({ day, until_day: until, title, detail }, index) => {
    const place = data.findIndex(({ from, to }) => from <= (until ?? day) && day <= to);
    return place < 0 ? [] : [{ place, number: index + 1, day: showDayName(day), title, detail }];
  });
}
