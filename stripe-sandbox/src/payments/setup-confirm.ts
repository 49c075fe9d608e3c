import type Stripe from 'stripe';
import type { Tx } from '../engine/transaction.ts';
import { getCustomer } from '../customers/customer.ts';
import { markSetUp, requirePayable } from './confirm.ts';
import { failureOf, notAuthenticated, type Failure } from './failures.ts';
import { authenticationAction } from './next-actions.ts';
import {
  attachPaymentMethod,
  getPaymentMethod,
  renderPaymentMethod,
  type PaymentMethodRow,
} from './payment-methods.ts';
import { keepSetupIntent, unexpectedSetupState, type SetupIntentRow } from './setup-intents.ts';

/**
 * Makes a payment method ready for payments to come. A decline is no error here: look at `status`
 * and `lastSetupError` of what comes back.
 *
 * @param said.paymentMethod `null` for what the intent has
 */
export function confirmSetupIntent(
  tx: Tx,
  intent: SetupIntentRow,
  said: { readonly paymentMethod: string | null },
): SetupIntentRow {
  const { status } = intent;
  if (status === 'succeeded' || status === 'canceled') {
    const why = status === 'canceled' ? 'it has been canceled' : 'it has already succeeded';
    throw unexpectedSetupState(intent, `You cannot confirm this SetupIntent because ${why}.`);
  }
  const id = said.paymentMethod ?? intent.paymentMethod;
  if (id === null) {
    throw unexpectedSetupState(
      intent,
      "You cannot confirm this SetupIntent because it's missing a payment method. Update the " +
        'SetupIntent with a payment method and then confirm it again.',
    );
  }
  const method = requirePayable(intent, getPaymentMethod(tx, id, 'payment_method'));
  const begun = { ...intent, paymentMethod: method.id, nextAction: null };
  const why = method.card?.setup ?? null;
  if (why !== null) {
    const paymentMethod = renderPaymentMethod(method);
    return fail(tx, begun, failureOf(why, { charge: null, paymentMethod }));
  }
  return mustAuthenticate(method) ? askHolder(tx, begun) : succeed(tx, begun, method);
}

/** Whether the bank wants to see the holder before it agrees to payments without them. */
function mustAuthenticate({ card }: PaymentMethodRow): boolean {
  return card?.authentication === 'always' || card?.authentication === 'unless_set_up';
}

function askHolder(tx: Tx, intent: SetupIntentRow): SetupIntentRow {
  const asking: SetupIntentRow = {
    ...intent,
    status: 'requires_action',
    lastSetupError: null,
    nextAction: authenticationAction(tx, intent),
  };
  return keepSetupIntent(tx, asking, 'setup_intent.requires_action');
}

function succeed(tx: Tx, intent: SetupIntentRow, method: PaymentMethodRow): SetupIntentRow {
  const { customer } = intent;
  const kept =
    customer === null ? method : attachPaymentMethod(tx, method, getCustomer(tx, customer));
  if (intent.usage === 'off_session') markSetUp(tx, kept);
  const done: SetupIntentRow = {
    ...intent,
    status: 'succeeded',
    nextAction: null,
    lastSetupError: null,
  };
  return keepSetupIntent(tx, done, 'setup_intent.succeeded');
}

function fail(tx: Tx, intent: SetupIntentRow, failure: Failure): SetupIntentRow {
  const failed: SetupIntentRow = {
    ...intent,
    status: 'requires_payment_method',
    paymentMethod: null,
    nextAction: null,
    lastSetupError: failure,
  };
  return keepSetupIntent(tx, failed, 'setup_intent.setup_failed');
}

/** The holder has answered their bank. */
export function finishSetupAuthentication(
  tx: Tx,
  intent: SetupIntentRow,
  succeeds: boolean,
): SetupIntentRow {
  const { paymentMethod, status } = intent;
  if (status !== 'requires_action' || paymentMethod === null) {
    throw unexpectedSetupState(intent, 'There is nothing to authenticate for this SetupIntent.');
  }
  const method = getPaymentMethod(tx, paymentMethod);
  if (succeeds) return succeed(tx, intent, method);
  return fail(tx, intent, notAuthenticated('setup_intent', renderPaymentMethod(method)));
}

const CANCELLABLE: readonly string[] = [
  'requires_payment_method',
  'requires_confirmation',
  'requires_action',
];

export function cancelSetupIntent(
  tx: Tx,
  intent: SetupIntentRow,
  reason: Stripe.SetupIntent.CancellationReason | null = null,
): SetupIntentRow {
  if (!CANCELLABLE.includes(intent.status)) {
    throw unexpectedSetupState(
      intent,
      `You cannot cancel this SetupIntent because it has a status of ${intent.status}. Only a ` +
        `SetupIntent with one of the following statuses may be canceled: ` +
        `${CANCELLABLE.join(', ')}.`,
    );
  }
  const canceled: SetupIntentRow = {
    ...intent,
    status: 'canceled',
    nextAction: null,
    cancellationReason: reason,
  };
  return keepSetupIntent(tx, canceled, 'setup_intent.canceled');
}
