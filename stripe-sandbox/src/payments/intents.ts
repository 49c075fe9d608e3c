import type Stripe from 'stripe';
import { collection } from '../engine/collection.ts';
import type { Tx } from '../engine/transaction.ts';
import { upcall } from '../engine/upcall.ts';
import { invalid, missing, StripeError } from '../http/errors.ts';
import { findCustomer } from '../customers/customer.ts';
import { emit } from '../events/event.ts';
import { nowOn } from '../clocks/test-clock.ts';
import { renderFailure, type Failure } from './failures.ts';
import type { NextAction } from './next-actions.ts';

export type PaymentIntentStatus =
  | 'canceled'
  | 'processing'
  | 'requires_action'
  | 'requires_capture'
  | 'requires_confirmation'
  | 'requires_payment_method'
  | 'succeeded';

/** Money that is to be taken once, however many attempts that needs. */
export interface PaymentIntentRow {
  readonly id: string;
  readonly created: number;
  /** The clock of its customer. */
  readonly testClock: string | null;
  readonly status: PaymentIntentStatus;
  readonly amount: number;
  readonly amountCapturable: number;
  readonly amountReceived: number;
  readonly currency: string;
  readonly customer: string | null;
  /** The invoice that it pays. */
  readonly invoice: string | null;
  /** The checkout session that it belongs to. */
  readonly checkout: string | null;
  readonly paymentMethod: string | null;
  readonly paymentMethodTypes: readonly string[];
  readonly paymentMethodOptions: Stripe.PaymentIntent.PaymentMethodOptions;
  readonly automaticPaymentMethods: Stripe.PaymentIntent.AutomaticPaymentMethods | null;
  readonly captureMethod: 'automatic' | 'automatic_async' | 'manual';
  readonly confirmationMethod: 'automatic' | 'manual';
  readonly setupFutureUsage: 'off_session' | 'on_session' | null;
  readonly description: string | null;
  readonly metadata: Record<string, string>;
  readonly receiptEmail: string | null;
  readonly returnUrl: string | null;
  readonly shipping: Stripe.PaymentIntent.Shipping | null;
  readonly statementDescriptor: string | null;
  readonly statementDescriptorSuffix: string | null;
  readonly transferGroup: string | null;
  readonly latestCharge: string | null;
  readonly lastPaymentError: Failure | null;
  readonly nextAction: NextAction | null;
  /** The holder has proved to be the holder for the attempt that is under way. */
  readonly isAuthenticated: boolean;
  readonly clientSecret: string;
  readonly canceledAt: number | null;
  readonly cancellationReason: Stripe.PaymentIntent.CancellationReason | null;
}

export const paymentIntents = collection<PaymentIntentRow>('payment_intents', {
  customer: (intent) => intent.customer,
  invoice: (intent) => intent.invoice,
});

export function findIntent(tx: Tx, id: string): PaymentIntentRow | undefined {
  return tx.find(paymentIntents, id);
}

export function getIntent(tx: Tx, id: string, param?: string): PaymentIntentRow {
  const intent = findIntent(tx, id);
  if (intent === undefined) throw missing('payment_intent', id, param);
  return intent;
}

/** What time it is for an intent; epoch seconds. */
export function intentNow(tx: Tx, intent: Pick<PaymentIntentRow, 'testClock'>): number {
  return nowOn(tx, intent.testClock);
}

export type IntentNews =
  | 'payment_intent.amount_capturable_updated'
  | 'payment_intent.canceled'
  | 'payment_intent.created'
  | 'payment_intent.payment_failed'
  | 'payment_intent.processing'
  | 'payment_intent.requires_action'
  | 'payment_intent.succeeded';

/** Keeps an intent and tells of it. */
export function keepIntent(tx: Tx, intent: PaymentIntentRow, type: IntentNews): PaymentIntentRow {
  tx.put(paymentIntents, intent);
  emit(tx, { type, object: renderIntent(intent), now: intentNow(tx, intent) });
  return intent;
}

/** What an intent is about; what is left out is as Stripe has it of itself. */
export interface NewIntent {
  readonly customer: string | null;
  readonly amount: number;
  readonly currency: string;
  readonly paymentMethod: string | null;
  readonly invoice: string | null;
  readonly checkout: string | null;
  readonly setupFutureUsage: PaymentIntentRow['setupFutureUsage'];
  readonly description: string | null;
  readonly metadata: Record<string, string>;
  /** Epoch seconds. */
  readonly now: number;
  readonly paymentMethodTypes?: readonly string[];
  readonly automaticPaymentMethods?: Stripe.PaymentIntent.AutomaticPaymentMethods | null;
  readonly captureMethod?: PaymentIntentRow['captureMethod'];
  readonly confirmationMethod?: PaymentIntentRow['confirmationMethod'];
  readonly receiptEmail?: string | null;
  readonly returnUrl?: string | null;
  readonly shipping?: Stripe.PaymentIntent.Shipping | null;
  readonly statementDescriptor?: string | null;
  readonly statementDescriptorSuffix?: string | null;
  readonly transferGroup?: string | null;
}

/** Adds an intent and tells so. Nothing is taken yet. */
export function createIntent(tx: Tx, said: NewIntent): PaymentIntentRow {
  const id = tx.newId('pi');
  const intent: PaymentIntentRow = {
    id,
    created: said.now,
    testClock: said.customer === null ? null : findCustomer(tx, said.customer).testClock,
    status: said.paymentMethod === null ? 'requires_payment_method' : 'requires_confirmation',
    amount: said.amount,
    amountCapturable: 0,
    amountReceived: 0,
    currency: said.currency,
    customer: said.customer,
    invoice: said.invoice,
    checkout: said.checkout,
    paymentMethod: said.paymentMethod,
    paymentMethodTypes: said.paymentMethodTypes ?? ['card'],
    paymentMethodOptions: {},
    automaticPaymentMethods: said.automaticPaymentMethods ?? null,
    captureMethod: said.captureMethod ?? 'automatic_async',
    confirmationMethod: said.confirmationMethod ?? 'automatic',
    setupFutureUsage: said.setupFutureUsage,
    description: said.description,
    metadata: said.metadata,
    receiptEmail: said.receiptEmail ?? null,
    returnUrl: said.returnUrl ?? null,
    shipping: said.shipping ?? null,
    statementDescriptor: said.statementDescriptor ?? null,
    statementDescriptorSuffix: said.statementDescriptorSuffix ?? null,
    transferGroup: said.transferGroup ?? null,
    latestCharge: null,
    lastPaymentError: null,
    nextAction: null,
    isAuthenticated: false,
    clientSecret: `${id}_${tx.newId('secret', 25)}`,
    canceledAt: null,
    cancellationReason: null,
  };
  return keepIntent(tx, intent, 'payment_intent.created');
}

/** What cannot be done with an intent as it is. */
export function unexpectedState(intent: PaymentIntentRow, message: string): StripeError {
  const { details } = invalid(message, { code: 'payment_intent_unexpected_state' });
  return new StripeError(400, { ...details, payment_intent: renderIntent(intent) });
}

export function renderIntent(intent: PaymentIntentRow): Stripe.PaymentIntent {
  return {
    id: intent.id,
    object: 'payment_intent',
    allowed_payment_method_types: null,
    amount: intent.amount,
    amount_capturable: intent.amountCapturable,
    amount_details: { tip: {} },
    amount_received: intent.amountReceived,
    application: null,
    application_fee_amount: null,
    automatic_payment_methods: intent.automaticPaymentMethods,
    canceled_at: intent.canceledAt,
    cancellation_reason: intent.cancellationReason,
    capture_method: intent.captureMethod,
    client_secret: intent.clientSecret,
    confirmation_method: intent.confirmationMethod,
    created: intent.created,
    currency: intent.currency,
    customer: intent.customer,
    customer_account: null,
    description: intent.description,
    excluded_payment_method_types: null,
    last_payment_error: intent.lastPaymentError && renderFailure(intent.lastPaymentError),
    latest_charge: intent.latestCharge,
    livemode: false,
    managed_payments: null,
    metadata: intent.metadata,
    next_action: intent.nextAction,
    on_behalf_of: null,
    payment_method: intent.paymentMethod,
    payment_method_configuration_details: null,
    payment_method_options: intent.paymentMethodOptions,
    payment_method_types: [...intent.paymentMethodTypes],
    payment_record: null,
    processing: null,
    receipt_email: intent.receiptEmail,
    review: null,
    setup_future_usage: intent.setupFutureUsage,
    shipping: intent.shipping,
    source: null,
    statement_descriptor: intent.statementDescriptor,
    statement_descriptor_suffix: intent.statementDescriptorSuffix,
    status: intent.status,
    transfer_data: null,
    transfer_group: intent.transferGroup,
  };
}

/**
 * What follows from a change of an intent that was not made by whoever asked for the money: its
 * customer has confirmed it or answered their bank, or a debit has come to its end.
 */
export const afterIntent = upcall<[intent: PaymentIntentRow]>('what follows from an intent');
