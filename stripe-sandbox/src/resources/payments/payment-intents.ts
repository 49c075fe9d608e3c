import type Stripe from 'stripe';
import {
  afterIntent,
  createIntent,
  getIntent,
  paymentIntents,
  renderIntent,
  unexpectedState,
  type PaymentIntentRow,
} from '../../payments/intents.ts';
import type { Tx } from '../../engine/transaction.ts';
import { invalid, StripeError } from '../../http/errors.ts';
import { isWithin, narrowestKey, pageOf, rowsOf, type ListObject } from '../../http/lists.ts';
import { ignored, mergeMetadata, type Params } from '../../http/params.ts';
import { route, type PathIds, type Route } from '../../http/routes.ts';
import { requireChargeable } from '../../payments/charges/amounts.ts';
import { confirmIntent, requirePayable } from '../../payments/confirm.ts';
import { declineOf } from '../../payments/methods/declines.ts';
import { failedAnswer } from '../../payments/failures.ts';
import { cancelIntent } from '../../payments/intent-cancel.ts';
import {
  cancelIntentSpecs,
  captureIntentSpecs,
  confirmIntentSpecs,
  createIntentSpecs,
  listIntentSpecs,
  updateIntentSpecs,
} from '../../payments/intent-params.ts';
import { methodTypesOf } from '../../payments/methods/method-types.ts';
import { methodOf } from '../../payments/methods/named-method.ts';
import { captureIntent } from '../../payments/outcomes.ts';
import { getPaymentMethod } from '../../payments/payment-methods.ts';
import { shippingOf } from '../../payments/charges/shipping.ts';
import { getCustomer } from '../../customers/customer.ts';
import { nowOn } from '../../clocks/test-clock.ts';

function create(tx: Tx, said: Params<typeof createIntentSpecs>): PaymentIntentRow {
  requireChargeable(said.amount, said.currency);
  const customer = said.customer ?? null;
  const testClock = customer === null ? null : getCustomer(tx, customer, 'customer').testClock;
  const paymentMethod = methodOf(tx, said);
  const kinds = methodTypesOf(said);
  if (paymentMethod !== null) {
    const payer = { customer, paymentMethodTypes: kinds.paymentMethodTypes };
    requirePayable(payer, getPaymentMethod(tx, paymentMethod));
  }
  const intent = createIntent(tx, {
    ...kinds,
    customer,
    amount: said.amount,
    currency: said.currency,
    paymentMethod,
    invoice: null,
    checkout: null,
    setupFutureUsage: said.setup_future_usage ?? null,
    description: said.description ?? null,
    metadata: mergeMetadata({}, said.metadata),
    now: nowOn(tx, testClock),
    captureMethod: said.capture_method ?? 'automatic_async',
    confirmationMethod: said.confirmation_method ?? 'automatic',
    receiptEmail: said.receipt_email ?? null,
    returnUrl: said.return_url ?? null,
    shipping: said.shipping === undefined ? null : shippingOf(said.shipping),
    statementDescriptor: said.statement_descriptor ?? null,
    statementDescriptorSuffix: said.statement_descriptor_suffix ?? null,
    transferGroup: said.transfer_group ?? null,
  });
  return said.confirm === true ? confirm(tx, intent, said) : intent;
}

interface ConfirmationSaid {
  readonly off_session?: boolean | undefined;
  readonly error_on_requires_action?: boolean | undefined;
}

/** Confirms, and answers a decline as Stripe does: with an error that keeps what was done. */
function confirm(tx: Tx, intent: PaymentIntentRow, said: ConfirmationSaid): PaymentIntentRow {
  const confirmed = confirmIntent(tx, intent, {
    paymentMethod: null,
    offSession: said.off_session === true,
  });
  if (confirmed.status === 'requires_action' && said.error_on_requires_action === true) {
    const { code, message } = declineOf('authentication_required');
    throw new StripeError(402, { type: 'card_error', code, message });
  }
  afterIntent(tx, confirmed);
  const { lastPaymentError, status } = confirmed;
  if (status !== 'requires_payment_method' || lastPaymentError === null) return confirmed;
  throw failedAnswer(lastPaymentError, { payment_intent: renderIntent(confirmed) });
}

type Change = Omit<
  Params<typeof updateIntentSpecs>,
  'amount' | 'currency' | 'customer' | 'description' | 'metadata'
>;

/** What an update and a confirmation change alike. */
function changed(
  tx: Tx,
  intent: PaymentIntentRow,
  said: Pick<
    Change,
    | 'capture_method'
    | 'payment_method'
    | 'payment_method_data'
    | 'receipt_email'
    | 'setup_future_usage'
    | 'shipping'
    | 'payment_method_types'
    | 'allowed_payment_method_types'
  >,
): PaymentIntentRow {
  const { setup_future_usage: usage, receipt_email: email, shipping } = said;
  const paymentMethod = methodOf(tx, said) ?? intent.paymentMethod;
  return {
    ...intent,
    paymentMethodTypes:
      said.payment_method_types ?? said.allowed_payment_method_types ?? intent.paymentMethodTypes,
    captureMethod: said.capture_method ?? intent.captureMethod,
    isAuthenticated: intent.isAuthenticated && paymentMethod === intent.paymentMethod,
    paymentMethod,
    receiptEmail: email === undefined ? intent.receiptEmail : email,
    setupFutureUsage: usage === undefined ? intent.setupFutureUsage : usage,
    shipping: shipping === undefined ? intent.shipping : shipping && shippingOf(shipping),
  };
}

const UPDATABLE_AT_THE_END = ['description', 'metadata', 'receipt_email', 'shipping'];

function update(
  tx: Tx,
  intent: PaymentIntentRow,
  said: Params<typeof updateIntentSpecs>,
): PaymentIntentRow {
  requireUpdatable(intent, Object.keys(said));
  requireAsked(intent, said);
  if (said.customer !== undefined) getCustomer(tx, said.customer, 'customer');
  const updated: PaymentIntentRow = {
    ...changed(tx, intent, said),
    amount: said.amount ?? intent.amount,
    currency: said.currency ?? intent.currency,
    customer: said.customer ?? intent.customer,
    description: said.description === undefined ? intent.description : said.description,
    metadata: mergeMetadata(intent.metadata, said.metadata),
    statementDescriptor: said.statement_descriptor ?? intent.statementDescriptor,
    statementDescriptorSuffix: said.statement_descriptor_suffix ?? intent.statementDescriptorSuffix,
    transferGroup: said.transfer_group ?? intent.transferGroup,
  };
  requireChargeable(updated.amount, updated.currency);
  const { paymentMethod } = updated;
  if (paymentMethod === null || isOver(intent)) return tx.put(paymentIntents, updated);
  requirePayable(updated, getPaymentMethod(tx, paymentMethod));
  const isWaiting = intent.status === 'requires_payment_method';
  const status = isWaiting ? 'requires_confirmation' : intent.status;
  return tx.put(paymentIntents, { ...updated, status });
}

const isOver = ({ status }: PaymentIntentRow): boolean =>
  !['requires_payment_method', 'requires_confirmation', 'requires_action'].includes(status);

function requireUpdatable(intent: PaymentIntentRow, names: readonly string[]): void {
  const refused = names.find((name) => !UPDATABLE_AT_THE_END.includes(name));
  if (refused === undefined || !isOver(intent)) return;
  throw unexpectedState(
    intent,
    `This PaymentIntent's ${refused} could not be updated because it has a status of ` +
      `${intent.status}. You may only update the ${refused} of a PaymentIntent with one of the ` +
      'following statuses: requires_payment_method, requires_confirmation, requires_action.',
  );
}

function listIntents(
  tx: Tx,
  said: Params<typeof listIntentSpecs>,
): ListObject<Stripe.PaymentIntent> {
  const { created, customer } = said;
  return pageOf(rowsOf(tx, paymentIntents, getIntent, narrowestKey({ customer })), said, {
    url: all,
    render: renderIntent,
    passes: (row) => isWithin(row.created, created),
  });
}

/** What belongs to an invoice or a checkout session ends with it. */
function requireOwn(intent: PaymentIntentRow): PaymentIntentRow {
  if (intent.invoice === null && intent.checkout === null) return intent;
  const instead = intent.invoice === null ? 'expire the Checkout Session' : 'void the invoice';
  const owner = intent.invoice === null ? 'a Checkout Session' : 'an invoice';
  throw unexpectedState(
    intent,
    `You cannot cancel this PaymentIntent because it was created by ${owner}; ${instead} instead.`,
  );
}

/** A checkout session is paid on its page only, so that it is complete when its money has come. */
function requireConfirmable(intent: PaymentIntentRow): PaymentIntentRow {
  if (intent.checkout === null) return intent;
  throw unexpectedState(
    intent,
    'You cannot confirm this PaymentIntent because it was created by a Checkout Session; pay on ' +
      'the page of the Checkout Session instead.',
  );
}

interface Asked {
  readonly amount?: number | undefined;
  readonly amount_to_capture?: number | undefined;
  readonly capture_method?: PaymentIntentRow['captureMethod'] | undefined;
  readonly currency?: string | undefined;
  readonly customer?: string | undefined;
}

/** What an invoice or a checkout session asks for, and of whom, is not changed by its intent. */
function requireAsked(intent: PaymentIntentRow, said: Asked): void {
  if (intent.invoice === null && intent.checkout === null) return;
  const asked: Required<Asked> = {
    amount: intent.amount,
    amount_to_capture: intent.amount,
    capture_method: intent.captureMethod,
    currency: intent.currency,
    customer: intent.customer ?? said.customer,
  };
  const names = Object.keys(asked) as (keyof Asked)[];
  const param = names.find((name) => said[name] !== undefined && said[name] !== asked[name]);
  if (param === undefined) return;
  const owner = intent.invoice === null ? 'a Checkout Session' : 'an invoice';
  throw invalid(
    `You cannot set \`${param}\` on this PaymentIntent because it was created by ${owner}, ` +
      'which determines it.',
    { code: 'payment_intent_unexpected_state', param },
  );
}

/** Tells billing of what has become of an intent. */
function told(tx: Tx, intent: PaymentIntentRow): Stripe.PaymentIntent {
  afterIntent(tx, intent);
  return renderIntent(getIntent(tx, intent.id));
}

const all = '/v1/payment_intents';
const one = `${all}/{payment_intent}`;

const named = (tx: Tx, ids: PathIds): PaymentIntentRow => getIntent(tx, ids['payment_intent']!);

export const paymentIntentRoutes: readonly Route[] = [
  route('POST', all, createIntentSpecs, (tx, { params }) => renderIntent(create(tx, params))),
  route('GET', all, listIntentSpecs, (tx, { params }) => listIntents(tx, params)),
  route('GET', one, { client_secret: ignored }, (tx, { ids }) => renderIntent(named(tx, ids))),
  route('POST', one, updateIntentSpecs, (tx, { ids, params }) =>
    renderIntent(update(tx, named(tx, ids), params)),
  ),
  route('POST', `${one}/confirm`, confirmIntentSpecs, (tx, { ids, params }) => {
    const intent = requireConfirmable(named(tx, ids));
    requireAsked(intent, params);
    const asked = { ...intent, returnUrl: params.return_url ?? intent.returnUrl };
    return renderIntent(confirm(tx, changed(tx, asked, params), params));
  }),
  route('POST', `${one}/capture`, captureIntentSpecs, (tx, { ids, params }) => {
    const intent = named(tx, ids);
    requireAsked(intent, { amount_to_capture: params.amount_to_capture });
    const metadata = mergeMetadata(intent.metadata, params.metadata);
    const asked = { ...intent, metadata };
    return told(tx, captureIntent(tx, asked, { amount: params.amount_to_capture }));
  }),
  route('POST', `${one}/cancel`, cancelIntentSpecs, (tx, { ids, params }) => {
    const intent = requireOwn(named(tx, ids));
    return told(tx, cancelIntent(tx, intent, params.cancellation_reason ?? null));
  }),
];
