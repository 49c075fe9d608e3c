import { dayIn, shiftDay, shiftMonth } from '@whisperforge/kernel/period';

/** Of the metrics' own list, what questions are made from. */
export interface MetricTold {
  readonly name: string;
  readonly area: string;
  readonly dimensions: readonly string[];
  readonly granularities: readonly string[];
  readonly columns: readonly { readonly name: string; readonly adds: boolean }[];
  readonly opens: string;
}

export interface MetricQuestion {
  readonly area: string;
  readonly kind: 'series' | 'breakdown' | 'filtered' | 'rows';
  readonly path: string;
}

/** By one value each, so that figures of a segment are asked for, too. */
const SEGMENTS: Readonly<Record<string, string>> = {
  plan: 'pro',
  country: 'DE',
  source: 'ads',
  cycle: 'year',
  currency: 'eur',
};

/**
 * What the dashboards ask of a metric: the last twelve months with those before, all months, weeks
 * and days; each dimension; one segment, and two at once; the first page of the rows of each
 * figure.
 */
export function questionsOf(
  { name, area, dimensions, granularities, columns }: MetricTold,
  { nowMs, months }: { readonly nowMs: number; readonly months: number },
): MetricQuestion[] {
  const today = dayIn('UTC', nowMs);
  const whole = `from=${shiftMonth(today, 1 - months).slice(0, 8)}01`;
  const year = `from=${shiftMonth(today, -11).slice(0, 8)}01`;
  const middle = shiftMonth(today, -Math.floor(months / 2));
  const spans = [
    `${year}&compare=previous`,
    `${year}&compare=year`,
    whole,
    ...(granularities.includes('week')
      ? [`granularity=week&compare=previous&from=${shiftDay(today, -90)}`]
      : []),
    ...(granularities.includes('day')
      ? [`granularity=day&compare=previous&from=${shiftDay(today, -29)}`]
      : []),
  ];
  const filters = dimensions.filter((dimension) => SEGMENTS[dimension] !== undefined);
  const filterOf = (dimension: string): string => `${dimension}=${SEGMENTS[dimension]}`;
  const other = (dimension: string): string | undefined =>
    dimensions.find((each) => each !== dimension);
  const ask = (kind: MetricQuestion['kind'], query: string): MetricQuestion => ({
    area,
    kind,
    path: `metrics/${name}${kind === 'rows' ? '/rows' : ''}?${query}`,
  });
  return [
    ...spans.map((span) => ask('series', span)),
    ...dimensions.flatMap((dimension) => [
      ask('breakdown', `${year}&breakdown=${dimension}`),
      ask('breakdown', `${whole}&breakdown=${dimension}`),
    ]),
    ...filters.flatMap((dimension) => {
      const by = other(dimension);
      const query = `${year}&${filterOf(dimension)}`;
      return [
        ask('filtered', query),
        ...(by === undefined ? [] : [ask('filtered', `${query}&breakdown=${by}`)]),
      ];
    }),
    ...columns
      .filter(({ adds }) => adds)
      .flatMap((column) => [
        ask('rows', `${year}&column=${column.name}&limit=50`),
        ask('rows', `${whole}&at=${middle}&column=${column.name}&limit=50`),
      ]),
  ];
}
