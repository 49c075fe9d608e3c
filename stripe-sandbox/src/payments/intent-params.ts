import type Stripe from 'stripe';
import { pageSpecs, instantRange } from '../http/lists.ts';
import {
  boolean,
  emptyable,
  hash,
  ignored,
  metadata,
  oneOf,
  optional,
  paramsOf,
  text,
  textOr,
  unsupported,
  type Spec,
} from '../http/params.ts';
import { currencyCode, positiveAmountSpec } from '../money/parameters.ts';
import { methodDataSpec } from './methods/card-params.ts';
import { automaticMethodsSpec, methodTypesSpec } from './methods/method-types.ts';
import { shippingSpec } from './charges/shipping.ts';
import { methodOptions } from './method-options.ts';

const futureUsage = oneOf('off_session', 'on_session');
const captureMethod = oneOf('automatic', 'automatic_async', 'manual');

/** A yes or no, or in earlier versions `one_off` or `recurring`, which is a yes. */
const offSession: Spec<boolean | undefined> = optional(
  textOr(
    {
      read: (value, name) =>
        value === 'one_off' || value === 'recurring' || boolean.read(value, name),
    },
    { read: (value, name) => offSessionHash.read(value, name) !== undefined },
  ),
);
const offSessionHash = hash({ agreement: ignored, type: ignored, usage: ignored });

/** What all take and nothing that the sandbox shows follows from. */
const unseen = {
  amount_details: ignored,
  excluded_payment_method_types: ignored,
  hooks: ignored,
  payment_details: ignored,
  payment_method_options: methodOptions,
} as const;

/** What is paid with: named, or described. */
const method = {
  payment_method: optional(text()),
  payment_method_data: optional(methodDataSpec),
} as const;

const connect = {
  application_fee_amount: unsupported,
  transfer_data: unsupported,
} as const;

const statement = {
  statement_descriptor: optional(text(22)),
  statement_descriptor_suffix: optional(text(22)),
} as const;

/** What a confirmation takes, of its own or with the creation. */
const confirmation = {
  confirmation_token: unsupported,
  error_on_requires_action: optional(boolean),
  mandate: ignored,
  mandate_data: ignored,
  off_session: offSession,
  radar_options: ignored,
  return_url: optional(text(2_048)),
  use_stripe_sdk: ignored,
} as const;

export const createIntentSpecs = {
  ...paramsOf<Stripe.PaymentIntentCreateParams>()({
    ...unseen,
    ...method,
    ...connect,
    ...statement,
    ...confirmation,
    allowed_payment_method_types: optional(methodTypesSpec),
    amount: positiveAmountSpec,
    automatic_payment_methods: optional(automaticMethodsSpec),
    capture_method: optional(captureMethod),
    confirm: optional(boolean),
    confirmation_method: optional(oneOf('automatic', 'manual')),
    currency: currencyCode,
    customer: optional(text()),
    customer_account: unsupported,
    description: optional(text(1_000)),
    metadata,
    on_behalf_of: unsupported,
    payment_method_configuration: ignored,
    receipt_email: optional(text(512)),
    setup_future_usage: optional(futureUsage),
    shipping: optional(shippingSpec),
    transfer_group: optional(text()),
  }),
  // Earlier versions of the API have it, and Stripe's CLI sends it.
  payment_method_types: optional(methodTypesSpec),
} as const;

export const updateIntentSpecs = {
  ...paramsOf<Stripe.PaymentIntentUpdateParams>()({
    ...unseen,
    ...method,
    ...connect,
    ...statement,
    allowed_payment_method_types: optional(methodTypesSpec),
    amount: optional(positiveAmountSpec),
    capture_method: optional(captureMethod),
    currency: optional(currencyCode),
    customer: optional(text()),
    customer_account: unsupported,
    description: emptyable(text(1_000)),
    metadata,
    payment_method_configuration: ignored,
    receipt_email: emptyable(text(512)),
    setup_future_usage: emptyable(futureUsage),
    shipping: emptyable(shippingSpec),
    transfer_group: optional(text()),
  }),
  payment_method_types: optional(methodTypesSpec),
} as const;

export const confirmIntentSpecs = {
  ...paramsOf<Stripe.PaymentIntentConfirmParams>()({
    ...unseen,
    ...method,
    ...confirmation,
    allowed_payment_method_types: optional(methodTypesSpec),
    amount_to_confirm: unsupported,
    capture_method: optional(captureMethod),
    receipt_email: emptyable(text(512)),
    setup_future_usage: emptyable(futureUsage),
    shipping: emptyable(shippingSpec),
  }),
  payment_method_types: optional(methodTypesSpec),
} as const;

export const captureIntentSpecs = paramsOf<Stripe.PaymentIntentCaptureParams>()({
  ...connect,
  ...statement,
  amount_details: ignored,
  amount_to_capture: optional(positiveAmountSpec),
  final_capture: optional(boolean),
  hooks: ignored,
  metadata,
  payment_details: ignored,
});

export const cancelIntentSpecs = paramsOf<Stripe.PaymentIntentCancelParams>()({
  cancellation_reason: optional(
    oneOf('abandoned', 'duplicate', 'fraudulent', 'requested_by_customer'),
  ),
});

export const listIntentSpecs = paramsOf<Stripe.PaymentIntentListParams>()({
  ...pageSpecs,
  created: instantRange,
  customer: optional(text()),
  customer_account: unsupported,
});
