import { SegmentedControl } from '@mantine/core';
import { useQuery } from '@tanstack/react-query';
import { useState, type ReactNode } from 'react';
import {
  seriesQuery,
  type MetricDefinition,
  type MetricSeries,
} from '../../../api/metrics/figures.ts';
import { ChartCard } from '../../../charts/chart-card.tsx';
import { HeatMap } from '../../../charts/heat-map.tsx';
import { LOOKS } from '../../../charts/patterns.tsx';
import { SeriesChart, type Line } from '../../../charts/series-chart.tsx';
import { Legend } from '../../../charts/stacked-bars.tsx';
import { Empty, Failed, Loading } from '../../../parts/states.tsx';
import { showFigure, showTick } from '../../../words/figures.ts';
import { askedOf } from '../controls/asked.ts';
import { averageOf, cohortsOf, heatRowsOf, shareAt, type Cohort } from './cohort-parts.ts';
import { useInsightSearch } from '../controls/use-asked.ts';

const KINDS = [
  { value: 'customers', label: 'Customers' },
  { value: 'mrr', label: 'Revenue' },
];

/** How much of each month's new customers, or of what they brought, is there as they grow older. */
export function CohortPanel(props: { readonly definitions: readonly MetricDefinition[] }) {
  const [kind, setKind] = useState('customers');
  const { compare: _, granularity: __, ...search } = useInsightSearch();
  const definition = props.definitions.find(({ name }) => name === kind);
  const asked = {
    ...askedOf(search, definition ?? NONE),
    granularity: 'month',
    breakdown: 'cohort',
  };
  const { data, error, refetch } = useQuery({
    ...seriesQuery(kind, asked),
    enabled: definition !== undefined,
  });
  if (definition === undefined) return null;
  if (data === undefined) {
    if (error === null) return <Loading rows={1} heightPx={300} />;
    return <Failed error={error} onRetry={() => void refetch()} />;
  }
  const choice = (
    <SegmentedControl
      size="xs"
      aria-label="What is kept"
      value={kind}
      onChange={setKind}
      data={KINDS}
    />
  );
  return <Drawn series={data} definition={definition} choice={choice} />;
}

const NONE = { dimensions: [], granularities: [] };

interface DrawnProps {
  readonly series: MetricSeries;
  readonly definition: MetricDefinition;
  readonly choice: ReactNode;
}

function Drawn({ series, definition, choice }: DrawnProps) {
  const cohorts = cohortsOf(series);
  const told = { unit: definition.columns[0]!.unit, currency: series.currency };
  if (cohorts.length === 0) {
    return <Empty title="No customers began to pay in this time" />;
  }
  const rows = heatRowsOf(cohorts, told);
  const ages = rows[0]!.cells.map((_, age) => `M${age}`);
  return (
    <>
      <ChartCard
        title="What is left of each cohort"
        unit="percent of the first month"
        beside={choice}
        table={{
          head: ['Cohort', 'First month', ...ages.slice(1)],
          rows: cohorts.map(({ name, values }) => [
            name,
            ...ages.map((_, age) => showFigure(values[age], told)),
          ]),
        }}
      >
        <HeatMap
          label="Shares of each cohort, by age in months"
          first="Began in"
          base="First month"
          columns={ages}
          rows={rows}
        />
      </ChartCard>
      <Curves cohorts={cohorts} ages={ages} />
    </>
  );
}

const MOST_CURVES = LOOKS.length - 1;

/** The latest cohorts, and all of them together. */
function Curves(props: { readonly cohorts: readonly Cohort[]; readonly ages: readonly string[] }) {
  const { cohorts, ages } = props;
  const shown = cohorts.slice(-MOST_CURVES);
  const average = averageOf(cohorts);
  const lines: Line[] = [
    { name: 'All together', look: 'one', values: average },
    ...shown.map((cohort, index): Line => ({
      name: cohort.name,
      look: LOOKS[index + 1]!,
      values: ages.map((_, age) => shareAt(cohort, age)),
    })),
  ];
  const share = { unit: 'share', currency: 'usd' };
  return (
    <ChartCard
      title="Retention curves"
      unit="percent of the first month, by age in months"
      legend={<Legend of={lines} />}
      table={{
        head: ['Cohort', ...ages],
        rows: lines.map(({ name, values }) => [
          name,
          ...values.map((value) => showFigure(value, share)),
        ]),
      }}
    >
      <SeriesChart
        label="Retention by age"
        places={ages.map((short, age) => ({
          short,
          said: `Month ${age}: ${showFigure(average[age], share)} of all together`,
        }))}
        lines={lines}
        showTick={(value) => showTick(value, share)}
      />
    </ChartCard>
  );
}
