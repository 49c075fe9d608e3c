import { daySpans, type DaySpan } from '@whisperforge/kernel/period';
import {
  checkAttribute,
  checkDimension,
  createPreparation,
  type Asked,
  type MetricsOptions,
  type Prepared,
} from './prepare.ts';
import type { Group, Metric, PageAsked, Question } from './metric.ts';
import { earlierRange, type Comparison } from './ranges.ts';
import {
  loadRows,
  loadRowsPage,
  type PageOfFigure,
  type RowsAsked,
  type RowsOfFigure,
} from '../rows/rows.ts';
import { findNames } from './store-names.ts';
import { shownGroups, shownPoints, type Series } from './series.ts';

export interface SeriesAsked {
  /** A dimension to take the figures apart by. */
  readonly breakdown?: string | undefined;
  readonly compare?: Comparison | undefined;
}

export type Metrics = ReturnType<typeof createMetrics>;

/** All metrics, asked in one way. */
export function createMetrics(options: MetricsOptions) {
  const prepare = createPreparation(options);
  return {
    metrics: options.metrics,

    /**
     * @throws METRIC_UNKNOWN, DIMENSION_UNKNOWN; SPAN_INVALID for days in the wrong order or too
     * many; BOOK_NOT_READY while the first book of the profile is being built
     */
    async series(name: string, asked: Asked & SeriesAsked, nowMs: number): Promise<Series> {
      const { metric, granularity, range, question } = await prepare(name, asked, nowMs);
      const { breakdown = null, compare: comparison } = asked;
      if (breakdown !== null) {
        checkDimension(metric, breakdown);
        await checkAttribute(options.database, breakdown);
      }
      const isMixed = breakdown !== null && isMixedBy(metric, question, breakdown);
      const load = async (of: DaySpan, by: string | null) => {
        const found = await metric.load({
          ...question,
          spans: daySpans(of, granularity),
          breakdown: by,
        });
        return isMixed && by === null ? found.map(withoutValue) : found;
      };
      const earlier =
        comparison === undefined
          ? undefined
          : { ...earlierRange(range, { comparison, granularity }), comparison };
      const [whole, groups, before, names] = await Promise.all([
        load(range, null),
        breakdown === null ? [] : load(range, breakdown),
        earlier === undefined ? [] : load(earlier, null),
        findNames(options.database, [...Object.keys(question.filters), breakdown ?? '']),
      ]);
      const shown = { metric, spans: daySpans(range, granularity) };
      const data = shownPoints(whole[0]!.points, shown);
      return {
        ...range,
        metric,
        question,
        names,
        granularity,
        data,
        breakdown:
          breakdown === null
            ? null
            : { dimension: breakdown, groups: shownGroups(groups, { ...shown, whole: data }) },
        compare: earlier && {
          ...earlier,
          data: shownPoints(before[0]!.points, { metric, spans: daySpans(earlier, granularity) }),
        },
      };
    },

    ...createRows(options, prepare),
  };
}

function createRows({ database }: MetricsOptions, prepare: ReturnType<typeof createPreparation>) {
  const namesFor = ({ question }: Prepared) =>
    findNames(database, ['plan', ...Object.keys(question.filters)]);
  return {
    /** All that a figure of a series is made of. @throws what a series does, and COLUMN_UNKNOWN */
    async rows(name: string, asked: Asked & RowsAsked, nowMs: number): Promise<RowsOfFigure> {
      const prepared = await prepare(name, asked, nowMs);
      const [opened, names] = await Promise.all([loadRows(prepared, asked), namesFor(prepared)]);
      return { ...opened, names };
    },

    /** Some of it. @throws what rows do */
    async rowsPage(
      name: string,
      { page, ...asked }: Asked & RowsAsked & { readonly page: PageAsked },
      nowMs: number,
    ): Promise<PageOfFigure> {
      const prepared = await prepare(name, asked, nowMs);
      const [opened, names] = await Promise.all([
        loadRowsPage(prepared, asked, page),
        namesFor(prepared),
      ]);
      return { ...opened, names };
    },
  };
}

/** Whether what is taken apart cannot be added up, since the parts count in units of their own. */
function isMixedBy(
  { oneOf }: Metric,
  { filters }: Pick<Question, 'filters'>,
  breakdown: string,
): boolean {
  return oneOf?.dimension === breakdown && filters[breakdown]?.length !== 1;
}

function withoutValue(group: Group): Group {
  const points = group.points.map((point) => ({
    ...point,
    values: { ...point.values, value: null },
  }));
  return { ...group, points };
}
