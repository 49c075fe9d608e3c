import { UnavailableError, WhisperForgeError } from '../errors.ts';
import type { ErrorDetails, FieldError } from '../errors.ts';
import { IN_FLIGHT_CODE, parseRetryAfterMs } from '../transport/retry.ts';

/**
 * RFC 9457 problem details as the service writes them; each member may be missing from others, and
 * further ones differ from code to code.
 */
export interface WireProblem {
  readonly type?: string;
  readonly title?: string;
  readonly status?: number;
  readonly code?: string;
  readonly detail?: string;
  readonly request_id?: string;
  readonly errors?: readonly FieldError[];
}

const LONGEST_TEXT = 200;

/** A proxy in between answers with pages of its own, so that anything may stand in the body. */
function parseProblem(text: string): WireProblem {
  try {
    const parsed: unknown = JSON.parse(text);
    if (typeof parsed === 'object' && parsed !== null) return parsed;
  } catch {
    return { detail: text.slice(0, LONGEST_TEXT) };
  }
  return {};
}

/** The error of a problem, whether it is a whole answer or one item of a batch. */
export function toError(problem: WireProblem, status: number, retryAfterMs?: number) {
  const { type: _, title, status: __, code, detail, request_id: requestId, ...rest } = problem;
  const { errors, ...members } = rest;
  const message = detail ?? title ?? `The service answered ${status}`;
  const details: ErrorDetails = {
    code: code ?? `http_${status}`,
    status,
    requestId,
    fields: Array.isArray(errors) ? errors : [],
    members,
  };
  return status === 429 || status >= 500 || code === IN_FLIGHT_CODE
    ? new UnavailableError(message, { ...details, retryAfterMs })
    : new WhisperForgeError(message, details);
}

export function readFailure(response: Response, text: string, nowMs: number): WhisperForgeError {
  const problem = parseProblem(text);
  const requestId = problem.request_id ?? response.headers.get('x-request-id') ?? undefined;
  const retryAfterMs = parseRetryAfterMs(response.headers.get('retry-after'), nowMs);
  const named = requestId === undefined ? problem : { ...problem, request_id: requestId };
  return toError(named, response.status, retryAfterMs);
}

/** A 2xx that is not JSON comes from something other than the service, such as a portal page. */
export function unreadableAnswer(response: Response, cause: unknown): WhisperForgeError {
  return new WhisperForgeError('The answer is not a JSON object: is this address the service?', {
    code: 'unreadable_answer',
    status: response.status,
    requestId: response.headers.get('x-request-id') ?? undefined,
    cause,
  });
}
