import { Chip, Group } from '@mantine/core';
import { useQuery } from '@tanstack/react-query';
import { getRouteApi } from '@tanstack/react-router';
import {
  attributesQuery,
  definitionsQuery,
  seriesQuery,
  type MetricDefinition,
} from '../../api/metrics/figures.ts';
import { Empty, Failed, Loading } from '../../parts/states.tsx';
import { To } from '../../parts/to.tsx';
import { spoken } from '../../words/quantities.ts';
import { InsightsPage } from './insights-page.tsx';
import { askedOf } from './controls/asked.ts';
import { AnnotationsPanel } from './panels/annotations-panel.tsx';
import { BreakdownPanel } from './panels/breakdown-panel.tsx';
import { Controls } from './controls/controls.tsx';
import { Exports } from './parts/exports.tsx';
import { MetricPanel } from './panels/metric-panel.tsx';
import { OutdatedPricesCard } from './parts/outdated-prices.tsx';
import { Stamp } from './parts/stamp.tsx';
import { attributeDimension, dimensionName } from './controls/segment-name.ts';
import { useChangeSearch, useInsightSearch } from './controls/use-asked.ts';

const route = getRouteApi('/inside/insights/metrics/$metric');

/** One metric: what it means, how it went, what it is made of. */
export function Metric() {
  const { metric } = route.useParams();
  const { data: definitions, error, refetch } = useQuery(definitionsQuery);
  const definition = definitions?.find(({ name }) => name === metric);
  if (definition !== undefined) return <Known definition={definition} />;
  return (
    <InsightsPage title={spoken(metric)}>
      {error !== null && <Failed error={error} onRetry={() => void refetch()} />}
      {definitions === undefined && error === null && <Loading rows={3} heightPx={180} />}
      {definitions !== undefined && (
        <Empty title="There is no such metric">
          <To to="/insights/metrics">All metrics</To>
        </Empty>
      )}
    </InsightsPage>
  );
}

function Known({ definition }: { readonly definition: MetricDefinition }) {
  const search = useInsightSearch();
  const { breakdown } = route.useSearch();
  const chosen = useDimensions(definition).find((dimension) => dimension === breakdown);
  const asked = {
    ...askedOf(search, definition),
    ...(chosen !== undefined && { breakdown: chosen }),
  };
  const { data } = useQuery(seriesQuery(definition.name, askedOf(search, definition)));
  return (
    <InsightsPage
      title={definition.title}
      deeds={<Exports metric={definition.name} asked={asked} />}
    >
      <Controls />
      <div className="stack">
        {definition.area === 'costs' && <OutdatedPricesCard />}
        <MetricPanel definition={definition} heightPx={280} />
        <Meaning definition={definition} profile={data?.profile} />
        <AnnotationsPanel of={definition} />
        <Breakdowns definition={definition} chosen={chosen} />
        {data !== undefined && <Stamp of={data} />}
      </div>
    </InsightsPage>
  );
}

/** What a metric can be taken apart by, attributes of users last. */
function useDimensions(definition: MetricDefinition): readonly string[] {
  const { data = [] } = useQuery(attributesQuery);
  const { dimensions, takes_attributes: takesAttributes } = definition;
  const attributes = takesAttributes ? data.map(({ key }) => attributeDimension(key)) : [];
  return [...dimensions, ...attributes];
}

function Meaning(props: {
  readonly definition: MetricDefinition;
  readonly profile: string | undefined;
}) {
  const { summary, formula, columns, opens, profile_notes: notes, name } = props.definition;
  const search = useInsightSearch();
  const note = notes[props.profile ?? ''];
  return (
    <section className="card" aria-labelledby="meaning">
      <h2 id="meaning">What it means</h2>
      <dl className="facts">
        <dt>Definition</dt>
        <dd>{summary}</dd>
        <dt>Formula</dt>
        <dd>{formula}</dd>
        {note !== undefined && (
          <>
            <dt>As {spoken(props.profile ?? '')} counts</dt>
            <dd>{note}</dd>
          </>
        )}
        {opens !== null && (
          <>
            <dt>Rows</dt>
            <dd>
              <Group gap="sm">
                {columns
                  .filter(({ adds }) => adds)
                  .map((column) => (
                    <To
                      key={column.name}
                      to="/insights/metrics/$metric/rows"
                      params={{ metric: name }}
                      search={{ ...search, column: column.name }}
                      inherit
                    >
                      {column.title}
                    </To>
                  ))}
              </Group>
            </dd>
          </>
        )}
      </dl>
    </section>
  );
}

function Breakdowns(props: {
  readonly definition: MetricDefinition;
  readonly chosen: string | undefined;
}) {
  const { definition, chosen } = props;
  const change = useChangeSearch();
  const dimensions = useDimensions(definition);
  if (dimensions.length === 0) return null;
  return (
    <div className="stack">
      <Group gap="xs" role="group" aria-label="Taken apart by">
        <span className="quiet small">Taken apart by</span>
        {dimensions.map((dimension) => (
          <Chip
            key={dimension}
            size="xs"
            checked={dimension === chosen}
            onChange={(isOn) => change({ breakdown: isOn ? dimension : undefined })}
          >
            {dimensionName(dimension)}
          </Chip>
        ))}
      </Group>
      {chosen !== undefined && <BreakdownPanel definition={definition} dimension={chosen} />}
    </div>
  );
}
