import type { Tx } from '../../../engine/transaction.ts';
import type { PaymentIntentRow } from '../../../payments/intents.ts';
import { emit } from '../../../events/event.ts';
import { withInvoice } from './invoice.ts';
import { renderSession } from '../render-session.ts';
import { checkoutSessions, type CheckoutSessionRow } from '../session-rows.ts';

/** Tells of a completed session whose payment came to its end later, as a debit's does. */
export function afterSessionPayment(tx: Tx, intent: PaymentIntentRow): void {
  const session = sessionOf(tx, intent);
  if (session?.status !== 'complete' || session.paymentStatus !== 'unpaid') return;
  const isPaid = intent.status === 'succeeded';
  if (!isPaid && intent.status !== 'requires_payment_method') return;
  const told = isPaid
    ? tx.put(checkoutSessions, withInvoice(tx, { ...session, paymentStatus: 'paid' }))
    : session;
  // What was held and is now captured is no payment that came later: Stripe does not tell of it.
  if (intent.captureMethod === 'manual') return;
  const type = `checkout.session.async_payment_${isPaid ? 'succeeded' : 'failed'}` as const;
  emit(tx, { type, object: renderSession(tx, told), now: tx.sandboxNow });
}

function sessionOf(tx: Tx, intent: PaymentIntentRow): CheckoutSessionRow | undefined {
  if (intent.checkout !== null) return tx.find(checkoutSessions, intent.checkout);
  if (intent.invoice === null) return undefined;
  return tx.by(checkoutSessions, 'invoice', intent.invoice)[0];
}
