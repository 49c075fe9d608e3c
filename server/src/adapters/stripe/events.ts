import Stripe from 'stripe';
import type { PaymentGateway, RemoteEvent } from '../../domains/billing/index.ts';
import {
  SIGNATURE_EXPIRED,
  SIGNATURE_INVALID,
  WEBHOOK_MALFORMED,
} from '../../domains/billing/index.ts';
import { AppError } from '../../platform/errors.ts';
import { asking } from './faults.ts';
import { msOf, secondsOf } from './translate/references.ts';

type EventCalls = Pick<PaymentGateway, 'readEvent' | 'listEvents'>;

const PAGE = 100;
const TOLERANCE_SECONDS = 300;

/** Several secrets are good at once while one takes the place of another. */
export function eventCalls(stripe: Stripe, webhookSecrets: readonly string[]): EventCalls {
  return {
    readEvent: (rawBody, signatureHeader) =>
      eventOf(verified(stripe, { rawBody, signatureHeader, webhookSecrets })),
    listEvents: (sinceMs, cursor) =>
      asking(async () => {
        const page = await stripe.events.list({
          created: { gte: secondsOf(sinceMs) },
          limit: PAGE,
          ...(cursor !== null && { starting_after: cursor }),
        });
        const next = page.has_more ? (page.data.at(-1)?.id ?? null) : null;
        const data = page.data.map((event) => ({
          ...eventOf(event),
          payload: JSON.stringify(event),
        }));
        return { data, next };
      }),
  };
}

interface Delivered {
  readonly rawBody: Buffer;
  readonly signatureHeader: string;
  readonly webhookSecrets: readonly string[];
}

function verified(stripe: Stripe, delivered: Delivered): Stripe.Event {
  const { rawBody, signatureHeader, webhookSecrets } = delivered;
  let refusal: AppError | undefined;
  for (const secret of webhookSecrets) {
    try {
      return stripe.webhooks.constructEvent(rawBody, signatureHeader, secret, TOLERANCE_SECONDS);
    } catch (error) {
      refusal = refusalOf(error);
      // Signed by this secret, and refused for something else.
      if (refusal.code !== SIGNATURE_INVALID.code) throw refusal;
    }
  }
  throw refusal ?? new AppError(SIGNATURE_INVALID, { message: 'No webhook secret is set.' });
}

function refusalOf(error: unknown): AppError {
  if (!(error instanceof Stripe.errors.StripeSignatureVerificationError)) {
    const message = 'The body is no snapshot event of Stripe.';
    return new AppError(WEBHOOK_MALFORMED, { message }, error);
  }
  if (error.message.includes('tolerance')) {
    const message = 'The signature is older than five minutes.';
    return new AppError(SIGNATURE_EXPIRED, { message }, error);
  }
  const message = 'The header Stripe-Signature does not sign this body.';
  return new AppError(SIGNATURE_INVALID, { message }, error);
}

function eventOf(event: Stripe.Event): RemoteEvent {
  const object = event.data.object as { id?: unknown; object?: unknown; customer?: unknown };
  const id = text(object.id);
  const kind = text(object.object);
  return {
    id: event.id,
    type: event.type,
    apiVersion: event.api_version,
    isLive: event.livemode,
    createdMs: msOf(event.created),
    customerId: kind === 'customer' ? id : referenceOf(object.customer),
    objectId: id,
    objectKind: kind,
  };
}

function referenceOf(value: unknown): string | null {
  if (typeof value === 'object' && value !== null && 'id' in value) return text(value.id);
  return text(value);
}

function text(value: unknown): string | null {
  return typeof value === 'string' ? value : null;
}
