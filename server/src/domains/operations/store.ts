import { sql } from 'kysely';
import type { Executor } from '../../platform/database.ts';

export interface DatabaseState {
  /** Of Postgres, such as `17.2`. */
  readonly version: string;
  readonly sizeBytes: number;
  /** Of this database, by whomever. */
  readonly connections: number;
  readonly mostConnections: number;
}

/** How the database itself stands. */
export async function readDatabaseState(executor: Executor): Promise<DatabaseState> {
  const { rows } = await sql<{
    version: string;
    size: number;
    connections: number;
    most: number;
  }>`
    SELECT current_setting('server_version') AS version,
      pg_database_size(current_database()) AS size,
      (SELECT count(*) FROM pg_stat_activity WHERE datname = current_database()) AS connections,
      current_setting('max_connections')::integer AS most
  `.execute(executor.sql);
  const row = rows[0];
  if (row === undefined) throw new TypeError('a query without tables has one row');
  const { version, size: sizeBytes, connections, most: mostConnections } = row;
  return { version, sizeBytes, connections, mostConnections };
}
