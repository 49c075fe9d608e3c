import type { Transport, TransportOptions } from '../transport/transport.ts';
import type { WireBatchItem } from '../wire/answers.ts';

// A batch does the work of up to a thousand calls.
const BATCH_TIMEOUT_MS = 10_000;
const BATCH_TOTAL_TIMEOUT_MS = 30_000;

export type PostBatch = (body: string, signal: AbortSignal) => Promise<readonly WireBatchItem[]>;

export function createPostBatch(
  transport: Transport,
  settings: Pick<TransportOptions, 'timeoutMs' | 'totalTimeoutMs'>,
): PostBatch {
  return async (body, signal) => {
    const wire = await transport.send({
      method: 'POST',
      path: '/v1/track/batch',
      body,
      signal,
      timeoutMs: Math.max(BATCH_TIMEOUT_MS, settings.timeoutMs),
      totalTimeoutMs: Math.max(BATCH_TOTAL_TIMEOUT_MS, settings.totalTimeoutMs),
    });
    return (wire as { results: readonly WireBatchItem[] }).results;
  };
}
