import type { Tx } from '../../../engine/transaction.ts';
import { invalid, type StripeError } from '../../../http/errors.ts';
import { completeAction } from '../../../payments/actions.ts';
import { confirmIntent } from '../../../payments/confirm.ts';
import { failedAnswer } from '../../../payments/failures.ts';
import { cancelIntent } from '../../../payments/intent-cancel.ts';
import {
  createIntent,
  getIntent,
  renderIntent,
  type PaymentIntentRow,
} from '../../../payments/intents.ts';
import { minimumCharge } from '../../../money/currency.ts';
import { createDiscount } from '../../../catalogue/discounts/discount.ts';
import { buyerNow } from '../amounts.ts';
import { requireRedeemable } from '../discounts.ts';
import { withInvoice } from './invoice.ts';
import { NeedsAuthentication, type Answer, type Means } from './authentication.ts';
import { checkoutSessions, totalOf, type CheckoutSessionRow } from '../session-rows.ts';

/** Pays what a session asks for, once. A declined attempt stays, and the next goes on with it. */
export function pay(tx: Tx, session: CheckoutSessionRow, means: Means): CheckoutSessionRow {
  requireRedeemable(tx, session);
  const amount = totalOf(session);
  if (amount === 0) return withRedemptions(tx, session);
  requireChargeable(amount, session.currency!);
  const begun = intentFor(tx, session);
  const paymentMethod = means.method?.id ?? null;
  const asked = confirmIntent(tx, begun, { paymentMethod, offSession: false });
  const intent = answered(tx, asked, means.answer);
  const tried = { ...session, paymentIntent: intent.id };
  if (intent.status === 'requires_payment_method') {
    tx.put(checkoutSessions, { ...tried, awaitsAuthentication: null });
    throw declined(intent);
  }
  if (intent.status !== 'succeeded') {
    return withRedemptions(tx, { ...tried, paymentStatus: 'unpaid' });
  }
  return withInvoice(tx, withRedemptions(tx, { ...tried, paymentStatus: 'paid' }));
}

/** An intent after its holder's answer, where the bank asks for one. */
export function answered(tx: Tx, intent: PaymentIntentRow, answer: Answer): PaymentIntentRow {
  if (intent.status !== 'requires_action') return intent;
  if (answer === 'none') throw new NeedsAuthentication();
  completeAction(tx, intent.id, answer === 'proved');
  return getIntent(tx, intent.id);
}

/** What is answered for a payment that the bank declined. */
export function declined(intent: PaymentIntentRow): StripeError {
  const failure = intent.lastPaymentError;
  if (failure === null) throw new Error(`${intent.id} has failed without a reason`);
  return failedAnswer(failure, { payment_intent: renderIntent(intent) });
}

function requireChargeable(amount: number, currency: string): void {
  const least = minimumCharge(currency);
  if (amount >= least) return;
  throw invalid(
    `The Checkout Session's total amount must be at least ${least}, in minor units of ${currency}.`,
    { code: 'amount_too_small' },
  );
}

function intentFor(tx: Tx, session: CheckoutSessionRow): PaymentIntentRow {
  const amount = totalOf(session);
  const known = session.paymentIntent === null ? null : getIntent(tx, session.paymentIntent);
  if (known !== null && known.amount === amount && known.status !== 'canceled') return known;
  // A code that was entered in between has made it another amount.
  if (known !== null && known.status !== 'canceled') cancelIntent(tx, known, 'automatic');
  const { intentData, customer } = session;
  return createIntent(tx, {
    ...intentData,
    customer,
    amount,
    currency: session.currency!,
    paymentMethod: null,
    invoice: null,
    checkout: session.id,
    now: buyerNow(tx, session),
    paymentMethodTypes: session.paymentMethodTypes,
  });
}

/** The session once its reductions are redeemed, which counts them. */
function withRedemptions(tx: Tx, session: CheckoutSessionRow): CheckoutSessionRow {
  const redeemed = session.discounts.map(({ coupon, promotionCode }) => {
    const { customer, id: checkoutSession } = session;
    const now = buyerNow(tx, session);
    return createDiscount(tx, { coupon, promotionCode, customer, checkoutSession, now }).id;
  });
  return { ...session, redeemed };
}
