import { machineMs } from '../clock.ts';
import type { EventDestinationRow } from '../events/destination.ts';
import { renderEvent, type EventRow } from '../events/event.ts';
import { secretsOf, type WebhookEndpointRow } from '../events/endpoint.ts';
import { signatureOf } from './sign.ts';

/** Posts an event to an endpoint; answers whether it was confirmed with a 2xx in time. */
export async function post(
  event: EventRow,
  endpoint: WebhookEndpointRow,
  { apiVersion, signal }: { readonly apiVersion: string; readonly signal: AbortSignal },
): Promise<boolean> {
  const body = JSON.stringify(renderEvent(event, endpoint.apiVersion ?? apiVersion), null, 2);
  // The receiver measures a signature's age by its own machine's time.
  const nowMs = machineMs();
  return postSigned({ url: endpoint.url, body, secrets: secretsOf(endpoint, nowMs), signal });
}

/** Posts a thin event to a destination, as {@link post} does. */
export async function postThin(
  body: string,
  { url, secret }: EventDestinationRow,
  signal: AbortSignal,
): Promise<boolean> {
  return postSigned({ url, body, secrets: [secret], signal });
}

interface Posting {
  readonly url: string;
  readonly body: string;
  readonly secrets: readonly string[];
  readonly signal: AbortSignal;
}

async function postSigned({ url, body, secrets, signal }: Posting): Promise<boolean> {
  const atSeconds = Math.floor(machineMs() / 1000);
  try {
    const response = await fetch(url, {
      method: 'POST',
      body,
      redirect: 'manual',
      headers: {
        'content-type': 'application/json; charset=utf-8',
        'user-agent': 'Stripe/1.0 (+https://stripe.com/docs/webhooks)',
        'stripe-signature': signatureOf(body, { secrets, atSeconds }),
      },
      signal,
    });
    await response.body?.cancel();
    return response.ok;
  } catch {
    // No answer is no confirmation, whatever the reason.
    return false;
  }
}
