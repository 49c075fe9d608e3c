import type { Route } from '../../platform/routes.ts';
import { demoRoute, type DemoCompany } from './demo.ts';
import { healthRoute, type HealthSources } from './health.ts';
import { settingsRoute, type Setting } from './settings.ts';

export interface OperationsRoutesOptions extends HealthSources {
  readonly readSettings: () => readonly Setting[];
  /** The demo company that the process was started with; nothing where it was started without. */
  readonly readDemo: () => DemoCompany | undefined;
}

/** How the whole system stands, for those of the staff who run it. */
export function operationsRoutes(options: OperationsRoutesOptions): Route[] {
  const { readSettings, readDemo, ...sources } = options;
  return [healthRoute(sources), settingsRoute(readSettings), demoRoute(readDemo)];
}
