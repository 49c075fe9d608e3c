import type { IncomingMessage } from 'node:http';
import { StripeError } from '../errors.ts';

const LARGEST_BODY = 1024 * 1024;

/** A body as text; one that is too large is heard out as far as is bearable, and then refused. */
export async function readBody(request: IncomingMessage): Promise<string> {
  const chunks: Buffer[] = [];
  let size = 0;
  const { promise, resolve, reject } = Promise.withResolvers<undefined>();
  request.on('data', (chunk: Buffer) => {
    size += chunk.length;
    if (size <= LARGEST_BODY) chunks.push(chunk);
    else chunks.length = 0;
    if (size > 8 * LARGEST_BODY) reject(tooLarge());
  });
  request.on('end', () => resolve(undefined));
  for (const end of ['error', 'close']) request.on(end, () => reject(new RequestGone()));
  await promise;
  if (size > LARGEST_BODY) throw tooLarge();
  return Buffer.concat(chunks).toString('utf8');
}

/** Whoever asked is gone before the request was complete: there is nobody to answer. */
export class RequestGone extends Error {}

function tooLarge(): StripeError {
  return new StripeError(413, {
    type: 'invalid_request_error',
    message: `The request body is too large: at most ${LARGEST_BODY} bytes.`,
  });
}
