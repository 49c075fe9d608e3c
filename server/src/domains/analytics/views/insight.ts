import type { Database } from '../../../platform/database.ts';
import type { Route } from '../../../platform/routes.ts';
import { createAnnotations } from '../annotations/annotations.ts';
import { annotationsRoutes } from '../annotations/routes.ts';
import { createLive, type Live } from '../live/live.ts';
import { liveRoutes, type StaffByRows } from '../live/routes.ts';
import { viewsRoutes } from './routes.ts';

export interface InsightOptions {
  readonly database: Database;
  readonly staff: StaffByRows;
  /** Whose days figures are reported in. */
  readonly timeZone: string;
  /** Told when news cannot be read, for the log. */
  readonly onFailure?: (error: unknown) => void;
}

export interface Insight {
  readonly routes: readonly Route[];
  readonly live: Live;
}

/** What makes figures a dashboard: marks beside them, what happens now, and whom they are about. */
export function createInsight(options: InsightOptions): Insight {
  const live = createLive(options);
  return {
    live,
    routes: [
      ...liveRoutes({ ...options, live }),
      ...annotationsRoutes(createAnnotations(options)),
      ...viewsRoutes(options),
    ],
  };
}
