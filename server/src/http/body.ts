import { isUtf8 } from 'node:buffer';
import type { FastifyRequest } from 'fastify';
import { AppError } from '../platform/errors.ts';
import { MALFORMED_JSON } from './errors.ts';

/**
 * Reads a JSON body. Names such as `__proto__` need no search here: `JSON.parse` makes plain
 * fields of them, which schemas refuse by name as they refuse every field they do not know.
 */
export function parseBody(request: FastifyRequest, bytes: Buffer): unknown {
  if (bytes.length === 0) return undefined;
  if (!isUtf8(bytes)) {
    throw malformed(
      request.headers['content-encoding'] === undefined
        ? 'The body is not UTF-8.'
        : 'The body is encoded; send it without Content-Encoding.',
    );
  }
  try {
    return JSON.parse(bytes.toString('utf8')) as unknown;
  } catch {
    throw malformed('The body is not JSON.');
  }
}

function malformed(message: string): AppError {
  return new AppError(MALFORMED_JSON, { message, fields: [{ field: '', message }] });
}
