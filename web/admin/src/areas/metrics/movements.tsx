import { useQuery } from '@tanstack/react-query';
import { getRouteApi, useNavigate } from '@tanstack/react-router';
import { Fragment, useId, type ReactNode } from 'react';
import { seriesQuery, type MetricPoint, type MetricSeries } from '../../api/metrics/figures.ts';
import { ChartCard } from '../../charts/chart-card.tsx';
import { Waterfall } from '../../charts/waterfall.tsx';
import { Empty, Failed, Loading } from '../../parts/states.tsx';
import { To } from '../../parts/to.tsx';
import { showCount } from '../../words/quantities.ts';
import { showTick, unitName } from '../../words/figures.ts';
import { showSpanName } from '../../words/spans.ts';
import { InsightsPage } from './insights-page.tsx';
import { askedOf } from './controls/asked.ts';
import { Controls } from './controls/controls.tsx';
import { Exports } from './parts/exports.tsx';
import { MOVEMENT_METRIC } from './panels/movement-metric.ts';
import { MovementPanel } from './panels/movement-panel.tsx';
import { stepsOf } from './panels/movement-parts.ts';
import { Stamp } from './parts/stamp.tsx';
import { useInsightSearch } from './controls/use-asked.ts';

const route = getRouteApi('/inside/insights/movements');

/** How MRR came from the start of one span to its end, and who it was. */
export function Movements() {
  const { at } = route.useSearch();
  const { compare: _, ...search } = useInsightSearch();
  const asked = askedOf(search, MOVEMENT_METRIC);
  const { data, error, refetch } = useQuery(seriesQuery(MOVEMENT_METRIC.name, asked));
  const point = data?.data.find(({ from, to }) => at === undefined || (from <= at && at <= to));
  const opened = at === undefined ? data?.data.at(-1) : point;
  const title = opened === undefined ? 'MRR movements' : `MRR, ${showSpanName(opened)}`;
  return (
    <InsightsPage title={title} deeds={<Exports metric="movements" asked={asked} />}>
      <Controls />
      {data === undefined && error === null && <Loading rows={2} heightPx={260} />}
      {data === undefined && error !== null && (
        <Failed error={error} onRetry={() => void refetch()} />
      )}
      {data !== undefined && opened === undefined && (
        <Empty title="That day is not among those shown" />
      )}
      {data !== undefined && opened !== undefined && (
        <div className="stack">
          <Opened series={data} point={opened} />
          <MovementPanel />
          <Stamp of={data} />
        </div>
      )}
    </InsightsPage>
  );
}

function Opened({ series, point }: { readonly series: MetricSeries; readonly point: MetricPoint }) {
  const navigate = useNavigate();
  const search = useInsightSearch();
  const { currency } = series;
  const told = { unit: 'money', currency };
  const steps = stepsOf(point, currency);
  const link = (column: string, text: string) => (
    <To
      to="/insights/metrics/$metric/rows"
      params={{ metric: 'movements' }}
      search={{ ...search, at: point.to, column }}
    >
      {text}
    </To>
  );
  return (
    <>
      <ChartCard
        title="From the start to the end"
        unit={`${unitName(told)} a month`}
        table={{
          head: ['Step', 'Amount'],
          rows: steps.map(({ name, column, shown }) => [link(column, name), shown]),
        }}
      >
        <Waterfall
          label="Steps of MRR"
          steps={steps}
          showTick={(value) => showTick(value, told)}
          onOpen={(index) => {
            const { column } = steps[index]!;
            void navigate({
              to: '/insights/metrics/$metric/rows',
              params: { metric: 'movements' },
              search: { ...search, at: point.to, column },
            });
          }}
        />
      </ChartCard>
      <div className="panels">
        <Facts
          title="Amounts"
          of={steps.map(({ column, name, shown }) => ({ name: link(column, name), shown }))}
        />
        <Facts
          title="Customers"
          of={CUSTOMERS.map(({ column, name }) => ({
            name: link(column, name),
            shown: showCount(point.values[column] ?? 0),
          }))}
        />
      </div>
    </>
  );
}

const CUSTOMERS = [
  { column: 'customers_start', name: 'At the start' },
  { column: 'customers_new', name: 'New' },
  { column: 'customers_reactivated', name: 'Came back' },
  { column: 'customers_churned', name: 'Left' },
  { column: 'customers_end', name: 'At the end' },
];

function Facts(props: {
  readonly title: string;
  readonly of: readonly { readonly name: ReactNode; readonly shown: string }[];
}) {
  const id = useId();
  return (
    <section className="card" aria-labelledby={id}>
      <h2 id={id}>{props.title}</h2>
      <dl className="facts">
        {props.of.map(({ name, shown }, index) => (
          <Fragment key={index}>
            <dt>{name}</dt>
            <dd className="number">{shown}</dd>
          </Fragment>
        ))}
      </dl>
    </section>
  );
}
