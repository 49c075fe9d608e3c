import { useQuery } from '@tanstack/react-query';
import {
  seriesQuery,
  type MetricColumn,
  type MetricDefinition,
  type MetricSeries,
} from '../../../api/metrics/figures.ts';
import { Bars, type Bar } from '../../../charts/bars.tsx';
import { ChartCard } from '../../../charts/chart-card.tsx';
import { Failed, Loading } from '../../../parts/states.tsx';
import { To } from '../../../parts/to.tsx';
import { showFigure, unitName } from '../../../words/figures.ts';
import { spoken } from '../../../words/quantities.ts';
import { showSpanName } from '../../../words/spans.ts';
import { askedOf } from '../controls/asked.ts';
import { segmentName } from '../controls/segment-name.ts';
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
  const title = `${definition.title} by ${spoken(dimension).toLowerCase()}`;
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
  const last = series.data.at(-1);
  const bars = useBars(props, column);
  const others = bars.length - MOST_BARS;
  return (
    <ChartCard
      title={title}
      unit={last === undefined ? unitName(told) : `${unitName(told)}, ${showSpanName(last)}`}
      table={breakdownTable(series, column)}
      beneath={others > 0 && <p className="quiet small">{others} more in the table.</p>}
    >
      {bars.length === 0 ? (
        <p className="quiet">There is nothing to take apart.</p>
      ) : (
        <Bars label={`${title}: ${dimension}`} of={bars.slice(0, MOST_BARS)} />
      )}
    </ChartCard>
  );
}

function useBars(
  { definition, dimension, series }: Props & { readonly series: MetricSeries },
  { name, unit, adds }: MetricColumn,
): Bar[] {
  const search = useInsightSearch();
  const whole = series.data.at(-1)?.values[name] ?? 0;
  return (series.breakdown?.groups ?? []).map(({ key, data }) => {
    const value = data.at(-1)?.values[name] ?? 0;
    const shown = showFigure(value, { unit, currency: series.currency });
    const share = adds && whole > 0 ? `${Math.round((value / whole) * 100)} %` : undefined;
    const text = segmentName(dimension, key);
    const link = (
      <To
        to="/insights/metrics/$metric"
        params={{ metric: definition.name }}
        search={{ ...search, [dimension]: key }}
        inherit
      >
        {text}
      </To>
    );
    // An address leaves out what is empty, so there is no way to those without a value.
    const bar = { key, name: key === '' ? text : link, value, shown };
    return share === undefined ? bar : { ...bar, note: share };
  });
}

/** All groups over time, which bars have no room for. */
export function breakdownTable(series: MetricSeries, { name, unit }: MetricColumn) {
  const groups = series.breakdown?.groups ?? [];
  const told = { unit, currency: series.currency };
  return {
    head: [spoken(series.breakdown?.dimension ?? 'segment'), ...series.data.map(showSpanName)],
    rows: groups.map(({ key, data }) => [
      segmentName(series.breakdown?.dimension ?? '', key),
      ...data.map(({ values }) => showFigure(values[name], told)),
    ]),
  };
}
