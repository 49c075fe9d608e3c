import type { MetricSeries } from '../../../api/metrics/figures.ts';
import { spoken } from '../../../words/quantities.ts';

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
