import { useQuery } from '@tanstack/react-query';
import { Link } from '@tanstack/react-router';
import { Skeleton } from '@mantine/core';
import { seriesQuery, type MetricDefinition } from '../../../api/metrics/figures.ts';
import { askedOf } from '../controls/asked.ts';
import { headlineOf } from './series-parts.ts';
import { useInsightSearch } from '../controls/use-asked.ts';

/** The latest figures side by side, each with the way to its page. */
export function Tiles(props: { readonly of: readonly MetricDefinition[] }) {
  return (
    <ul className="figure-tiles" aria-label="Latest figures">
      {props.of.map((definition) => (
        <Tile key={definition.name} definition={definition} />
      ))}
    </ul>
  );
}

function Tile({ definition }: { readonly definition: MetricDefinition }) {
  const search = useInsightSearch();
  const asked = askedOf(search, definition);
  const { data, error } = useQuery(seriesQuery(definition.name, asked));
  const headline = data === undefined ? undefined : headlineOf(data, definition.columns[0]!);
  return (
    <li>
      <Link to="/insights/metrics/$metric" params={{ metric: definition.name }} search={search}>
        <span className="quiet small">{definition.title}</span>
        {headline === undefined && error === null && <Skeleton height={26} radius="sm" />}
        {headline === undefined && error !== null && <strong>–</strong>}
        {headline !== undefined && <strong>{headline.shown}</strong>}
        <span className="small">
          {headline?.change === undefined ? ' ' : `${headline.change} `}
          {headline?.change !== undefined && <span className="quiet">{headline.against}</span>}
        </span>
      </Link>
    </li>
  );
}
