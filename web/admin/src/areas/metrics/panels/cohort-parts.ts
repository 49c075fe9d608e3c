// pure
import type { MetricSeries } from '../../../api/metrics/figures.ts';
import type { HeatRow } from '../../../charts/heat-map.tsx';
import { showFigure } from '../../../words/figures.ts';
import { showSpanName } from '../../../words/spans.ts';

/** A cohort by its age: what is left of it at the end of its first month, the second, and so on. */
export interface Cohort {
  readonly month: string;
  readonly name: string;
  /** At the end of the first month, which is what all others are shares of. */
  readonly base: number;
  readonly values: readonly number[];
}

/** Those that began within what is shown; of others nobody sees how they began. */
export function cohortsOf({ breakdown, from }: MetricSeries): Cohort[] {
  return (breakdown?.groups ?? []).flatMap(({ key: month, data }) => {
    const begins = data.findIndex((point) => point.from <= month && month <= point.to);
    const first = data[begins];
    if (first === undefined || month < from) return [];
    const values = data.slice(begins).map((point) => point.values['value'] ?? 0);
    const name = showSpanName({ from: month, to: first.to });
    return [{ month, name, base: values[0] ?? 0, values }];
  });
}

/** Shares of the first month; the youngest cohort has the fewest. */
export function heatRowsOf(
  cohorts: readonly Cohort[],
  told: { readonly unit: string; readonly currency: string },
): HeatRow[] {
  const longest = Math.max(...cohorts.map(({ values }) => values.length), 0);
  return cohorts.map(({ name, base, values }) => ({
    name,
    base: showFigure(base, told),
    cells: Array.from({ length: longest }, (_, age) => shareAt({ base, values }, age)),
  }));
}

export function shareAt(
  { base, values }: Pick<Cohort, 'base' | 'values'>,
  age: number,
): number | null {
  const value = values[age];
  return value === undefined || base === 0 ? null : value / base;
}

/** All cohorts together by age, each weighed by its size; of those that are old enough. */
export function averageOf(cohorts: readonly Cohort[]): (number | null)[] {
  const longest = Math.max(...cohorts.map(({ values }) => values.length), 0);
  return Array.from({ length: longest }, (_, age) => {
    const old = cohorts.filter(({ values }) => values.length > age);
    const base = old.reduce((sum, cohort) => sum + cohort.base, 0);
    return base === 0 ? null : old.reduce((sum, { values }) => sum + values[age]!, 0) / base;
  });
}
