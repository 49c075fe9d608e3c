import { NativeSelect } from '@mantine/core';
import { useQuery } from '@tanstack/react-query';
import { useNavigate } from '@tanstack/react-router';
import { annotationsQuery } from '../../../api/metrics/annotations.ts';
import {
  seriesQuery,
  type MetricDefinition,
  type MetricSeries,
} from '../../../api/metrics/figures.ts';
import { ChartCard } from '../../../charts/chart-card.tsx';
import { SeriesChart } from '../../../charts/series-chart.tsx';
import { Legend } from '../../../charts/legend.tsx';
import { Failed, Loading } from '../../../parts/states.tsx';
import { To } from '../../../parts/to.tsx';
import { leastOf, showTick, unitName } from '../../../words/figures.ts';
import { spoken } from '../../../words/quantities.ts';
import { showDayName, showSpanName } from '../../../words/spans.ts';
import { askedOf, ignoredBy } from '../controls/asked.ts';
import { headlineOf, linesOf, marksOf, placesOf, tableOf } from './series-parts.ts';
import { unitOfOne } from '../controls/segment-name.ts';
import { useChangeSearch, useInsightSearch } from '../controls/use-asked.ts';

/** A metric with its latest figure and how it came there; each point opens into its rows. */
export function MetricPanel(props: {
  readonly definition: MetricDefinition;
  readonly heightPx?: number;
}) {
  const { definition } = props;
  const search = useInsightSearch();
  const { name } = definition;
  const asked = askedOf(search, definition);
  const { data, error, refetch } = useQuery(seriesQuery(name, asked));
  if (data === undefined) {
    return (
      <section className="card chart-card" aria-label={definition.title}>
        {error === null ? (
          <Loading rows={1} heightPx={220} />
        ) : (
          <Failed error={error} onRetry={() => void refetch()} />
        )}
      </section>
    );
  }
  return <Drawn {...props} series={data} ignored={ignoredBy(search, definition)} />;
}

function Drawn(props: {
  readonly definition: MetricDefinition;
  readonly series: MetricSeries;
  readonly ignored: readonly string[];
  readonly heightPx?: number;
}) {
  const { definition, series, ignored, heightPx = 180 } = props;
  const search = useInsightSearch();
  const open = useOpenRows(definition, series);
  const column = definition.columns[0]!;
  const { data: annotations = [] } = useQuery(
    annotationsQuery({ from: series.from, to: series.to }),
  );
  const marks = marksOf(series, annotations);
  const told = { unit: column.unit, currency: series.currency };
  const lines = linesOf(series, column);
  return (
    <ChartCard
      title={
        <To
          to="/insights/metrics/$metric"
          params={{ metric: definition.name }}
          search={search}
          inherit
        >
          {definition.title}
        </To>
      }
      unit={unitOfOne(definition, series) ?? unitName(told)}
      beside={<OneOf definition={definition} series={series} />}
      table={tableOf(series, definition)}
      legend={
        <>
          <Head series={series} definition={definition} />
          {lines.length > 1 && <Legend of={lines} isOfLines />}
        </>
      }
      beneath={
        <>
          {ignored.length > 0 && (
            <p className="quiet small">Not filtered by {ignored.join(', ')}.</p>
          )}
          <Valued series={series} />
          <Counted series={series} definition={definition} />
        </>
      }
    >
      <SeriesChart
        label={`${definition.title}, by ${series.granularity}`}
        places={placesOf(series, column)}
        lines={lines}
        marks={marks}
        showTick={(value) => showTick(value, told)}
        least={leastOf(column.unit)}
        onOpen={open}
        heightPx={heightPx}
      />
    </ChartCard>
  );
}

/** Of what counts in units of its own, one is shown; here another is chosen. */
function OneOf(props: { readonly definition: MetricDefinition; readonly series: MetricSeries }) {
  const { one_of: oneOf } = props.definition;
  const { filters, names } = props.series;
  const change = useChangeSearch();
  if (oneOf === null) return null;
  const known = Object.entries(names[oneOf] ?? {});
  return (
    <NativeSelect
      size="xs"
      aria-label={spoken(oneOf)}
      value={filters[oneOf]?.[0] ?? ''}
      data={known
        .filter(([, { unit }]) => unit !== null)
        .map(([value, { name }]) => ({ value, label: name }))}
      onChange={(event) => change({ [oneOf]: event.currentTarget.value })}
    />
  );
}

function Head(props: { readonly series: MetricSeries; readonly definition: MetricDefinition }) {
  const { shown, change, against } = headlineOf(props.series, props.definition.columns[0]!);
  const last = props.series.data.at(-1);
  return (
    <p className="headline">
      <strong>{shown}</strong>
      {last !== undefined && <span className="quiet small">{showSpanName(last)}</span>}
      {change !== undefined && (
        <span className="small">
          {change} <span className="quiet">{against}</span>
        </span>
      )}
    </p>
  );
}

/** What a figure in the reporting currency rests on, where rates are not those of the day. */
function Valued({ series }: { readonly series: MetricSeries }) {
  const carried = [...new Set(series.data.flatMap((point) => point.carried))];
  const missing = [...new Set(series.data.flatMap((point) => point.missing))];
  if (carried.length + missing.length === 0) return null;
  const list = (codes: readonly string[]): string => codes.join(', ').toUpperCase();
  return (
    <p className="quiet small">
      {carried.length > 0 && `At an earlier rate: ${list(carried)}. `}
      {missing.length > 0 && `Without a rate, and so without value: ${list(missing)}.`}
    </p>
  );
}

/** By whose definition it is counted where definitions differ, and since when it is known. */
function Counted(props: { readonly series: MetricSeries; readonly definition: MetricDefinition }) {
  const { data, profile } = props.series;
  const { columns, profile_notes: notes } = props.definition;
  const column = columns[0]!.name;
  const first = data.findIndex(({ values }) => values[column] !== null);
  const note = notes[profile];
  const since = first > 0 ? `Not known before ${showDayName(data[first]!.from)}.` : undefined;
  const counted = note === undefined ? undefined : `As ${spoken(profile)} counts: ${note}`;
  if (since === undefined && counted === undefined) return null;
  return <p className="quiet small">{[since, counted].filter(Boolean).join(' ')}</p>;
}

/** Opens a place of a series into its rows; nothing, where there are none. */
export function useOpenRows(
  { name, opens }: Pick<MetricDefinition, 'name' | 'opens'>,
  { data }: Pick<MetricSeries, 'data'>,
): ((index: number) => void) | undefined {
  const navigate = useNavigate();
  const search = useInsightSearch();
  if (opens === null) return undefined;
  return (index) => {
    const at = data[index]?.to;
    if (at === undefined) return;
    void navigate({
      to: '/insights/metrics/$metric/rows',
      params: { metric: name },
      search: { ...search, at },
    });
  };
}
