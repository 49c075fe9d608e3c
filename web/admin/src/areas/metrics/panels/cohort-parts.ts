// pure
import type { MetricDefinition, MetricSeries } from '../../../api/metrics/figures.ts';
import type { TableView } from '../../../charts/chart-card.tsx';
import type { HeatRow } from '../../../charts/heat-map.tsx';
import { showFigure } from '../../../words/figures.ts';
import { showSpanName } from '../../../words/spans.ts';

/** A cohort by its age: what is there of it at the end of its first month, and of later ones. */
export interface Cohort {
  readonly name: string;
  /** All that it began with, which the others are shares of. */
  readonly base: number;
  readonly shares: readonly (number | null)[];
  /** What the shares come to. */
  readonly kept: readonly (number | null)[];
}

/** Of the columns of such a metric the first is the share, then what there was, then what is. */
function columnsOf({ columns }: Pick<MetricDefinition, 'columns'>) {
  const [, begun, kept] = columns;
  return { begun, kept };
}

/** Those that began within what is shown; of others nobody sees how they began. */
export function cohortsOf({ breakdown, from }: MetricSeries, of: MetricDefinition): Cohort[] {
  const { begun, kept } = columnsOf(of);
  return (breakdown?.groups ?? []).flatMap(({ key: month, data }) => {
    const begins = data.findIndex((point) => point.from <= month && month <= point.to);
    const lived = data.slice(begins);
    const [first] = lived;
    if (begins < 0 || first === undefined || month < from) return [];
    const valuesOf = (name = 'value') => lived.map(({ values }) => values[name] ?? null);
    const name = showSpanName({ from: month, to: first.to });
    const base = lived.at(-1)?.values[begun?.name ?? ''] ?? 0;
    return [{ name, base, shares: valuesOf(), kept: valuesOf(kept?.name) }];
  });
}

export function agesOf(cohorts: readonly Cohort[]): string[] {
  const longest = Math.max(...cohorts.map(({ shares }) => shares.length), 0);
  return Array.from({ length: longest }, (_, age) => `M${age}`);
}

export function heatRowsOf(
  cohorts: readonly Cohort[],
  { of, currency }: { readonly of: MetricDefinition; readonly currency: string },
): HeatRow[] {
  const unit = columnsOf(of).begun?.unit ?? 'count';
  const ages = agesOf(cohorts);
  return cohorts.map(({ name, base, shares }) => ({
    name,
    base: showFigure(base, { unit, currency }),
    cells: ages.map((_, age) => shares[age] ?? null),
  }));
}

export function cohortTable(
  cohorts: readonly Cohort[],
  { of, currency }: { readonly of: MetricDefinition; readonly currency: string },
): TableView {
  const unit = columnsOf(of).kept?.unit ?? 'count';
  const ages = agesOf(cohorts);
  return {
    head: ['Cohort', ...ages],
    rows: cohorts.map(({ name, kept }) => [
      name,
      ...ages.map((_, age) => showFigure(kept[age], { unit, currency })),
    ]),
  };
}

/** All cohorts together by age, each weighed by its size; of those that are old enough. */
export function averageOf(cohorts: readonly Cohort[]): (number | null)[] {
  return agesOf(cohorts).map((_, age) => {
    const old = cohorts.filter(({ shares }) => (shares[age] ?? null) !== null);
    const base = old.reduce((sum, cohort) => sum + cohort.base, 0);
    const kept = old.reduce((sum, cohort) => sum + cohort.base * (cohort.shares[age] ?? 0), 0);
    return base === 0 ? null : kept / base;
  });
}

/** Some of many, from the first to the last. */
export function spread<T>(all: readonly T[], most: number): T[] {
  if (all.length <= most) return [...all];
  const step = (all.length - 1) / (most - 1);
  return Array.from({ length: most }, (_, index) => all[Math.round(index * step)]!);
}
