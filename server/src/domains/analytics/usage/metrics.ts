import type { Executor } from '../../../platform/database.ts';
import type { Metric } from '../metrics/registry/metric.ts';
import { findFirstMetered } from '../metrics/registry/store-names.ts';
import { adoptionMetric } from './adoption/metric.ts';
import { pressureMetric } from './pressure/metric.ts';
import { describeUsers, FEATURE_USE_DIMENSIONS, findFeatureUse } from './store-use.ts';
import { trafficMetrics } from './traffic/metrics.ts';
import { count, exact, summedMetric, type LoadedSums, type SumsQuestion } from './summed.ts';

/** What is used, by whom and of what plan. */
export function usageMetrics(executor: Executor): Metric[] {
  return [
    consumption(executor),
    adoptionMetric(executor),
    pressureMetric(executor),
    ...trafficMetrics(executor),
  ];
}

function consumption(executor: Executor): Metric {
  return summedMetric({
    name: 'consumption',
    title: 'Consumption',
    area: 'usage',
    summary:
      'How much of a feature was used. Features count in units of their own, so that it is of ' +
      'one feature, or of each by itself.',
    formula: 'Sum of what events counted to the feature, on the day on which they happened',
    unit: 'quantity',
    adds: true,
    value: (sum) => sum('amount'),
    from: [count('events', 'Events')],
    opens: 'value',
    dimensions: Object.keys(FEATURE_USE_DIMENSIONS),
    takesAttributes: true,
    oneOf: { dimension: 'feature', usual: () => findFirstMetered(executor) },
    async load(question: SumsQuestion): Promise<LoadedSums> {
      const found = await findFeatureUse(executor, question);
      return {
        days: found.map(({ key, day, amount, events }) => ({
          key,
          day,
          sums: { amount: exact(amount), events: exact(events) },
        })),
      };
    },
    describe: (keys) => describeUsers(executor, keys.map(Number)),
  });
}
