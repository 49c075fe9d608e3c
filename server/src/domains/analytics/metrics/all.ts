import type { Database } from '../../../platform/database.ts';
import { costMetrics } from '../costs/metrics.ts';
import { usageMetrics } from '../usage/metrics.ts';
import { cohortMetrics } from './growth/cohorts.ts';
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
  return [
    ...revenueMetrics(database),
    ...retentionMetrics(database),
    ...cohortMetrics(database),
    ...growthMetrics(database, { spend: spendSource(database) }),
    ...conversionMetrics(database),
    ...paymentMetrics(database),
    ...promotionMetrics(database),
    ...usageMetrics(database),
    ...costMetrics(database),
  ];
}
