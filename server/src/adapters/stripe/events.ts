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
    readEvent: (payload, signatureHeader) =>
      eventOf(verified(stripe, { payload, signatureHeader, webhookSecrets })),
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
  readonly payload: string;
  readonly signatureHeader: string;
  readonly webhookSecrets: readonly string[];
}

function verified(stripe: Stripe, delivered: Delivered): Stripe.Event {
  const { payload, signatureHeader, webhookSecrets } = delivered;
  let refusal: AppError | undefined;
  for (const secret of webhookSecrets) {
    try {
      return stripe.webhooks.constructEvent(payload, signatureHeader, secret, TOLERANCE_SECONDS);
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
    return malformed('cannot be read', error);
  }
  if (error.message.includes('tolerance')) {
    const message = 'The signature is older than five minutes.';
    return new AppError(SIGNATURE_EXPIRED, { message }, error);
  }
  const message = 'The header Stripe-Signature does not sign this body.';
  return new AppError(SIGNATURE_INVALID, { message }, error);
}

/** The signature says who has sent it, and not what: nothing of it is what its type promises. */
function eventOf(event: unknown): RemoteEvent {
  const said = membersOf(event, 'is no object');
  const object = membersOf(membersOf(said.data, 'has no data').object, 'has no object');
  const { id, type, api_version: apiVersion, livemode, created } = said;
  if (typeof id !== 'string' || typeof type !== 'string') throw malformed('has no id and type');
  if (typeof livemode !== 'boolean') throw malformed('has no livemode');
  if (typeof created !== 'number') throw malformed('has no instant of creation');
  return {
    id,
    type,
    apiVersion: text(apiVersion),
    isLive: livemode,
    createdMs: msOf(created),
    ...aboutWhom(object),
  };
}

type Members = Readonly<Record<string, unknown>>;

/** A payment of an invoice names the invoice, which knows its customer. */
function aboutWhom(object: Members): Pick<RemoteEvent, 'customerId' | 'objectId' | 'objectKind'> {
  const id = text(object.id);
  const kind = text(object.object);
  if (kind === 'invoice_payment') {
    return { customerId: null, objectId: referenceOf(object.invoice), objectKind: 'invoice' };
  }
  const customerId = kind === 'customer' ? id : referenceOf(object.customer);
  return { customerId, objectId: id, objectKind: kind };
}

function membersOf(value: unknown, fault: string): Members {
  if (typeof value !== 'object' || value === null) throw malformed(fault);
  return value as Members;
}

function malformed(fault: string, cause?: unknown): AppError {
  const message = `The body is no snapshot event of Stripe: it ${fault}.`;
  return new AppError(WEBHOOK_MALFORMED, { message }, cause);
}

function referenceOf(value: unknown): string | null {
  if (typeof value === 'object' && value !== null && 'id' in value) return text(value.id);
  return text(value);
}

function text(value: unknown): string | null {
  return typeof value === 'string' ? value : null;
}
