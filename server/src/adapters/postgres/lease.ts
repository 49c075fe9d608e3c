import type pg from 'pg';
import type { PositionalRow, PreparedStatement, PreparedValue } from '../../platform/database.ts';
import { PreparedQuery } from './prepared-query.ts';
import { spoilsConnection, translateFault, unavailable } from './faults.ts';

/** A connection of a pool, lent for one piece of work. Its faults are ours. */
export interface Lease extends Disposable {
  query(text: string, values?: readonly unknown[]): Promise<pg.QueryResult>;
  execute(statement: PreparedStatement, values: readonly PreparedValue[]): Promise<PositionalRow[]>;
  /** Undoes the open transaction; where the connection is spoilt, closing it does that. */
  rollBack(): Promise<void>;
  /** Back into the pool, or closed where a fault has spoilt it. */
  release(): void;
}

export function lease(client: pg.PoolClient): Lease {
  let spoiltBy: Error | undefined;
  const watched = async <T>(answer: Promise<T>): Promise<T> => {
    try {
      return await answer;
    } catch (fault) {
      if (spoilsConnection(fault)) spoiltBy ??= errorOf(fault);
      const ours = translateFault(fault);
      // What Postgres has not told may have come before the statement was carried out or after it,
      // and nobody may take it for a statement that did nothing.
      throw ours === fault ? unavailable(fault) : ours;
    }
  };
  const release = (): void => client.release(spoiltBy);
  return {
    query: (text, values) => watched(client.query(text, values as unknown[] | undefined)),
    execute: (statement, values) => watched(executed(client, statement, values)),
    async rollBack() {
      // Behind a statement that is never answered, this one would wait for as long again.
      if (spoiltBy !== undefined) return;
      await client.query('ROLLBACK').catch((fault: unknown) => {
        spoiltBy = errorOf(fault);
      });
    },
    release,
    [Symbol.dispose]: release,
  };
}

function executed(
  client: pg.PoolClient,
  statement: PreparedStatement,
  values: readonly PreparedValue[],
): Promise<PositionalRow[]> {
  return new Promise((resolve, reject) => {
    const done = (fault: Error | null, rows: PositionalRow[]): void => {
      if (fault === null) resolve(rows);
      else reject(fault);
    };
    client.query(new PreparedQuery(statement, values, done));
  });
}

function errorOf(fault: unknown): Error {
  return fault instanceof Error ? fault : new Error(String(fault));
}
