import { WhisperForgeError } from '../errors.ts';
import type { RequestOptions } from '../types.ts';
import type { Transport, TransportOptions } from './transport.ts';

export interface SendOptions extends RequestOptions {
  /** The service asks Stripe before it answers, which takes seconds at times. */
  readonly waitsForStripe?: boolean | undefined;
}

/** One call of the HTTP contract; the answer is the wire's own JSON. */
export type Send = <Answer>(
  method: 'GET' | 'POST' | 'PUT' | 'DELETE',
  path: string,
  options?: SendOptions,
) => Promise<Answer>;

// A purchase is several calls of Stripe, each of which may be repeated.
const STRIPE_TIMEOUT_MS = 30_000;
const STRIPE_TOTAL_TIMEOUT_MS = 60_000;

// What the service takes: printable ASCII, with no space at either end.
const IDEMPOTENCY_KEY = /^(?! )[\x20-\x7e]{1,255}(?<! )$/;

/** Every POST has a key of its own, so that its retries are done once. */
export function createSend(
  transport: Transport,
  settings: Pick<TransportOptions, 'timeoutMs' | 'totalTimeoutMs'>,
): Send {
  const patience = {
    timeoutMs: Math.max(STRIPE_TIMEOUT_MS, settings.timeoutMs),
    totalTimeoutMs: Math.max(STRIPE_TOTAL_TIMEOUT_MS, settings.totalTimeoutMs),
  };
  return async <Answer>(...[method, path, options = {}]: Parameters<Send>) => {
    const { body, signal, waitsForStripe = false } = options;
    const made = method === 'POST' ? crypto.randomUUID() : undefined;
    const answer = await transport.send({
      method,
      path,
      body: body === undefined ? undefined : JSON.stringify(body),
      idempotencyKey: readKey(options) ?? made,
      signal,
      ...(waitsForStripe ? patience : {}),
    });
    return answer as Answer;
  };
}

/** Refused here, because a header that cannot be sent looks like a service that is away. */
function readKey({ idempotencyKey }: SendOptions): string | undefined {
  if (idempotencyKey === undefined || IDEMPOTENCY_KEY.test(idempotencyKey)) return idempotencyKey;
  const rule = 'must be 1 to 255 printable ASCII characters and neither start nor end with a space';
  throw new WhisperForgeError(`idempotencyKey ${rule}`, {
    code: 'invalid_argument',
    fields: [{ field: 'idempotencyKey', message: rule }],
  });
}
