import { useQuery } from '@tanstack/react-query';
import { useNavigate } from '@tanstack/react-router';
import { annotationsQuery } from '../../../api/metrics/annotations.ts';
import { seriesQuery, type MetricSeries } from '../../../api/metrics/figures.ts';
import { ChartCard } from '../../../charts/chart-card.tsx';
import { Legend } from '../../../charts/legend.tsx';
import { StackedBars } from '../../../charts/stacked-bars.tsx';
import { Failed, Loading } from '../../../parts/states.tsx';
import { showTick, unitName } from '../../../words/figures.ts';
import { showShortSpan } from '../../../words/spans.ts';
import { MOVEMENT_METRIC } from './movement-metric.ts';
import { layersOf, movementTable, saidOf } from './movement-parts.ts';
import { askedOf } from '../controls/asked.ts';
import { marksOf } from './series-parts.ts';
import { useInsightSearch } from '../controls/use-asked.ts';

/** Why MRR is not what it was: what each span has brought and what it has cost. */
export function MovementPanel() {
  const { compare: _, ...search } = useInsightSearch();
  const asked = askedOf(search, MOVEMENT_METRIC);
  const { data, error, refetch } = useQuery(seriesQuery(MOVEMENT_METRIC.name, asked));
  if (data !== undefined) return <Drawn series={data} />;
  return (
    <section className="card chart-card" aria-label="MRR movements">
      {error === null ? (
        <Loading rows={1} heightPx={260} />
      ) : (
        <Failed error={error} onRetry={() => void refetch()} />
      )}
    </section>
  );
}

function Drawn({ series }: { readonly series: MetricSeries }) {
  const navigate = useNavigate();
  const search = useInsightSearch();
  const { data: annotations = [] } = useQuery(
    annotationsQuery({ from: series.from, to: series.to }),
  );
  const marks = marksOf(series, annotations);
  const layers = layersOf(series);
  const told = { unit: 'money', currency: series.currency };
  return (
    <ChartCard
      title="Why MRR moved"
      unit={`${unitName(told)} a month; the line is the sum`}
      table={movementTable(series)}
      legend={<Legend of={layers} />}
    >
      <StackedBars
        label={`MRR movements, by ${series.granularity}`}
        places={series.data.map((point) => ({
          short: showShortSpan(point, series.granularity),
          said: saidOf(point, series.currency),
        }))}
        layers={layers}
        marks={marks}
        showTick={(value) => showTick(value, told)}
        onOpen={(index) => {
          const at = series.data[index]!.to;
          void navigate({ to: '/insights/movements', search: { ...search, at } });
        }}
      />
    </ChartCard>
  );
}
