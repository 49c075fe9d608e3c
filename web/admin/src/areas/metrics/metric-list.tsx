import { useQuery } from '@tanstack/react-query';
import { definitionsQuery, type MetricDefinition } from '../../api/metrics/figures.ts';
import { Failed, Loading } from '../../parts/states.tsx';
import { To } from '../../parts/to.tsx';
import { spoken } from '../../words/quantities.ts';
import { InsightsPage } from './insights-page.tsx';
import { useInsightSearch } from './controls/use-asked.ts';

/** Every metric there is, and what it means. */
export function MetricList() {
  const { data, error, refetch } = useQuery(definitionsQuery);
  const areas = Map.groupBy(data ?? [], ({ area }) => area);
  return (
    <InsightsPage title="All metrics">
      {error !== null && <Failed error={error} onRetry={() => void refetch()} />}
      {data === undefined && error === null && <Loading rows={10} />}
      <div className="columns">
        {[...areas].map(([area, metrics]) => (
          <Area key={area} name={area} of={metrics} />
        ))}
      </div>
    </InsightsPage>
  );
}

function Area(props: { readonly name: string; readonly of: readonly MetricDefinition[] }) {
  const search = useInsightSearch();
  const id = `area-${props.name}`;
  return (
    <section className="card" aria-labelledby={id}>
      <h2 id={id}>{spoken(props.name)}</h2>
      <dl className="definitions">
        {props.of.map(({ name, title, summary }) => (
          <div key={name}>
            <dt>
              <To to="/insights/metrics/$metric" params={{ metric: name }} search={search} inherit>
                {title}
              </To>
            </dt>
            <dd className="quiet small">{summary}</dd>
          </div>
        ))}
      </dl>
    </section>
  );
}
