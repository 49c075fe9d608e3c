import { useQuery } from '@tanstack/react-query';
import {
  seriesQuery,
  type MetricDefinition,
  type MetricSeries,
} from '../../../api/metrics/figures.ts';
import { Bars, type Bar } from '../../../charts/bars.tsx';
import { ChartCard } from '../../../charts/chart-card.tsx';
import { Failed, Loading } from '../../../parts/states.tsx';
import { showCount } from '../../../words/quantities.ts';
import { showSpanName } from '../../../words/spans.ts';
import { askedOf } from '../controls/asked.ts';
import { useInsightSearch } from '../controls/use-asked.ts';

/** The metric whose counts are the steps on the way to paying. */
const FUNNEL = 'free_to_paid';

/** How many of those who signed up went each step of the way, over all of the time shown. */
export function FunnelPanel(props: { readonly definitions: readonly MetricDefinition[] }) {
  const definition = props.definitions.find(({ name }) => name === FUNNEL);
  return definition === undefined ? null : <Asked definition={definition} />;
}

function Asked({ definition }: { readonly definition: MetricDefinition }) {
  const { compare: _, ...search } = useInsightSearch();
  const { data, error, refetch } = useQuery(seriesQuery(FUNNEL, askedOf(search, definition)));
  if (data === undefined && error === null) return <Loading rows={4} />;
  if (data === undefined) return <Failed error={error} onRetry={() => void refetch()} />;
  const steps = stepsOf(data, definition);
  return (
    <ChartCard
      title="From signing up to paying"
      unit={`accounts, ${showSpanName(data)}`}
      table={{
        head: ['Step', 'Accounts', 'Of all'],
        rows: steps.map(({ name, shown, note }) => [name, shown, note]),
      }}
    >
      <Bars label="Steps on the way to paying" of={steps} />
    </ChartCard>
  );
}

/** Spans are of different people, so that those of all of them can be added up. */
function stepsOf({ data }: MetricSeries, { columns }: MetricDefinition): Bar[] {
  const steps = columns.filter(({ adds }) => adds);
  const counts = steps.map(({ name }) =>
    data.reduce((sum, { values }) => sum + (values[name] ?? 0), 0),
  );
  const [all = 0] = counts;
  return steps.map(({ name, title }, index) => {
    const value = counts[index]!;
    const note = all === 0 || index === 0 ? '' : `${Math.round((value / all) * 100)} % of all`;
    return { key: name, name: title, value, shown: showCount(value), note };
  });
}
