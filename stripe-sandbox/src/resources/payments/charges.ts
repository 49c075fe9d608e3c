import type Stripe from 'stripe';
import { afterIntent, getIntent } from '../../payments/intents.ts';
import type { Tx } from '../../engine/transaction.ts';
import { invalid } from '../../http/errors.ts';
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
  emptyable,
  hash,
  ignored,
  mergeMetadata,
  metadata,
  noParams,
  oneOf,
  optional,
  paramsOf,
  text,
  unsupported,
  type Params,
} from '../../http/params.ts';
import { route, type PathIds, type Route } from '../../http/routes.ts';
import { currencyCode, positiveAmountSpec } from '../../money/parameters.ts';
import { requireChargeable } from '../../payments/charges/amounts.ts';
import { addCharge } from '../../payments/charges/attempts.ts';
import {
  charges,
  getCharge,
  keepCharge,
  renderCharge,
  type ChargeRow,
} from '../../payments/charges/charges.ts';
import { failedAnswer, failureOf } from '../../payments/failures.ts';
import { captureCharge, captureIntent } from '../../payments/outcomes.ts';
import {
  renderPaymentMethod,
  usablePaymentMethod,
  type PaymentMethodRow,
} from '../../payments/payment-methods.ts';
import { renderSource } from '../../payments/methods/render-source.ts';
import { shippingOf, shippingSpec } from '../../payments/charges/shipping.ts';
import { sourceOf } from '../../payments/methods/sources.ts';
import { getCustomer, type CustomerRow } from '../../customers/customer.ts';
import { nowOn } from '../../clocks/test-clock.ts';

const connect = { application_fee_amount: unsupported, transfer_data: unsupported } as const;

const createSpecs = {
  ...paramsOf<Stripe.ChargeCreateParams>()({
    ...connect,
    amount: positiveAmountSpec,
    application_fee: unsupported,
    capture: optional(boolean),
    currency: currencyCode,
    customer: optional(text()),
    description: optional(text()),
    destination: unsupported,
    metadata,
    on_behalf_of: unsupported,
    radar_options: ignored,
    receipt_email: optional(text(512)),
    shipping: optional(shippingSpec),
    source: optional(text()),
    statement_descriptor: optional(text(22)),
    statement_descriptor_suffix: optional(text(22)),
    transfer_group: optional(text()),
  }),
} as const;

type Said = Params<typeof createSpecs>;

/** Charges as it was done before there were intents: at once, and without asking the holder. */
function create(tx: Tx, said: Said): ChargeRow {
  requireChargeable(said.amount, said.currency);
  const customer = said.customer === undefined ? null : getCustomer(tx, said.customer, 'customer');
  const method = payerOf(tx, customer, said.source);
  const testClock = customer?.testClock ?? null;
  const needsHolder = method.card?.authentication === 'always';
  const result = method.card?.charge ?? (needsHolder ? 'authentication_required' : 'succeeded');
  const charge = addCharge(tx, {
    created: nowOn(tx, testClock),
    testClock,
    amount: said.amount,
    currency: said.currency,
    customer: customer?.id ?? null,
    description: said.description ?? null,
    paymentIntent: null,
    isCaptured: result === 'succeeded' && said.capture !== false,
    isAuthenticated: false,
    metadata: mergeMetadata({}, said.metadata),
    method,
    receiptEmail: said.receipt_email ?? null,
    result,
    shipping: said.shipping === undefined ? null : shippingOf(said.shipping),
    source: renderSource(method),
    statementDescriptor: said.statement_descriptor ?? null,
    statementDescriptorSuffix: said.statement_descriptor_suffix ?? null,
    transferGroup: said.transfer_group ?? null,
  });
  if (result === 'succeeded') return charge;
  const paymentMethod = renderPaymentMethod(method);
  throw failedAnswer(failureOf(result, { charge: charge.id, paymentMethod }), {});
}

function payerOf(
  tx: Tx,
  customer: CustomerRow | null,
  source: string | undefined,
): PaymentMethodRow {
  if (source?.startsWith('tok_') === true) return sourceOf(tx, source);
  if (customer === null) {
    throw invalid('Must provide source or customer.', { code: 'parameter_missing' });
  }
  const method = usablePaymentMethod(tx, customer, source ?? customer.defaultSource, 'source');
  if (method?.card) return method;
  throw invalid('Cannot charge a customer that has no active card', {
    code: 'missing',
    param: 'card',
  });
}

const updateSpecs = paramsOf<Stripe.ChargeUpdateParams>()({
  customer: unsupported,
  description: emptyable(text()),
  fraud_details: optional(hash({ user_report: emptyable(oneOf('fraudulent', 'safe')) })),
  metadata,
  receipt_email: emptyable(text(512)),
  shipping: optional(shippingSpec),
  transfer_group: optional(text()),
});

function update(tx: Tx, charge: ChargeRow, said: Params<typeof updateSpecs>): ChargeRow {
  const report = said.fraud_details?.user_report;
  const updated: ChargeRow = {
    ...charge,
    description: said.description === undefined ? charge.description : said.description,
    fraudReport: report === undefined ? charge.fraudReport : report,
    metadata: mergeMetadata(charge.metadata, said.metadata),
    receiptEmail: said.receipt_email === undefined ? charge.receiptEmail : said.receipt_email,
    shipping: said.shipping === undefined ? charge.shipping : shippingOf(said.shipping),
    transferGroup: said.transfer_group ?? charge.transferGroup,
  };
  return keepCharge(tx, updated, 'charge.updated');
}

const captureSpecs = paramsOf<Stripe.ChargeCaptureParams>()({
  ...connect,
  amount: optional(positiveAmountSpec),
  application_fee: unsupported,
  receipt_email: optional(text(512)),
  statement_descriptor: optional(text(22)),
  statement_descriptor_suffix: optional(text(22)),
  transfer_group: optional(text()),
});

function capture(tx: Tx, charge: ChargeRow, amount: number | undefined): ChargeRow {
  if (charge.paymentIntent !== null) {
    const intent = getIntent(tx, charge.paymentIntent);
    afterIntent(tx, captureIntent(tx, intent, { amount }));
    return getCharge(tx, charge.id);
  }
  if (charge.isCaptured) {
    throw invalid(`Charge ${charge.id} has already been captured.`, {
      code: 'charge_already_captured',
    });
  }
  if (charge.status !== 'succeeded') throw invalid(`Charge ${charge.id} has failed.`);
  if (amount !== undefined && amount > charge.amount) {
    throw invalid('You cannot capture a charge for an amount greater than it already has.', {
      code: 'amount_too_large',
      param: 'amount',
    });
  }
  return captureCharge(tx, charge, amount ?? charge.amount);
}

const listSpecs = paramsOf<Stripe.ChargeListParams>()({
  ...pageSpecs,
  created: instantRange,
  customer: optional(text()),
  payment_intent: optional(text()),
  transfer_group: optional(text()),
});

function listCharges(tx: Tx, said: Params<typeof listSpecs>): ListObject<Stripe.Charge> {
  const { customer, payment_intent: paymentIntent, transfer_group: group } = said;
  const listed = rowsOf(tx, charges, getCharge, narrowestKey({ paymentIntent, customer }));
  return pageOf(listed, said, {
    url: all,
    render: renderCharge,
    passes: (row) =>
      isWithin(row.created, said.created) &&
      isAsked(customer, row.customer) &&
      isAsked(paymentIntent, row.paymentIntent) &&
      isAsked(group, row.transferGroup),
  });
}

const all = '/v1/charges';
const one = `${all}/{charge}`;

const named = (tx: Tx, ids: PathIds): ChargeRow => getCharge(tx, ids['charge']!);

export const chargeRoutes: readonly Route[] = [
  route('POST', all, createSpecs, (tx, { params }) => renderCharge(create(tx, params))),
  route('GET', all, listSpecs, (tx, { params }) => listCharges(tx, params)),
  route('GET', one, noParams, (tx, { ids }) => renderCharge(named(tx, ids))),
  route('POST', one, updateSpecs, (tx, { ids, params }) =>
    renderCharge(update(tx, named(tx, ids), params)),
  ),
  route('POST', `${one}/capture`, captureSpecs, (tx, { ids, params }) =>
    renderCharge(capture(tx, named(tx, ids), params.amount)),
  ),
];
