import { useQuery } from '@tanstack/react-query';
import {
  seriesQuery,
  type MetricColumn,
  type MetricDefinition,
  type MetricNames,
  type MetricSeries,
} from '../../../api/metrics/figures.ts';
import type { InsightSearch } from '../../../app/filters.ts';
import { Bars, type Bar } from '../../../charts/bars.tsx';
import { ChartCard } from '../../../charts/chart-card.tsx';
import { Failed, Loading } from '../../../parts/states.tsx';
import { To } from '../../../parts/to.tsx';
import { showFigure, unitName } from '../../../words/figures.ts';
import { showSpanName } from '../../../words/spans.ts';
import { askedOf } from '../controls/asked.ts';
import { attributesIn, attributesText, valuesText } from '../controls/filter-values.ts';
import {
  attributeOf,
  dimensionName,
  isOrdered,
  segmentName,
  unitOf,
  unitOfOne,
} from '../controls/segment-name.ts';
import { useInsightSearch } from '../controls/use-asked.ts';

interface Props {
  readonly definition: MetricDefinition;
  readonly dimension: string;
}

/** The latest figure of a metric by the values of a dimension; each leads to itself alone. */
export function BreakdownPanel({ definition, dimension }: Props) {
  const { compare: _, ...search } = useInsightSearch();
  const asked = { ...askedOf(search, definition), breakdown: dimension };
  const { data, error, refetch } = useQuery(seriesQuery(definition.name, asked));
  const title = `${definition.title} by ${dimensionName(dimension).toLowerCase()}`;
  if (data !== undefined) return <Drawn {...{ definition, dimension, title }} series={data} />;
  return (
    <section className="card chart-card" aria-label={title}>
      {error === null ? (
        <Loading rows={4} />
      ) : (
        <Failed error={error} onRetry={() => void refetch()} />
      )}
    </section>
  );
}

const MOST_BARS = 8;

function Drawn(props: Props & { readonly title: string; readonly series: MetricSeries }) {
  const { definition, dimension, title, series } = props;
  const column = definition.columns[0]!;
  const told = { unit: column.unit, currency: series.currency };
  const unit = unitOfOne(definition, series) ?? unitName(told);
  const last = series.data.at(-1);
  const bars = useBars(props, column);
  const others = bars.length - MOST_BARS;
  return (
    <ChartCard
      title={title}
      unit={last === undefined ? unit : `${unit}, ${showSpanName(last)}`}
      table={breakdownTable(series, column)}
      beneath={others > 0 && <p className="quiet small">{others} more in the table.</p>}
    >
      {bars.length === 0 ? (
        <p className="quiet">There is nothing to take apart.</p>
      ) : (
        <Bars label={`${title}: ${dimension}`} of={shownOf(bars, dimension)} />
      )}
    </ChartCard>
  );
}

/**
 * Those that there is room for: the longest, longest first, since groups come by how much there is
 * of them and not by such figures as rates; of months the latest, in their order.
 */
function shownOf(bars: readonly Bar[], dimension: string): readonly Bar[] {
  if (dimension === 'hour') return bars.slice(0, MOST_BARS);
  if (isOrdered(dimension)) return bars.slice(-MOST_BARS);
  return bars.toSorted((a, b) => (b.value ?? 0) - (a.value ?? 0)).slice(0, MOST_BARS);
}

function useBars(
  { definition, dimension, series }: Props & { readonly series: MetricSeries },
  { name, unit, adds }: MetricColumn,
): Bar[] {
  const search = useInsightSearch();
  const whole = series.data.at(-1)?.values[name] ?? 0;
  const isMixed = isOfOwnUnits(definition, series);
  return (series.breakdown?.groups ?? []).map(({ key, data }) => {
    const known = data.at(-1)?.values[name] ?? null;
    const value = known ?? 0;
    const figure = showFigure(known, { unit, currency: series.currency });
    const counted = isMixed ? unitOf(series.names, key) : undefined;
    const share = adds && whole > 0 ? `${Math.round((value / whole) * 100)} %` : undefined;
    const link = (
      <To
        to="/insights/metrics/$metric"
        params={{ metric: definition.name }}
        search={{ ...search, ...filterBy(dimension, key, search) }}
        inherit
      >
        {segmentName(dimension, key, series.names)}
      </To>
    );
    const length = isMixed ? null : value;
    const shown = counted === undefined ? figure : `${figure} ${counted}`;
    const bar = { key, name: link, value: length, shown };
    return share === undefined ? bar : { ...bar, note: share };
  });
}

/** What leads to one value alone, beside what is filtered by already. */
function filterBy(dimension: string, key: string, search: InsightSearch): InsightSearch {
  const attribute = attributeOf(dimension);
  if (attribute === undefined) return { [dimension]: valuesText([key]) ?? '' };
  const filters = new Map([...attributesIn(search.attributes), [attribute, [key]]]);
  return { attributes: attributesText(filters) ?? '' };
}

function isOfOwnUnits({ one_of: oneOf }: MetricDefinition, { breakdown }: MetricSeries): boolean {
  return oneOf !== null && breakdown?.dimension === oneOf;
}

/** All groups over time, which bars have no room for. */
export function breakdownTable(series: MetricSeries, { name, unit }: MetricColumn) {
  const { groups = [], dimension = 'segment' } = series.breakdown ?? {};
  const told = { unit, currency: series.currency };
  return {
    head: [dimensionName(dimension), ...series.data.map(showSpanName)],
    rows: groups.map(({ key, data }) => [
      namedWithKey(dimension, key, series.names),
      ...data.map(({ values }) => showFigure(values[name], told)),
    ]),
  };
}

/** The name, with the key beside it that exports and addresses have. */
function namedWithKey(dimension: string, key: string, names: MetricNames): string {
  const name = segmentName(dimension, key, names);
  const unit = dimension === 'feature' ? unitOf(names, key) : undefined;
  const said = unit === undefined ? name : `${name}, ${unit}`;
  return names[dimension]?.[key] === undefined ? said : `${said} (${key})`;
}
