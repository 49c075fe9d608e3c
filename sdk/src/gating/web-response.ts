import type { Refusal } from './refusal.ts';
import type { OpenMeter, Settlement } from './meter.ts';

export function toResponse(refusal: Refusal): Response {
  const { status, headers, problem } = refusal;
  return new Response(JSON.stringify(problem), { status, headers });
}

/** Settles when the body has been read to its end, has failed, or is no longer wanted. */
function settleAtEnd(body: ReadableStream<Uint8Array>, status: number, settlement: Settlement) {
  const reader = body.getReader();
  return new ReadableStream<Uint8Array>(
    {
      pull: async (controller) => {
        try {
          const { done, value } = await reader.read();
          if (!done) {
            controller.enqueue(value);
            return;
          }
          await settlement.finish(status);
          controller.close();
        } catch (error) {
          await settlement.finish(500);
          controller.error(error);
        }
      },
      cancel: async (reason) => {
        await settlement.abandon();
        await reader.cancel(reason);
      },
    },
    { highWaterMark: 0 },
  );
}

/**
 * Books before the response goes out when the handler has reported, so that the client's next
 * question is answered with the new balance. Otherwise a streamed body may still report: it is
 * followed to its end.
 */
async function settleWith(response: Response, settlement: Settlement): Promise<Response> {
  const { body, status } = response;
  if (body === null || status >= 400 || settlement.isReported()) {
    await settlement.finish(status);
    return response;
  }
  return new Response(settleAtEnd(body, status, settlement), response);
}

/**
 * Runs a handler under an open meter, and settles it by what comes of it. `signal` is the
 * request's own, which aborts when the client is gone.
 */
export async function runMetered(
  open: OpenMeter,
  signal: AbortSignal,
  handler: () => Promise<Response>,
): Promise<Response> {
  const { settlement } = open;
  const abandon = (): void => void settlement.abandon();
  if (signal.aborted) abandon();
  else signal.addEventListener('abort', abandon, { once: true });
  let response: Response;
  try {
    response = await handler();
  } catch (error) {
    await settlement.finish(500);
    throw error;
  }
  return settleWith(response, settlement);
}
