import type { Database } from '../../../platform/database.ts';
import type { Metric } from './registry/metric.ts';
import { revenueMetrics } from './revenue/metrics.ts';

/** Every metric there is, in the order in which they are listed. */
export function allMetrics(database: Database): Metric[] {
  return [...revenueMetrics(database)];
}
