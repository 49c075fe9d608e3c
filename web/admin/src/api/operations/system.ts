import { infiniteQueryOptions, queryOptions } from '@tanstack/react-query';
import type { List } from '../contract/session.ts';
import { listQuery } from '../lists/pages.ts';
import { ask } from '../request.ts';

const A_WHILE_MS = 10_000;

export interface Health {
  readonly now: string;
  readonly version: string;
  readonly node: string;
  readonly uptime_seconds: number;
  readonly database: {
    readonly version: string;
    readonly size_bytes: number;
    readonly connections: number;
    readonly most_connections: number;
    readonly pending_migrations: readonly string[];
  };
  readonly backlogs: readonly {
    readonly name: string;
    readonly waiting: number;
    readonly failed: number;
    readonly oldest_at: string | null;
  }[];
  readonly last_sweep_at: string | null;
  readonly checkpoints: {
    readonly path: string;
    readonly size_bytes: number | null;
    readonly written_at: string | null;
    readonly free_bytes: number | null;
    readonly disk_bytes: number | null;
  } | null;
}

export const healthQuery = queryOptions({
  queryKey: ['operations', 'health'],
  queryFn: () => ask<Health>('GET', '/health'),
  refetchInterval: A_WHILE_MS,
});

/** What the environment says where the server was started. */
export interface Setting {
  readonly name: string;
  readonly meaning: string;
  readonly is_secret: boolean;
  readonly value: string | null;
  readonly source: string;
  readonly is_valid: boolean;
  readonly faults: readonly string[];
}

export const settingsQuery = queryOptions({
  queryKey: ['operations', 'settings'],
  queryFn: () => ask<{ readonly data: readonly Setting[] }>('GET', '/settings'),
});

/** A tick that waits, runs or has gone wrong. */
export interface QueuedJob {
  readonly id: number;
  readonly name: string;
  readonly state: string;
  readonly run_at: string;
  readonly attempts: number;
  readonly most_attempts: number;
  readonly last_error: string | null;
  readonly created_at: string;
}

export interface Schedule {
  readonly name: string;
  readonly schedule: string;
  readonly last_tick_at: string | null;
}

export interface Jobs extends List<QueuedJob> {
  readonly schedules: readonly Schedule[];
}

export const jobsQuery = infiniteQueryOptions({
  ...listQuery<QueuedJob, Jobs>(['operations', 'jobs'], '/jobs'),
  refetchInterval: A_WHILE_MS,
});

export function touchJobs(
  deed: 'retry' | 'remove',
  ids: readonly number[],
  reason: string,
): Promise<unknown> {
  return ask('POST', `/jobs/${deed}`, { ids, reason });
}
