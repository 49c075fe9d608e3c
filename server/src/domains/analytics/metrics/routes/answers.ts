// pure
import type { Static } from 'typebox';
import type { Column, Metric, Subject } from '../registry/metric.ts';
import { shownNumber } from '../registry/rounded.ts';
import type { ShownRow } from '../rows/shown-rows.ts';
import type { Series, ShownPoint } from '../registry/series.ts';
import type { OpenedFigure } from '../rows/rows.ts';
import type { DefinitionSchema, RowSchema, SeriesSchema } from './schemas.ts';

export function definitionAnswer(metric: Metric): Static<typeof DefinitionSchema> {
  const { name, title, area, summary, formula, columns, dimensions, granularities } = metric;
  return {
    name,
    title,
    area,
    summary,
    formula,
    columns: [...columns],
    opens: metric.rows === undefined ? null : metric.opens,
    dimensions: [...dimensions],
    takes_attributes: metric.takesAttributes ?? false,
    one_of: metric.oneOf?.dimension ?? null,
    granularities: [...granularities],
    profile_notes: { ...metric.profileNotes },
  };
}

export function seriesAnswer(series: Series): Static<typeof SeriesSchema> {
  const { metric, question, names, granularity, from, to, breakdown, compare = null } = series;
  const { book, currency, filters } = question;
  const points = (data: readonly ShownPoint[]) =>
    data.map((point) => pointAnswer(point, metric.columns));
  return {
    metric: metric.name,
    title: metric.title,
    profile: book.profile,
    time_zone: book.rules.timeZone,
    currency,
    granularity,
    filters,
    names,
    from,
    to,
    columns: [...metric.columns],
    data: points(series.data),
    breakdown: breakdown && {
      dimension: breakdown.dimension,
      groups: breakdown.groups.map(({ key, data }) => ({ key, data: points(data) })),
    },
    compare: compare && {
      comparison: compare.comparison,
      from: compare.from,
      to: compare.to,
      data: points(compare.data),
    },
  };
}

function pointAnswer(
  { from, to, values, carried, missing }: ShownPoint,
  columns: readonly Column[],
) {
  const shown = columns.map(({ name, unit }) => [name, shownNumber(values[name] ?? null, unit)]);
  return {
    from,
    to,
    values: Object.fromEntries(shown) as Record<string, number | null>,
    carried: [...carried],
    missing: [...missing],
  };
}

/** What stands beside rows. */
export function rowsStamp(opened: OpenedFigure) {
  const { metric, question, names, span, column, total, count } = opened;
  const { book, currency, filters } = question;
  return {
    metric: metric.name,
    profile: book.profile,
    time_zone: book.rules.timeZone,
    currency,
    filters,
    names,
    ...span,
    column,
    total: shownNumber(total, column.unit) ?? 0,
    count,
  };
}

export function rowAnswer(
  { key, steps }: ShownRow,
  { subject, column }: { readonly subject: Subject | undefined; readonly column: Column },
): Static<typeof RowSchema> {
  const { label = key, accountId = null, user = null, details = {} } = subject ?? {};
  return {
    key,
    label,
    account_id: accountId === null ? null : String(accountId),
    user,
    details: { ...details },
    value: shownNumber(steps, column.unit) ?? 0,
  };
}
