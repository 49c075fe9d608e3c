import type Stripe from 'stripe';
import type { RemoteCard, RemoteCheckout } from '../../../domains/billing/index.ts';
import { idOrNull, msOf } from './references.ts';

export function checkoutOf(session: Stripe.Checkout.Session): RemoteCheckout {
  return {
    id: session.id,
    customerId: idOrNull(session.customer),
    // A session without a status is one of a kind that we never make.
    status: session.status ?? 'expired',
    paymentStatus: session.payment_status,
    mode: session.mode,
    subscriptionId: idOrNull(session.subscription),
    paymentIntentId: idOrNull(session.payment_intent),
    invoiceId: idOrNull(session.invoice),
    amountTotalMinor: session.amount_total,
    currency: session.currency,
    refundedMinor: refundedOf(session),
    url: session.url,
    createdMs: msOf(session.created),
    expiresMs: msOf(session.expires_at),
    metadata: session.metadata ?? {},
  };
}

/** Known only where the payment came along. */
function refundedOf({ payment_intent: intent }: Stripe.Checkout.Session): number {
  if (intent === null || typeof intent === 'string') return 0;
  const { latest_charge: charge } = intent;
  return charge === null || typeof charge === 'string' ? 0 : charge.amount_refunded;
}

/** `null` for anything but a card, and for one that was not expanded. */
export function cardOf(
  method: string | Stripe.PaymentMethod | null | undefined,
): RemoteCard | null {
  if (method === null || method === undefined || typeof method === 'string') return null;
  const { card } = method;
  if (card === undefined) return null;
  return {
    paymentMethodId: method.id,
    brand: card.brand,
    last4: card.last4,
    fingerprint: card.fingerprint ?? null,
  };
}
