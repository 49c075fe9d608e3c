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
import { Legend } from '../../../charts/legend.tsx';
import { Empty, Failed, Loading } from '../../../parts/states.tsx';
import { showFigure, showTick } from '../../../words/figures.ts';
import { askedOf } from '../controls/asked.ts';
import { useInsightSearch } from '../controls/use-asked.ts';
import {
  agesOf,
  averageOf,
  cohortsOf,
  cohortTable,
  heatRowsOf,
  spread,
  type Cohort,
} from './cohort-parts.ts';

const KINDS = [
  { value: 'customer_retention', label: 'Customers' },
  { value: 'revenue_retention', label: 'Revenue' },
];

/** How much of each month's new customers, or of what they brought, is there as they grow older. */
export function CohortPanel(props: { readonly definitions: readonly MetricDefinition[] }) {
  const [kind, setKind] = useState('customer_retention');
  const definition = props.definitions.find(({ name }) => name === kind);
  if (definition === undefined) return null;
  const choice = (
    <SegmentedControl
      size="xs"
      aria-label="What is kept"
      value={kind}
      onChange={setKind}
      data={KINDS}
    />
  );
  return <Asked definition={definition} choice={choice} />;
}

interface Chosen {
  readonly definition: MetricDefinition;
  readonly choice: ReactNode;
}

function Asked({ definition, choice }: Chosen) {
  const { compare: _, granularity: __, ...search } = useInsightSearch();
  const asked = { ...askedOf(search, definition), granularity: 'month', breakdown: 'cohort' };
  const { data, error, refetch } = useQuery(seriesQuery(definition.name, asked));
  if (data !== undefined) return <Drawn {...{ definition, choice }} series={data} />;
  if (error === null) return <Loading rows={1} heightPx={300} />;
  return <Failed error={error} onRetry={() => void refetch()} />;
}

function Drawn({ series, definition, choice }: Chosen & { readonly series: MetricSeries }) {
  const cohorts = cohortsOf(series, definition);
  if (cohorts.length === 0) return <Empty title="No customers began to pay in this time" />;
  const told = { of: definition, currency: series.currency };
  return (
    <>
      <ChartCard
        title="What is left of each cohort"
        unit="percent of what it began with"
        beside={choice}
        table={cohortTable(cohorts, told)}
      >
        <HeatMap
          label="Shares of each cohort, by age in months"
          first="Began in"
          base="With"
          columns={agesOf(cohorts)}
          rows={heatRowsOf(cohorts, told)}
        />
      </ChartCard>
      <Curves cohorts={cohorts} />
    </>
  );
}

const MOST_CURVES = LOOKS.length - 1;

/** Some cohorts from the first to the last, and all of them together. */
function Curves({ cohorts }: { readonly cohorts: readonly Cohort[] }) {
  const ages = agesOf(cohorts);
  const average = averageOf(cohorts);
  const lines: Line[] = [
    { name: 'All together', look: 'one', values: average },
    ...spread(cohorts, MOST_CURVES).map(({ name, shares }, index): Line => ({
      name,
      look: LOOKS[index + 1]!,
      values: ages.map((_, age) => shares[age] ?? null),
    })),
  ];
  const share = { unit: 'share', currency: 'usd' };
  return (
    <ChartCard
      title="Retention curves"
      unit="percent of what a cohort began with, by age in months"
      legend={<Legend of={lines} isOfLines />}
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
