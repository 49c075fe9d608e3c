import type { Tx } from '../engine/transaction.ts';
import { invalid } from '../http/errors.ts';
import { getCustomer } from '../customers/customer.ts';
import { chargeIntent, type Result } from './charges/attempts.ts';
import type { ChargeRow } from './charges/charges.ts';
import { failureOf, notAuthenticated, type Failure } from './failures.ts';
import {
  intentNow,
  keepIntent,
  paymentIntents,
  unexpectedState,
  type PaymentIntentRow,
} from './intents.ts';
import { authenticationAction } from './next-actions.ts';
import {
  attachPaymentMethod,
  findPaymentMethod,
  getPaymentMethod,
  paymentMethods,
  renderPaymentMethod,
  requireFresh,
  typeOf,
  type PaymentMethodRow,
} from './payment-methods.ts';

export interface Confirmation {
  /** What is paid with; `null` for what the intent has. */
  readonly paymentMethod: string | null;
  /** The holder is not there to answer their bank. */
  readonly offSession: boolean;
}

/** The timer by which a debit that was processing comes to its end. */
export const PAYMENT_SETTLES = 'payment_settles';

/**
 * Makes an attempt at an intent. A decline is no error here: look at `status` and
 * `lastPaymentError` of what comes back.
 */
export function confirmIntent(
  tx: Tx,
  intent: PaymentIntentRow,
  { paymentMethod, offSession }: Confirmation,
): PaymentIntentRow {
  requireConfirmable(intent);
  const id = paymentMethod ?? intent.paymentMethod;
  if (id === null) throw nothingToPayWith(intent);
  const method = requirePayable(intent, getPaymentMethod(tx, id, 'payment_method'));
  const begun = { ...intent, paymentMethod: method.id, nextAction: null };
  if (mustAuthenticate(method, offSession) && !intent.isAuthenticated) {
    // An invoice waits for its customer, who may come back; a payment of one's own does not.
    if (offSession && intent.invoice === null) {
      return attempt(tx, begun, { method, result: 'authentication_required' });
    }
    return askHolder(tx, begun);
  }
  return attempt(tx, begun, { method, result: resultOf(method) });
}

function askHolder(tx: Tx, intent: PaymentIntentRow): PaymentIntentRow {
  const asking: PaymentIntentRow = {
    ...intent,
    status: 'requires_action',
    lastPaymentError: null,
    nextAction: authenticationAction(tx, intent),
  };
  return keepIntent(tx, asking, 'payment_intent.requires_action');
}

function requireConfirmable(intent: PaymentIntentRow): void {
  const { status } = intent;
  if (status === 'succeeded' || status === 'canceled' || status === 'requires_capture') {
    const why =
      status === 'succeeded'
        ? 'it has already succeeded after being previously confirmed'
        : status === 'canceled'
          ? 'it has been canceled'
          : 'it has already been confirmed and can be captured';
    throw unexpectedState(intent, `You cannot confirm this PaymentIntent because ${why}.`);
  }
  if (status === 'processing') {
    throw unexpectedState(
      intent,
      'You cannot confirm this PaymentIntent because it is processing a payment already.',
    );
  }
}

function nothingToPayWith(intent: PaymentIntentRow): Error {
  return unexpectedState(
    intent,
    "You cannot confirm this PaymentIntent because it's missing a payment method. You can either " +
      'update the PaymentIntent with a payment method and then confirm it again, or confirm it ' +
      'again directly with a payment method or ConfirmationToken.',
  );
}

/** Throws where the payment method cannot be used for the intent. */
export function requirePayable(
  { customer, paymentMethodTypes }: Payer,
  method: PaymentMethodRow,
): PaymentMethodRow {
  requireFresh(method);
  if (!paymentMethodTypes.includes(typeOf(method))) {
    throw invalid(
      `The PaymentMethod provided (${typeOf(method)}) is not allowed for this PaymentIntent. ` +
        'Please attach a PaymentMethod of one of the following types: ' +
        `${paymentMethodTypes.join(', ')}.`,
      { code: 'payment_intent_invalid_parameter', param: 'payment_method' },
    );
  }
  if (method.customer === null || method.customer === customer) return method;
  const owner = method.customer;
  throw invalid(
    customer === null
      ? `The provided PaymentMethod (${method.id}) belongs to the Customer ${owner}. Please ` +
          'include the Customer in the `customer` parameter.'
      : `The provided PaymentMethod (${method.id}) does not belong to the Customer ${customer}: ` +
          'it was attached to another.',
    { param: 'payment_method' },
  );
}

type Payer = Pick<PaymentIntentRow, 'customer' | 'paymentMethodTypes'>;

/** Whether a card's bank wants to see its holder for a payment. */
function mustAuthenticate({ card, isSetUp }: PaymentMethodRow, offSession: boolean): boolean {
  switch (card?.authentication) {
    case 'always':
      return true;
    case 'unless_set_up':
      return !(offSession && isSetUp);
    case 'on_session':
      return !offSession;
    default:
      return false;
  }
}

function resultOf({ card, sepa }: PaymentMethodRow): Result {
  if (sepa !== null) return 'pending';
  return card?.charge ?? 'succeeded';
}

/** Charges, and leaves the intent as the charge came out. */
function attempt(
  tx: Tx,
  intent: PaymentIntentRow,
  { method, result }: { readonly method: PaymentMethodRow; readonly result: Result },
): PaymentIntentRow {
  const charge = chargeIntent(tx, intent, { method, result });
  const tried = { ...intent, latestCharge: charge.id, isAuthenticated: false, nextAction: null };
  if (result === 'pending') return process(tx, tried, method);
  if (result !== 'succeeded') {
    const paymentMethod = renderPaymentMethod(method);
    return fail(tx, tried, failureOf(result, { charge: charge.id, paymentMethod }));
  }
  keepForLater(tx, tried, method);
  return intent.captureMethod === 'manual' ? hold(tx, tried) : succeed(tx, tried, charge);
}

function process(tx: Tx, intent: PaymentIntentRow, method: PaymentMethodRow): PaymentIntentRow {
  keepForLater(tx, intent, method);
  const processing: PaymentIntentRow = { ...intent, status: 'processing', lastPaymentError: null };
  tx.schedule({
    kind: PAYMENT_SETTLES,
    subject: intent.id,
    at: intentNow(tx, intent) + (method.sepa?.delaySeconds ?? 0),
    clock: intent.testClock,
  });
  return keepIntent(tx, processing, 'payment_intent.processing');
}

export function fail(tx: Tx, intent: PaymentIntentRow, failure: Failure): PaymentIntentRow {
  const failed: PaymentIntentRow = {
    ...intent,
    status: 'requires_payment_method',
    paymentMethod: null,
    nextAction: null,
    isAuthenticated: false,
    lastPaymentError: failure,
  };
  return keepIntent(tx, failed, 'payment_intent.payment_failed');
}

function hold(tx: Tx, intent: PaymentIntentRow): PaymentIntentRow {
  const held: PaymentIntentRow = {
    ...intent,
    status: 'requires_capture',
    amountCapturable: intent.amount,
    lastPaymentError: null,
  };
  return keepIntent(tx, held, 'payment_intent.amount_capturable_updated');
}

/** The money is there: all that was asked for, or what was captured of it. */
export function succeed(tx: Tx, intent: PaymentIntentRow, charge: ChargeRow): PaymentIntentRow {
  const succeeded: PaymentIntentRow = {
    ...intent,
    status: 'succeeded',
    amountCapturable: 0,
    amountReceived: charge.amountCaptured,
    lastPaymentError: null,
  };
  return keepIntent(tx, succeeded, 'payment_intent.succeeded');
}

/**
 * A payment method that was paid with is kept for its customer where that was asked for; one that
 * is nobody's cannot be used again.
 */
function keepForLater(tx: Tx, intent: PaymentIntentRow, method: PaymentMethodRow): void {
  const { customer, setupFutureUsage } = intent;
  if (customer !== null && setupFutureUsage !== null) {
    const attached = attachPaymentMethod(tx, method, getCustomer(tx, customer));
    if (setupFutureUsage === 'off_session') markSetUp(tx, attached);
  } else if (method.customer === null) {
    tx.put(paymentMethods, { ...method, isUsedUp: true });
  }
}

/** Its holder has agreed to payments without them. */
export function markSetUp(tx: Tx, method: PaymentMethodRow): PaymentMethodRow {
  return method.isSetUp ? method : tx.put(paymentMethods, { ...method, isSetUp: true });
}

/** The holder has answered their bank: the attempt goes on, or has failed. */
export function finishAuthentication(
  tx: Tx,
  intent: PaymentIntentRow,
  succeeds: boolean,
): PaymentIntentRow {
  const method = findPaymentMethod(tx, intent.paymentMethod ?? '');
  if (intent.status !== 'requires_action' || method === undefined) {
    throw unexpectedState(intent, 'There is nothing to authenticate for this PaymentIntent.');
  }
  if (!succeeds) {
    return fail(tx, intent, notAuthenticated('payment_intent', renderPaymentMethod(method)));
  }
  const proved = { ...intent, isAuthenticated: true, nextAction: null };
  if (intent.confirmationMethod === 'automatic') {
    return attempt(tx, proved, { method, result: resultOf(method) });
  }
  return tx.put(paymentIntents, { ...proved, status: 'requires_confirmation' });
}
