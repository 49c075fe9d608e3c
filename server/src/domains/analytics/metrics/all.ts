import type { Database } from '../../../platform/database.ts';
import { costMetrics } from '../costs/metrics.ts';
import { supportMetrics } from '../support/metrics.ts';
import { usageMetrics } from '../usage/metrics.ts';
import { committedMetric } from './committed/metric.ts';
import { cohortMetrics } from './growth/cohorts.ts';
import { marginSource } from './growth/margin.ts';
import { growthMetrics } from './growth/metrics.ts';
import { spendSource } from './growth/spend.ts';
import { conversionMetrics } from './happenings/conversions.ts';
import { paymentMetrics } from './happenings/payments.ts';
import { promotionMetrics } from './happenings/promotions.ts';
import type { Metric } from './registry/metric.ts';
import { retentionMetrics } from './retention/metrics.ts';
import { revenueMetrics } from './revenue/metrics.ts';

/** Every metric there is, in the order in which they are listed. */
export function allMetrics(database: Database): Metric[] {
  const costs = costMetrics(database);
  const margin = costs.find(({ name }) => name === 'gross_margin');
  const sources = {
    spend: spendSource(database),
    ...(margin && { grossMargin: marginSource(margin) }),
  };
  return [
    ...revenueMetrics(database),
    committedMetric(database),
    ...retentionMetrics(database),
    ...cohortMetrics(database),
    ...growthMetrics(database, sources),
    ...conversionMetrics(database),
    ...paymentMetrics(database),
    ...promotionMetrics(database),
    ...usageMetrics(database),
    ...costs,
    ...supportMetrics(database),
  ];
}
