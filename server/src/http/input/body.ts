import { isUtf8 } from 'node:buffer';
import { errorCodes, type FastifyRequest } from 'fastify';
import { AppError } from '../../platform/errors.ts';
import { MALFORMED_JSON } from '../problems/errors.ts';

/**
 * Reads a JSON body. Names such as `__proto__` need no search here: `JSON.parse` makes plain
 * fields of them, which schemas refuse by name as they refuse every field they do not know.
 */
export function parseBody(request: FastifyRequest, bytes: Buffer): unknown {
  // What reaches no route is not worth parsing.
  if (bytes.length === 0 || request.is404) return undefined;
  if (request.headers['content-encoding'] !== undefined) {
    throw new errorCodes.FST_ERR_CTP_INVALID_MEDIA_TYPE();
  }
  if (!isUtf8(bytes)) throw malformed('The body is not UTF-8.');
  try {
    return JSON.parse(bytes.toString('utf8')) as unknown;
  } catch {
    throw malformed('The body is not JSON.');
  }
}

function malformed(message: string): AppError {
  return new AppError(MALFORMED_JSON, { message, fields: [{ field: '', message }] });
}
