import type { Tx } from '../engine/transaction.ts';
import { invalid } from '../http/errors.ts';
import { settleCharge } from './charges/attempts.ts';
import { getCharge, keepCharge, type ChargeRow } from './charges/charges.ts';
import { fail, succeed } from './confirm.ts';
import { failureOf } from './failures.ts';
import { getIntent, unexpectedState, type PaymentIntentRow } from './intents.ts';
import { getPaymentMethod, renderPaymentMethod } from './payment-methods.ts';
import { releaseRest } from './charges/refunding.ts';

/** A debit that was processing went through, or did not. */
export function settleIntent(tx: Tx, id: string): PaymentIntentRow {
  const intent = getIntent(tx, id);
  const { latestCharge, paymentMethod: methodId, status } = intent;
  if (status !== 'processing' || latestCharge === null || methodId === null) return intent;
  const method = getPaymentMethod(tx, methodId);
  if (method.sepa?.succeeds !== false) {
    return succeed(tx, intent, settleCharge(tx, latestCharge, 'succeeded'));
  }
  const charge = settleCharge(tx, latestCharge, 'generic_decline');
  const paymentMethod = renderPaymentMethod(method);
  return fail(tx, intent, failureOf('generic_decline', { charge: charge.id, paymentMethod }));
}

/** Takes what was held, or a part of it; the rest is let go. */
export function captureIntent(
  tx: Tx,
  intent: PaymentIntentRow,
  { amount = intent.amountCapturable }: { readonly amount?: number | undefined } = {},
): PaymentIntentRow {
  if (intent.status !== 'requires_capture' || intent.latestCharge === null) {
    throw unexpectedState(
      intent,
      `This PaymentIntent could not be captured because it has a status of ${intent.status}. ` +
        'Only a PaymentIntent with one of the following statuses may be captured: ' +
        'requires_capture.',
    );
  }
  if (amount > intent.amountCapturable) {
    throw invalid(
      `This PaymentIntent could not be captured because the requested amount (${amount}) is ` +
        'greater than the amount you can capture for this PaymentIntent ' +
        `(${intent.amountCapturable}).`,
      { code: 'amount_too_large', param: 'amount_to_capture' },
    );
  }
  requireAsked(intent, amount);
  const charge = captureCharge(tx, getCharge(tx, intent.latestCharge), amount);
  return succeed(tx, intent, charge);
}

/** An invoice or a checkout session determines what is taken, by whichever route it is captured. */
function requireAsked(intent: PaymentIntentRow, amount: number): void {
  if ((intent.invoice === null && intent.checkout === null) || amount === intent.amount) return;
  const owner = intent.invoice === null ? 'a Checkout Session' : 'an invoice';
  throw invalid(
    `You cannot capture another amount of this PaymentIntent because it was created by ${owner}, ` +
      'which determines it.',
    { code: 'payment_intent_unexpected_state', param: 'amount_to_capture' },
  );
}

/** Takes so much of a charge that holds at least that. */
export function captureCharge(tx: Tx, charge: ChargeRow, amount: number): ChargeRow {
  const released = releaseRest(tx, charge, charge.amount - amount);
  const captured = { ...released, isCaptured: true, amountCaptured: amount };
  return keepCharge(tx, captured, 'charge.captured');
}
