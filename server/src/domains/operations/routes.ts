import type { Route } from '../../platform/routes.ts';
import { healthRoute, type HealthSources } from './health.ts';
import { settingsRoute, type Setting } from './settings.ts';

export interface OperationsRoutesOptions extends HealthSources {
  readonly readSettings: () => readonly Setting[];
}

/** How the whole system stands, for those of the staff who run it. */
export function operationsRoutes({ readSettings, ...sources }: OperationsRoutesOptions): Route[] {
  return [healthRoute(sources), settingsRoute(readSettings)];
}
