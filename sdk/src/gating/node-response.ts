import type { Settlement } from './meter.ts';

/** The part of Node's `ServerResponse` that tells how a response ended. */
export interface EndingResponse {
  readonly statusCode: number;
  readonly writableFinished: boolean;
  once(event: 'close', listener: () => void): unknown;
}

/**
 * Settles a meter when the response ends. Call it before the hold is taken, so that a client who
 * leaves meanwhile is noticed; the function it returns takes the settlement, and answers whether
 * anybody is still waiting for the response.
 */
export function watchResponse(response: EndingResponse): (settlement: Settlement) => boolean {
  let settlement: Settlement | undefined;
  let closed = false;
  // `close` comes last in both cases: after `finish`, and when the connection was cut.
  response.once('close', () => {
    closed = true;
    if (settlement === undefined) return;
    void (response.writableFinished
      ? settlement.finish(response.statusCode)
      : settlement.abandon());
  });
  return (taken) => {
    settlement = taken;
    if (closed) void taken.abandon();
    return !closed;
  };
}
