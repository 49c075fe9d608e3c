import type Stripe from 'stripe';
import type { Tx } from '../engine/transaction.ts';
import { getCharge, keepCharge } from './charges/charges.ts';
import { intentNow, keepIntent, unexpectedState, type PaymentIntentRow } from './intents.ts';
import { releaseRest } from './charges/refunding.ts';

const CANCELLABLE: readonly string[] = [
  'requires_payment_method',
  'requires_capture',
  'requires_confirmation',
  'requires_action',
];

/** Gives an intent up; what it held is let go. */
export function cancelIntent(
  tx: Tx,
  intent: PaymentIntentRow,
  reason: Stripe.PaymentIntent.CancellationReason | null = null,
): PaymentIntentRow {
  if (!CANCELLABLE.includes(intent.status)) {
    throw unexpectedState(
      intent,
      `You cannot cancel this PaymentIntent because it has a status of ${intent.status}. Only a ` +
        `PaymentIntent with one of the following statuses may be canceled: ` +
        `${CANCELLABLE.join(', ')}.`,
    );
  }
  letGo(tx, intent);
  const canceled: PaymentIntentRow = {
    ...intent,
    status: 'canceled',
    amountCapturable: 0,
    nextAction: null,
    isAuthenticated: false,
    canceledAt: intentNow(tx, intent),
    cancellationReason: reason,
  };
  return keepIntent(tx, canceled, 'payment_intent.canceled');
}

function letGo(tx: Tx, { latestCharge, status }: PaymentIntentRow): void {
  if (latestCharge === null || status !== 'requires_capture') return;
  const charge = getCharge(tx, latestCharge);
  const released = releaseRest(tx, charge, charge.amount);
  keepCharge(tx, released, 'charge.refunded');
}
