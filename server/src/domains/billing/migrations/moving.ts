import { createBell, type Round } from '../../../platform/jobs.ts';
import type { Route } from '../../../platform/routes.ts';
import { effectsRoutes, type EffectsDependencies } from './effects-routes.ts';
import { migrationsRoutes } from './routes.ts';
import { createMigrations } from './service.ts';
import { versionsRoutes, type VersionsDependencies } from './versions-routes.ts';
import { withdrawalRoute } from './withdrawal-route.ts';
import { moveSome, type MovingDependencies } from './work.ts';

export type PlanMovesDependencies = MovingDependencies & EffectsDependencies & VersionsDependencies;

export interface PlanMoves {
  readonly routes: readonly Route[];
  readonly rounds: readonly Round[];
}

/** Moving subscribers from one version of a plan to another, as a part of the application. */
export function createPlanMoves(deps: PlanMovesDependencies): PlanMoves {
  const { database, catalog } = deps;
  const bell = createBell();
  const migrations = createMigrations({ database, catalog });
  const onBegun = (): void => bell.ring();
  return {
    routes: [
      ...versionsRoutes(deps),
      withdrawalRoute(deps),
      ...effectsRoutes(deps),
      ...migrationsRoutes({ database, catalog, migrations, onBegun }),
    ],
    rounds: [{ name: 'migrations of plans', work: (signal) => moveSome(deps, signal), bell }],
  };
}
