import type { Job, Round } from '../../platform/jobs.ts';
import type { Route } from '../../platform/routes.ts';
import type { Access } from '../access/index.ts';
import type { Accounts } from '../accounts/index.ts';
import type { Consumer } from '../outbox/index.ts';
import { createBulk } from './bulk/bulk.ts';
import type { BulkDependencies } from './bulk/perform.ts';
import { createEntriesConsumer } from './entries/consumer.ts';
import { createPatrol } from './entries/patrol.ts';
import { rebuildEntries } from './entries/rebuild.ts';
import type { RefreshDependencies } from './entries/refresh.ts';
import { forgetWords } from './entries/store-words.ts';
import { profileRoutes } from './profile/routes.ts';
import { usersRoutes } from './users/routes.ts';
import { viewsRoutes } from './views/routes.ts';

export interface DirectoryDependencies extends RefreshDependencies, BulkDependencies {
  readonly access: Access;
  readonly accounts: Accounts;
}

/** Where staff look everything up. */
export interface Directory {
  readonly routes: readonly Route[];
  readonly consumers: readonly Consumer[];
  readonly rounds: readonly Round[];
  readonly jobs: readonly Job[];
  /** Makes what lists are filtered by anew; answers how many users there are. */
  rebuild(onProgress?: (made: number) => void): Promise<number>;
}

export function createDirectory(deps: DirectoryDependencies): Directory {
  const bulk = createBulk(deps);
  return {
    routes: [...usersRoutes(deps), ...profileRoutes(deps), ...viewsRoutes(deps), ...bulk.routes],
    consumers: [createEntriesConsumer(deps)],
    rounds: [createPatrol(deps), bulk.round],
    jobs: [
      { name: 'directory_words', schedule: '41 3 * * *', run: () => forgetWords(deps.database) },
    ],
    rebuild: (onProgress) => rebuildEntries(deps, deps.clock.nowMs(), onProgress),
  };
}
