import Type from 'typebox';
import { formatInstant } from '@whisperforge/kernel/clock';
import type { Backlog } from '../../platform/backlog.ts';
import type { Database } from '../../platform/database.ts';
import { route, type Route } from '../../platform/routes.ts';
import { Nullable } from '../../platform/schemas.ts';
import { readGrowingFile } from './disk.ts';
import { readDatabaseState } from './store.ts';

/** What whoever puts the system together knows of it, and this domain does not. */
export interface HealthSources {
  readonly database: Database;
  readonly version: string;
  /** For how long this process has been running. */
  readonly uptimeMs: () => number;
  /** Names of those that have not run. */
  readonly pendingMigrations: () => Promise<readonly string[]>;
  readonly backlogs: readonly {
    readonly name: string;
    readonly read: (nowMs: number) => Promise<Backlog>;
  }[];
  readonly lastSweepMs: () => Promise<number | null>;
  /** Where the checkpoints of the audit trail are appended, where they are. */
  readonly checkpointFile: string | undefined;
}

const Bytes = Type.Integer();

const HealthSchema = Type.Object({
  now: Type.String(),
  version: Type.String({ description: 'Of this system, in the process that answers.' }),
  node: Type.String(),
  uptime_seconds: Type.Integer(),
  database: Type.Object({
    version: Type.String(),
    size_bytes: Bytes,
    connections: Type.Integer(),
    most_connections: Type.Integer(),
    pending_migrations: Type.Array(Type.String()),
  }),
  backlogs: Type.Array(
    Type.Object({
      name: Type.String(),
      waiting: Type.Integer(),
      failed: Type.Integer(),
      oldest_at: Nullable(Type.String()),
    }),
  ),
  last_sweep_at: Nullable(Type.String()),
  checkpoints: Nullable(
    Type.Object({
      path: Type.String(),
      size_bytes: Nullable(Bytes),
      written_at: Nullable(Type.String({ description: "By this machine's clock." })),
      free_bytes: Nullable(Bytes),
      disk_bytes: Nullable(Bytes),
    }),
  ),
});

const instantOf = (ms: number | null): string | null => (ms === null ? null : formatInstant(ms));

export function healthRoute(sources: HealthSources): Route {
  return route({
    method: 'GET',
    path: '/admin/v1/health',
    summary: 'What runs, how far behind it is, and how much room it has',
    tag: 'Operations',
    scope: 'staff',
    permission: 'operations.read',
    response: HealthSchema,
    async handler({ nowMs }) {
      const [state, pending, backlogs, sweptMs, checkpoints] = await Promise.all([
        readDatabaseState(sources.database),
        sources.pendingMigrations(),
        readBacklogs(sources, nowMs),
        sources.lastSweepMs(),
        checkpointsAnswer(sources.checkpointFile),
      ]);
      return {
        now: formatInstant(nowMs),
        version: sources.version,
        node: process.versions.node,
        uptime_seconds: Math.floor(sources.uptimeMs() / 1_000),
        database: {
          version: state.version,
          size_bytes: state.sizeBytes,
          connections: state.connections,
          most_connections: state.mostConnections,
          pending_migrations: [...pending],
        },
        backlogs,
        last_sweep_at: instantOf(sweptMs),
        checkpoints,
      };
    },
  });
}

function readBacklogs({ backlogs }: HealthSources, nowMs: number) {
  const answers = backlogs.map(async ({ name, read }) => {
    const { waiting, failed, oldestMs } = await read(nowMs);
    return { name, waiting, failed, oldest_at: instantOf(oldestMs) };
  });
  return Promise.all(answers);
}

async function checkpointsAnswer(path: string | undefined) {
  if (path === undefined) return null;
  const file = await readGrowingFile(path);
  return {
    path,
    size_bytes: file.sizeBytes,
    written_at: instantOf(file.writtenMs),
    free_bytes: file.freeBytes,
    disk_bytes: file.diskBytes,
  };
}
