import type { Tx } from '../../engine/transaction.ts';
import { invalid } from '../../http/errors.ts';
import { cancelIntent } from '../../payments/intent-cancel.ts';
import { getIntent } from '../../payments/intents.ts';
import { emit } from '../../events/event.ts';
import { renderSession } from './render-session.ts';
import { checkoutSessions, getCheckoutSession, type CheckoutSessionRow } from './session-rows.ts';

/** The timer by which an open session expires. */
export const EXPIRES = 'checkout_session_expires';

/** Closes an open session; what it began is given up. */
export function expireSession(tx: Tx, id: string): CheckoutSessionRow {
  const session = getCheckoutSession(tx, id);
  if (session.status !== 'open') {
    throw invalid(
      'Only Checkout Sessions with a status in ["open"] can be expired. This Checkout Session ' +
        `has a status of ${session.status}.`,
    );
  }
  tx.unschedule(EXPIRES, id);
  const expired = tx.put(checkoutSessions, {
    ...session,
    status: 'expired',
    awaitsAuthentication: null,
  });
  if (session.paymentIntent !== null) {
    cancelIntent(tx, getIntent(tx, session.paymentIntent), 'automatic');
  }
  const object = renderSession(tx, expired);
  emit(tx, { type: 'checkout.session.expired', object, now: tx.sandboxNow });
  return expired;
}

/** What the timer does; a session that was completed in the same second stays as it is. */
export function expireOverdue(tx: Tx, id: string): void {
  if (tx.find(checkoutSessions, id)?.status === 'open') expireSession(tx, id);
}
