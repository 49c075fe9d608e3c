import type Stripe from 'stripe';
import type { Tx } from '../../engine/transaction.ts';
import {
  instantRange,
  isAsked,
  isWithin,
  narrowestKey,
  pageOf,
  pageSpecs,
  rowsOf,
  type ListObject,
} from '../../http/lists.ts';
import {
  boolean,
  ignored,
  mergeMetadata,
  metadata,
  oneOf,
  optional,
  paramsOf,
  text,
  unsupported,
  type Params,
} from '../../http/params.ts';
import { route, type PathIds, type Route } from '../../http/routes.ts';
import { methodDataSpec } from '../../payments/methods/card-params.ts';
import { requirePayable } from '../../payments/confirm.ts';
import { failedAnswer } from '../../payments/failures.ts';
import {
  automaticMethodsSpec,
  methodTypesOf,
  methodTypesSpec,
} from '../../payments/methods/method-types.ts';
import { methodOf } from '../../payments/methods/named-method.ts';
import { getPaymentMethod } from '../../payments/payment-methods.ts';
import { cancelSetupIntent, confirmSetupIntent } from '../../payments/setup-confirm.ts';
import {
  createSetupIntent,
  getSetupIntent,
  renderSetupIntent,
  setupIntents,
  unexpectedSetupState,
  type SetupIntentRow,
} from '../../payments/setup-intents.ts';
import { getCustomer } from '../../customers/customer.ts';
import { methodOptions } from '../../payments/method-options.ts';

/** What creating, updating and confirming take. */
const methodParams = {
  payment_method: optional(text()),
  payment_method_data: optional(methodDataSpec),
  payment_method_options: methodOptions,
} as const;

const createSpecs = {
  ...paramsOf<Stripe.SetupIntentCreateParams>()({
    ...methodParams,
    allowed_payment_method_types: optional(methodTypesSpec),
    attach_to_self: unsupported,
    automatic_payment_methods: optional(automaticMethodsSpec),
    confirm: optional(boolean),
    confirmation_token: unsupported,
    customer: optional(text()),
    customer_account: unsupported,
    description: optional(text(1_000)),
    excluded_payment_method_types: ignored,
    flow_directions: ignored,
    mandate_data: ignored,
    metadata,
    on_behalf_of: unsupported,
    payment_method_configuration: ignored,
    return_url: optional(text(2_048)),
    single_use: unsupported,
    usage: optional(oneOf('off_session', 'on_session')),
    use_stripe_sdk: ignored,
  }),
  // Earlier versions of the API have it, and Stripe's CLI sends it.
  payment_method_types: optional(methodTypesSpec),
} as const;

const updateSpecs = {
  ...paramsOf<Stripe.SetupIntentUpdateParams>()({
    ...methodParams,
    allowed_payment_method_types: optional(methodTypesSpec),
    attach_to_self: unsupported,
    customer: optional(text()),
    customer_account: unsupported,
    description: optional(text(1_000)),
    excluded_payment_method_types: ignored,
    flow_directions: ignored,
    metadata,
    payment_method_configuration: ignored,
  }),
  payment_method_types: optional(methodTypesSpec),
} as const;

const confirmSpecs = paramsOf<Stripe.SetupIntentConfirmParams>()({
  ...methodParams,
  allowed_payment_method_types: ignored,
  confirmation_token: unsupported,
  mandate_data: ignored,
  return_url: optional(text(2_048)),
  use_stripe_sdk: ignored,
});

function create(tx: Tx, said: Params<typeof createSpecs>): SetupIntentRow {
  const customer = said.customer ?? null;
  if (customer !== null) getCustomer(tx, customer, 'customer');
  const paymentMethod = methodOf(tx, said);
  const kinds = methodTypesOf(said);
  if (paymentMethod !== null) {
    const payer = { customer, paymentMethodTypes: kinds.paymentMethodTypes };
    requirePayable(payer, getPaymentMethod(tx, paymentMethod));
  }
  const intent = createSetupIntent(tx, {
    ...kinds,
    customer,
    paymentMethod,
    description: said.description ?? null,
    metadata: mergeMetadata({}, said.metadata),
    usage: said.usage ?? 'off_session',
    returnUrl: said.return_url ?? null,
  });
  return said.confirm === true ? confirm(tx, intent, null) : intent;
}

/** Confirms, and answers a decline as Stripe does: with an error that keeps what was done. */
function confirm(tx: Tx, intent: SetupIntentRow, paymentMethod: string | null): SetupIntentRow {
  const confirmed = confirmSetupIntent(tx, intent, { paymentMethod });
  const { lastSetupError, status } = confirmed;
  if (status !== 'requires_payment_method' || lastSetupError === null) return confirmed;
  throw failedAnswer(lastSetupError, { setup_intent: renderSetupIntent(confirmed) });
}

function update(tx: Tx, intent: SetupIntentRow, said: Params<typeof updateSpecs>): SetupIntentRow {
  if (intent.status === 'succeeded' || intent.status === 'canceled') {
    const isMore = Object.keys(said).some((name) => name !== 'metadata' && name !== 'description');
    if (isMore) {
      throw unexpectedSetupState(
        intent,
        `You cannot update this SetupIntent because it has a status of ${intent.status}.`,
      );
    }
  }
  if (said.customer !== undefined) getCustomer(tx, said.customer, 'customer');
  const named = methodOf(tx, said);
  const paymentMethod = named ?? intent.paymentMethod;
  const isWaiting = intent.status === 'requires_payment_method' && paymentMethod !== null;
  const updated: SetupIntentRow = {
    ...intent,
    status: isWaiting ? 'requires_confirmation' : intent.status,
    customer: said.customer ?? intent.customer,
    description: said.description ?? intent.description,
    metadata: mergeMetadata(intent.metadata, said.metadata),
    paymentMethod,
    paymentMethodTypes:
      said.payment_method_types ?? said.allowed_payment_method_types ?? intent.paymentMethodTypes,
  };
  if (named !== null) requirePayable(updated, getPaymentMethod(tx, named));
  return tx.put(setupIntents, updated);
}

const cancelSpecs = paramsOf<Stripe.SetupIntentCancelParams>()({
  cancellation_reason: optional(oneOf('abandoned', 'duplicate', 'requested_by_customer')),
});

const listSpecs = paramsOf<Stripe.SetupIntentListParams>()({
  ...pageSpecs,
  attach_to_self: ignored,
  created: instantRange,
  customer: optional(text()),
  customer_account: unsupported,
  payment_method: optional(text()),
});

function listSetupIntents(tx: Tx, said: Params<typeof listSpecs>): ListObject<Stripe.SetupIntent> {
  const { customer, payment_method: method } = said;
  const listed = rowsOf(tx, setupIntents, getSetupIntent, narrowestKey({ customer }));
  return pageOf(listed, said, {
    url: all,
    render: renderSetupIntent,
    passes: (row) => isWithin(row.created, said.created) && isAsked(method, row.paymentMethod),
  });
}

const all = '/v1/setup_intents';
const one = `${all}/{setup_intent}`;

const named = (tx: Tx, ids: PathIds): SetupIntentRow => getSetupIntent(tx, ids['setup_intent']!);

export const setupIntentRoutes: readonly Route[] = [
  route('POST', all, createSpecs, (tx, { params }) => renderSetupIntent(create(tx, params))),
  route('GET', all, listSpecs, (tx, { params }) => listSetupIntents(tx, params)),
  route('GET', one, { client_secret: ignored }, (tx, { ids }) => renderSetupIntent(named(tx, ids))),
  route('POST', one, updateSpecs, (tx, { ids, params }) =>
    renderSetupIntent(update(tx, named(tx, ids), params)),
  ),
  route('POST', `${one}/confirm`, confirmSpecs, (tx, { ids, params }) => {
    const intent = named(tx, ids);
    const asked = { ...intent, returnUrl: params.return_url ?? intent.returnUrl };
    return renderSetupIntent(confirm(tx, asked, methodOf(tx, params)));
  }),
  route('POST', `${one}/cancel`, cancelSpecs, (tx, { ids, params }) =>
    renderSetupIntent(cancelSetupIntent(tx, named(tx, ids), params.cancellation_reason ?? null)),
  ),
];
