import type { IncomingHttpHeaders } from 'node:http';
import { randomText } from '@whisperforge/kernel/ids';

const SANE = /^[A-Za-z0-9._:-]{1,128}$/;

/** The caller's own `X-Request-Id` where it is harmless, else one that is unique and cheap. */
export function requestIds(): (request: { headers: IncomingHttpHeaders }) => string {
  // Unique by process; counting costs less than randomness for each.
  const prefix = `req_${randomText(8)}_`;
  let count = 0;
  return (request) => {
    const given = request.headers['x-request-id'];
    if (typeof given === 'string' && SANE.test(given)) return given;
    count += 1;
    return prefix + count.toString(36);
  };
}
