import type { Database } from '../../platform/database.ts';
import type { Route } from '../../platform/routes.ts';
import { settlingRoutes } from './costs/settled/routes.ts';
import { booksRoutes } from './ledger/staff/routes.ts';
import { allMetrics } from './metrics/all.ts';
import { createMetrics } from './metrics/registry/service.ts';
import { metricsRoutes } from './metrics/routes/routes.ts';

export interface AnalyticsOptions {
  readonly database: Database;
  /** What figures are reported in. */
  readonly currency: string;
  /** Whose days are counted where no book says so yet. */
  readonly timeZone: string;
}

/** Figures for analysts by secret key, and the same for the portal. */
export function analyticsRoutes({ database, currency, timeZone }: AnalyticsOptions): Route[] {
  const metrics = createMetrics({ database, currency, metrics: allMetrics(database) });
  return [
    ...metricsRoutes(metrics, database),
    ...booksRoutes({ database, timeZone }),
    ...settlingRoutes({ database, currency }),
  ];
}
