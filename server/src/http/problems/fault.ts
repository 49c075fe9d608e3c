import type { FastifyError } from 'fastify';
import { AppError } from '../../platform/errors.ts';
import { MethodNotAllowed } from './errors.ts';
import { statusOf, type Problem } from './problem.ts';
import { explainRefusals, type ValidatedParts } from '../input/refusals.ts';

const MIB = 1_048_576;

/** What a thousand events of some size need, twice over. */
export const BODY_LIMIT_BYTES = 2 * MIB;

const tooLarge = `The body is larger than ${BODY_LIMIT_BYTES / MIB} MiB.`;

/** The framework's own faults that a caller can cause, in our words. */
const frameworkFaults: Readonly<Record<string, Omit<Problem, 'fields'>>> = {
  FST_ERR_CTP_BODY_TOO_LARGE: { status: 413, code: 'body_too_large', detail: tooLarge },
  FST_ERR_CTP_INVALID_MEDIA_TYPE: {
    status: 415,
    code: 'unsupported_media_type',
    detail: 'Bodies are JSON: send Content-Type: application/json, and no Content-Encoding.',
  },
  FST_ERR_CTP_INVALID_CONTENT_LENGTH: {
    status: 400,
    code: 'invalid_request',
    detail: 'The body is not as long as Content-Length says.',
  },
  FST_ERR_BAD_URL: {
    status: 400,
    code: 'invalid_request',
    detail: 'The path is not well-formed: a percent sign must begin an escape of UTF-8.',
  },
  FST_ERR_MAX_PARAM_LENGTH: {
    status: 414,
    code: 'invalid_request',
    detail: 'A part of the path is too long.',
  },
};

const UNEXPECTED: Problem = {
  status: 500,
  code: 'internal_error',
  detail: 'Something failed here that should not have; it is on record under the request id.',
};

/** Makes a problem of anything thrown. What is not known to be the caller's doing is a 500. */
export function problemOf(error: unknown, parts: ValidatedParts): Problem {
  if (error instanceof AppError) return problemOfAppError(error);
  if (error instanceof MethodNotAllowed) {
    return { status: 405, code: 'method_not_allowed', detail: error.message };
  }
  if (!(error instanceof Error)) return UNEXPECTED;
  const { validation, validationContext, code, statusCode } = error as Partial<FastifyError>;
  if (validation !== undefined && validationContext !== undefined) {
    return explainRefusals({ refusals: validation, part: validationContext, parts });
  }
  const known = frameworkFaults[code ?? ''];
  if (known !== undefined) return known;
  // A body that stops in the middle: the framework marks the connection's fault with a status.
  if (statusCode !== undefined && statusCode >= 400 && statusCode < 500) {
    return { status: statusCode, code: 'invalid_request', detail: 'The request is not complete.' };
  }
  return UNEXPECTED;
}

function problemOfAppError(error: AppError): Problem {
  const { message, fields, members, retryAfterSeconds } = error.details;
  const status = statusOf[error.kind];
  const retry = retryAfterSeconds ?? (status === 503 ? 1 : undefined);
  return {
    status,
    code: error.code,
    detail: message,
    ...(fields !== undefined && { fields }),
    ...(members !== undefined && { members }),
    ...(retry !== undefined && { retryAfterSeconds: retry }),
  };
}
