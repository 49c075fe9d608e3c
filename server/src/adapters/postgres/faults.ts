import pg from 'pg';
import { AppError, DATABASE_UNAVAILABLE } from '../../platform/errors.ts';
import { StatementRefused } from '../../platform/database.ts';

/**
 * States in which Postgres cannot answer now but will: connection faults (08), shutting down or
 * starting (57P), no room for connections (53), a lock or a statement that took too long.
 */
const PASSING_STATE = /^(08|53|57P)|^57014$|^55P03$/;

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
