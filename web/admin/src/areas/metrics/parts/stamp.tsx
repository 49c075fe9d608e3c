import { useQuery } from '@tanstack/react-query';
import {
  seriesQuery,
  type MetricDefinition,
  type MetricSeries,
} from '../../../api/metrics/figures.ts';
import { spoken } from '../../../words/quantities.ts';
import { askedOf } from '../controls/asked.ts';
import { useInsightSearch } from '../controls/use-asked.ts';

/** By whose definition, in whose days and in which currency figures are. */
export function Stamp({
  of: { profile, time_zone: zone, currency },
}: {
  readonly of: Pick<MetricSeries, 'profile' | 'time_zone' | 'currency'>;
}) {
  return (
    <p className="quiet small">
      Counted as {spoken(profile)} does, in days of {zone}, in {currency.toUpperCase()}.
    </p>
  );
}

/** The same of all figures of a view, as one of them says it. */
export function StampOf({ definition }: { readonly definition: MetricDefinition }) {
  const search = useInsightSearch();
  const { data } = useQuery(seriesQuery(definition.name, askedOf(search, definition)));
  return data === undefined ? null : <Stamp of={data} />;
}
