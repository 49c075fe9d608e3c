import type { Kysely } from 'kysely';
import type { Schema } from './schema.ts';

/** A statement that Postgres parses and plans once a connection, under this name. */
export interface PreparedStatement {
  readonly name: string;
  readonly text: string;
}

/** A parameter of a prepared statement, as Postgres reads it. */
export type PreparedValue = string | number | null;

/** A row of a prepared statement: its columns by position, read by the platform's type parsers. */
export type PositionalRow = readonly unknown[];

/**
 * Where a store sends its SQL: `sql` builds ordinary queries; `execute` runs a prepared
 * statement, which is what the hot path uses. Instants arrive as epoch milliseconds, `bigint`s
 * as safe numbers, `numeric`s as strings.
 */
export interface Executor {
  readonly sql: Kysely<Schema>;
  execute(statement: PreparedStatement, values: readonly PreparedValue[]): Promise<PositionalRow[]>;
}

/** One open transaction on one connection. It ends with the work it was opened for. */
export interface Tx extends Executor {
  readonly inTransaction: true;
}

export interface Database extends Executor {
  /**
   * Runs `work` in one read-committed transaction: commits what it returns, rolls back when it
   * throws. Faults of the connection become `AppError(DATABASE_UNAVAILABLE)`.
   *
   * Where Postgres rolls the transaction back to let another one through (a deadlock, a conflict
   * of serialisation), nothing was written, and `work` runs again from its beginning, up to five
   * times in all; then that, too, is `DATABASE_UNAVAILABLE`. So `work` changes nothing but rows.
   */
  transaction<T>(work: (tx: Tx) => Promise<T>): Promise<T>;
}

/** What the database told about a statement that it refused, such as `unique_violation`. */
export class StatementRefused extends Error {
  override readonly name = 'StatementRefused';
  /** The five characters of SQLSTATE. */
  readonly sqlState: string;
  readonly constraint: string | undefined;

  constructor(sqlState: string, constraint: string | undefined, cause: unknown) {
    super(`the database refused a statement with ${sqlState}`, { cause });
    this.sqlState = sqlState;
    this.constraint = constraint;
  }
}

const UNIQUE_VIOLATION = '23505';

export function isUniqueViolation(error: unknown): error is StatementRefused {
  return error instanceof StatementRefused && error.sqlState === UNIQUE_VIOLATION;
}
