import pg from 'pg';
import { AppError, DATABASE_UNAVAILABLE } from '../../platform/errors.ts';
import { StatementRefused } from '../../platform/database.ts';

/**
 * States in which Postgres cannot answer now but will: connection faults (08), shutting down or
 * starting (57P), no room for connections (53), a lock or a statement that took too long, and
 * writing where only reading is possible (25006), as on a standby after a failover.
 */
const PASSING_STATE = /^(08|53|57P)|^57014$|^55P03$|^25006$/;

/**
 * States after which a connection is of no more use. One that leads to a standby still answers,
 * and would refuse to write for as long as it is kept; a new one may find the primary.
 */
const SPOILT_STATE = /^(08|57P)|^25006$/;

/** A deadlock, or a change that came between: the transaction is undone and may be repeated. */
const ROLLED_BACK_STATES: readonly string[] = ['40P01', '40001'];

/** Turns a fault of the driver into one of ours; what is no fault of the database stays itself. */
export function translateFault(fault: unknown): unknown {
  if (fault instanceof pg.DatabaseError) {
    const state = fault.code ?? '';
    return PASSING_STATE.test(state)
      ? unavailable(fault)
      : new StatementRefused(state, fault.constraint, fault);
  }
  return isConnectionFault(fault) ? unavailable(fault) : fault;
}

/**
 * Whether the connection that a statement failed on must be closed. A fault of the driver's own,
 * such as a time-out, leaves an answer on its way, which the next statement would wait behind.
 */
export function spoilsConnection(fault: unknown): boolean {
  return !(fault instanceof pg.DatabaseError) || SPOILT_STATE.test(fault.code ?? '');
}

export function isRolledBack(fault: unknown): fault is StatementRefused {
  return fault instanceof StatementRefused && ROLLED_BACK_STATES.includes(fault.sqlState);
}

export function unavailable(cause: unknown): AppError {
  return new AppError(
    DATABASE_UNAVAILABLE,
    { message: 'The database cannot answer at the moment.', retryAfterSeconds: 1 },
    cause,
  );
}

const DRIVER_FAULT = new RegExp(
  [
    'connection terminated',
    'timeout',
    'timed out',
    'client has encountered',
    'not queryable',
    'client was closed',
    'after calling end',
  ].join('|'),
  'i',
);

function isConnectionFault(fault: unknown): boolean {
  if (!(fault instanceof Error)) return false;
  if ('syscall' in fault || ('code' in fault && fault.code === 'EPIPE')) return true;
  // node-postgres has no codes for its own faults, only these sentences.
  return DRIVER_FAULT.test(fault.message);
}
