import { infiniteQueryOptions, queryOptions } from '@tanstack/react-query';
import type { List } from '../contract/session.ts';
import { ask, queryOf, segment } from '../request.ts';
import type { Recurring } from './drafts.ts';
import { PLANS } from './versions.ts';

export type Timing = 'now' | 'renewal';

/** Subscribers of one version on their way to another. */
export interface Migration {
  readonly id: string;
  readonly plan: string;
  readonly from_version: number;
  readonly to_version: number;
  readonly when: string;
  readonly state: string;
  readonly reason: string;
  /** To be sent back with a stop or a resume. */
  readonly version: number;
  readonly created_at: string;
  readonly finished_at: string | null;
}

export interface Progress {
  readonly total: number;
  readonly waiting: number;
  readonly moved: number;
  readonly scheduled: number;
  readonly skipped: number;
  readonly refused: number;
}

export interface FollowedMigration {
  readonly migration: Migration;
  readonly progress: Progress;
}

export interface Move {
  readonly account: string;
  readonly user: string | null;
  readonly state: string;
  readonly code: string | null;
  readonly detail: string | null;
  readonly attempts: number;
  readonly settled_at: string | null;
}

export interface BegunMigration {
  readonly migration: Migration | null;
  readonly subscribers: number;
  readonly recurring: readonly Recurring[];
}

const A_MOMENT_MS = 1_000;

export const migrationsQuery = infiniteQueryOptions({
  queryKey: [PLANS, 'migrations'],
  queryFn: ({ pageParam: cursor }) =>
    ask<List<Migration>>('GET', `/plan-migrations${queryOf({ cursor })}`),
  initialPageParam: '',
  getNextPageParam: ({ next_cursor: cursor }) => cursor ?? undefined,
});

/** Asked again in a moment while it runs. */
export function migrationQuery(id: string) {
  return queryOptions({
    queryKey: [PLANS, 'migration', id],
    queryFn: () => ask<FollowedMigration>('GET', `/plan-migrations/${segment(id)}`),
    refetchInterval: ({ state }) =>
      state.data?.migration.state === 'running' ? A_MOMENT_MS : false,
  });
}

/** Read anew whenever `settled`, how many are, is another. */
export function movesQuery(id: string, state: string | undefined, settled: number) {
  return infiniteQueryOptions({
    queryKey: [PLANS, 'moves', id, state, settled],
    queryFn: ({ pageParam: cursor }) => {
      const query = queryOf({ state, cursor });
      return ask<List<Move>>('GET', `/plan-migrations/${segment(id)}/subscribers${query}`);
    },
    placeholderData: (previous) => previous,
    initialPageParam: '',
    getNextPageParam: ({ next_cursor: cursor }) => cursor ?? undefined,
  });
}

export function beginMigration(wanted: {
  readonly plan: string;
  readonly from_version: number;
  readonly to_version: number;
  readonly when: Timing;
  readonly reason: string;
  readonly dry_run: boolean;
}): Promise<BegunMigration> {
  return ask('POST', '/plan-migrations', wanted);
}

/** Stops it or has it go on. */
export function turnMigration(
  turn: 'stop' | 'resume',
  { id, version }: Migration,
  reason: string,
): Promise<Migration> {
  return ask('POST', `/plan-migrations/${segment(id)}/${turn}`, { version, reason });
}
