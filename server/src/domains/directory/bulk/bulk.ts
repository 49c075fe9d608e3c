import { createBell, type Round } from '../../../platform/jobs.ts';
import type { Route } from '../../../platform/routes.ts';
import type { BulkDependencies } from './perform.ts';
import { bulkRoutes } from './routes/bulk-routes.ts';
import { workBulk } from './work/work.ts';

/** Deeds on many users at once, as a part of the directory. */
export function createBulk(deps: BulkDependencies): {
  readonly routes: readonly Route[];
  readonly round: Round;
} {
  const bell = createBell();
  return {
    routes: bulkRoutes({ ...deps, onBegun: () => bell.ring() }),
    round: { name: 'deeds on many users', work: (signal) => workBulk(deps, signal), bell },
  };
}
