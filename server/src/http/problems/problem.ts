import { STATUS_CODES } from 'node:http';
import type { ErrorKind, FieldError } from '../../platform/errors.ts';

/** What the caller is told about a fault; `fault.ts` makes one of anything thrown. */
export interface Problem {
  readonly status: number;
  readonly code: string;
  /** A whole sentence. */
  readonly detail: string;
  readonly fields?: readonly FieldError[];
  readonly retryAfterSeconds?: number;
  readonly members?: Readonly<Record<string, unknown>>;
}

export const PROBLEM_TYPE = 'application/problem+json; charset=utf-8';

/** The only place where a kind becomes a status. */
export const statusOf: Readonly<Record<ErrorKind, number>> = {
  malformed: 400,
  invalid: 422,
  unauthenticated: 401,
  forbidden: 403,
  not_found: 404,
  conflict: 409,
  limited: 429,
  unavailable: 503,
};

/** RFC 9457. With `about:blank` the title is the status's own; `code` is what programs read. */
export function problemDocument(problem: Problem, requestId: string): string {
  return JSON.stringify({
    ...problem.members,
    type: 'about:blank',
    title: STATUS_CODES[problem.status] ?? 'Error',
    status: problem.status,
    code: problem.code,
    detail: problem.detail,
    request_id: requestId,
    ...(problem.fields !== undefined && { errors: problem.fields }),
  });
}
