import type Stripe from 'stripe';
import { collection } from '../engine/collection.ts';
import type { Tx } from '../engine/transaction.ts';
import { invalid, missing, StripeError } from '../http/errors.ts';
import { findCustomer } from '../customers/customer.ts';
import { emit } from '../events/event.ts';
import { nowOn } from '../clocks/test-clock.ts';
import { renderFailure, type Failure } from './failures.ts';
import type { NextAction } from './next-actions.ts';

export type SetupIntentStatus =
  | 'canceled'
  | 'requires_action'
  | 'requires_confirmation'
  | 'requires_payment_method'
  | 'succeeded';

/** A payment method that is to be made ready for payments to come. */
export interface SetupIntentRow {
  readonly id: string;
  readonly created: number;
  /** The clock of its customer. */
  readonly testClock: string | null;
  readonly status: SetupIntentStatus;
  readonly customer: string | null;
  /** The checkout session that it belongs to. */
  readonly checkout: string | null;
  readonly description: string | null;
  readonly metadata: Record<string, string>;
  readonly paymentMethod: string | null;
  readonly paymentMethodTypes: readonly string[];
  readonly automaticPaymentMethods: Stripe.SetupIntent.AutomaticPaymentMethods | null;
  readonly usage: 'off_session' | 'on_session';
  readonly returnUrl: string | null;
  readonly lastSetupError: Failure | null;
  readonly nextAction: NextAction | null;
  readonly clientSecret: string;
  readonly cancellationReason: Stripe.SetupIntent.CancellationReason | null;
}

export const setupIntents = collection<SetupIntentRow>('setup_intents', {
  customer: (intent) => intent.customer,
});

export function findSetupIntent(tx: Tx, id: string): SetupIntentRow | undefined {
  return tx.find(setupIntents, id);
}

export function getSetupIntent(tx: Tx, id: string, param?: string): SetupIntentRow {
  const intent = findSetupIntent(tx, id);
  if (intent === undefined) throw missing('setupintent', id, param);
  return intent;
}

export type SetupNews =
  | 'setup_intent.canceled'
  | 'setup_intent.created'
  | 'setup_intent.requires_action'
  | 'setup_intent.setup_failed'
  | 'setup_intent.succeeded';

/** Keeps a setup intent and tells of it. */
export function keepSetupIntent(tx: Tx, intent: SetupIntentRow, type: SetupNews): SetupIntentRow {
  tx.put(setupIntents, intent);
  emit(tx, { type, object: renderSetupIntent(intent), now: nowOn(tx, intent.testClock) });
  return intent;
}

export interface NewSetupIntent {
  readonly customer: string | null;
  readonly paymentMethod: string | null;
  readonly checkout?: string | null;
  readonly description?: string | null;
  readonly metadata?: Record<string, string>;
  readonly paymentMethodTypes?: readonly string[];
  readonly automaticPaymentMethods?: Stripe.SetupIntent.AutomaticPaymentMethods | null;
  readonly usage?: SetupIntentRow['usage'];
  readonly returnUrl?: string | null;
}

/** Adds a setup intent and tells so. */
export function createSetupIntent(tx: Tx, said: NewSetupIntent): SetupIntentRow {
  const { customer, paymentMethod } = said;
  const testClock = customer === null ? null : findCustomer(tx, customer).testClock;
  const id = tx.newId('seti');
  const intent: SetupIntentRow = {
    id,
    created: nowOn(tx, testClock),
    testClock,
    status: paymentMethod === null ? 'requires_payment_method' : 'requires_confirmation',
    customer,
    checkout: said.checkout ?? null,
    description: said.description ?? null,
    metadata: said.metadata ?? {},
    paymentMethod,
    paymentMethodTypes: said.paymentMethodTypes ?? ['card'],
    automaticPaymentMethods: said.automaticPaymentMethods ?? null,
    usage: said.usage ?? 'off_session',
    returnUrl: said.returnUrl ?? null,
    lastSetupError: null,
    nextAction: null,
    clientSecret: `${id}_${tx.newId('secret', 25)}`,
    cancellationReason: null,
  };
  return keepSetupIntent(tx, intent, 'setup_intent.created');
}

/** What cannot be done with a setup intent as it is. */
export function unexpectedSetupState(intent: SetupIntentRow, message: string): StripeError {
  const { details } = invalid(message, { code: 'setup_intent_unexpected_state' });
  return new StripeError(400, { ...details, setup_intent: renderSetupIntent(intent) });
}

export function renderSetupIntent(intent: SetupIntentRow): Stripe.SetupIntent {
  return {
    id: intent.id,
    object: 'setup_intent',
    allowed_payment_method_types: null,
    application: null,
    automatic_payment_methods: intent.automaticPaymentMethods,
    cancellation_reason: intent.cancellationReason,
    client_secret: intent.clientSecret,
    created: intent.created,
    customer: intent.customer,
    customer_account: null,
    description: intent.description,
    excluded_payment_method_types: null,
    flow_directions: null,
    last_setup_error: intent.lastSetupError && renderFailure(intent.lastSetupError),
    latest_attempt: null,
    livemode: false,
    managed_payments: null,
    mandate: null,
    metadata: intent.metadata,
    next_action: intent.nextAction,
    on_behalf_of: null,
    payment_method: intent.paymentMethod,
    payment_method_configuration_details: null,
    payment_method_options: {
      card: { mandate_options: null, network: null, request_three_d_secure: 'automatic' },
    },
    payment_method_types: [...intent.paymentMethodTypes],
    single_use_mandate: null,
    status: intent.status,
    usage: intent.usage,
  };
}
