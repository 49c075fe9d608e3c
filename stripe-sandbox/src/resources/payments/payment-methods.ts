import type Stripe from 'stripe';
import type { Tx } from '../../engine/transaction.ts';
import { invalid, missing } from '../../http/errors.ts';
import {
  isAsked,
  pageOf,
  pageSpecs,
  partsOf,
  rowsOf,
  type Listed,
  type ListObject,
  type Page,
} from '../../http/lists.ts';
import {
  hash,
  ignored,
  integer,
  mergeMetadata,
  metadata,
  noParams,
  optional,
  paramsOf,
  text,
  unsupported,
  type Params,
} from '../../http/params.ts';
import { route, type PathIds, type Route } from '../../http/routes.ts';
import {
  allowRedisplaySpec,
  billingDetailsOf,
  billingDetailsSpec,
  checkedExpiry,
  createMethod,
  methodSpecs,
} from '../../payments/methods/card-params.ts';
import { otherKinds } from '../../payments/methods/other-kinds.ts';
import {
  attachPaymentMethod,
  findPaymentMethod,
  getPaymentMethod,
  paymentMethods,
  renderPaymentMethod,
  typeOf,
  type PaymentMethodRow,
} from '../../payments/payment-methods.ts';
import { findCustomer, getCustomer, updateCustomer } from '../../customers/customer.ts';
import { emit } from '../../events/event.ts';
import { nowOn } from '../../clocks/test-clock.ts';

const createSpecs = paramsOf<Stripe.PaymentMethodCreateParams>()({
  ...otherKinds,
  ...methodSpecs,
  customer: unsupported,
  payment_method: unsupported,
});

const updateSpecs = paramsOf<Stripe.PaymentMethodUpdateParams>()({
  allow_redisplay: optional(allowRedisplaySpec),
  billing_details: optional(billingDetailsSpec),
  card: optional(
    hash({ exp_month: optional(integer()), exp_year: optional(integer()), networks: ignored }),
  ),
  metadata,
  us_bank_account: unsupported,
});

function update(
  tx: Tx,
  method: PaymentMethodRow,
  said: Params<typeof updateSpecs>,
): PaymentMethodRow {
  if (method.customer === null) {
    throw invalid(
      'You must save this PaymentMethod to a customer before you can update it. Please consult ' +
        'the PaymentMethod documentation for more information.',
    );
  }
  return keep(tx, {
    ...method,
    card: cardAfter(tx, method, said),
    billingDetails: billingDetailsOf(method.billingDetails, said.billing_details),
    metadata: mergeMetadata(method.metadata, said.metadata),
    allowRedisplay: said.allow_redisplay ?? method.allowRedisplay,
  });
}

function cardAfter(
  tx: Tx,
  { card }: PaymentMethodRow,
  said: Params<typeof updateSpecs>,
): PaymentMethodRow['card'] {
  if (said.card === undefined) return card;
  if (card === null) throw invalid('This payment method is not a card.', { param: 'card' });
  const { exp_month: month = card.expMonth, exp_year: year = card.expYear } = said.card;
  const expiry = checkedExpiry(tx, { month, year });
  return { ...card, expMonth: expiry.month, expYear: expiry.year };
}

function keep(tx: Tx, method: PaymentMethodRow): PaymentMethodRow {
  const before = renderPaymentMethod(getPaymentMethod(tx, method.id));
  tx.put(paymentMethods, method);
  const object = renderPaymentMethod(method);
  emit(tx, { type: 'payment_method.updated', object, before, now: nowFor(tx, method) });
  return method;
}

function nowFor(tx: Tx, { customer }: PaymentMethodRow): number {
  return nowOn(tx, customer === null ? null : findCustomer(tx, customer).testClock);
}

/** Takes a payment method away from its customer, for good. */
export function detachPaymentMethod(tx: Tx, method: PaymentMethodRow): PaymentMethodRow {
  if (method.customer === null) {
    throw invalid(
      'The payment method you provided is not attached to a customer so detachment is impossible.',
    );
  }
  const customer = findCustomer(tx, method.customer);
  const before = renderPaymentMethod(method);
  const detached = tx.put(paymentMethods, { ...method, customer: null, isUsedUp: true });
  const object = renderPaymentMethod(detached);
  const now = nowOn(tx, customer.testClock);
  emit(tx, { type: 'payment_method.detached', object, before, now });
  const { invoiceSettings: settings, defaultSource } = customer;
  if (!customer.isDeleted && [settings.default_payment_method, defaultSource].includes(method.id)) {
    const isDefault = settings.default_payment_method === method.id;
    updateCustomer(tx, {
      ...customer,
      defaultSource: defaultSource === method.id ? null : defaultSource,
      invoiceSettings: isDefault ? { ...settings, default_payment_method: null } : settings,
    });
  }
  return detached;
}

const attachSpecs = paramsOf<Stripe.PaymentMethodAttachParams>()({
  customer: text(),
  customer_account: unsupported,
});

const listSpecs = paramsOf<Stripe.PaymentMethodListParams>()({
  ...pageSpecs,
  allow_redisplay: optional(allowRedisplaySpec),
  customer: optional(text()),
  customer_account: unsupported,
  type: optional(text(50)),
});

const listOfCustomerSpecs = paramsOf<Stripe.CustomerListPaymentMethodsParams>()({
  ...pageSpecs,
  allow_redisplay: optional(allowRedisplaySpec),
  type: optional(text(50)),
});

interface Wanted extends Page {
  readonly allow_redisplay?: string | undefined;
  readonly type?: string | undefined;
}

function listMethods(
  listed: Listed<PaymentMethodRow>,
  said: Wanted,
  { url }: { readonly url: string },
): ListObject<Stripe.PaymentMethod> {
  return pageOf(listed, said, {
    url,
    render: renderPaymentMethod,
    passes: (row) =>
      isAsked(said.type, typeOf(row)) && isAsked(said.allow_redisplay, row.allowRedisplay),
  });
}

function ofCustomer(tx: Tx, id: string, param?: string): Listed<PaymentMethodRow> {
  const key = { index: 'customer', key: getCustomer(tx, id, param).id };
  return rowsOf(tx, paymentMethods, requireMethod, key);
}

/** Not by `getPaymentMethod`, which makes one of a token such as `pm_card_visa`. */
function requireMethod(tx: Tx, id: string, param?: string): void {
  if (findPaymentMethod(tx, id) === undefined) throw missing('PaymentMethod', id, param);
}

const all = '/v1/payment_methods';
const one = `${all}/{payment_method}`;
const customers = '/v1/customers/{customer}/payment_methods';

const named = (tx: Tx, ids: PathIds): PaymentMethodRow =>
  getPaymentMethod(tx, ids['payment_method']!, 'id');

export const paymentMethodRoutes: readonly Route[] = [
  route('POST', all, createSpecs, (tx, { params }) =>
    renderPaymentMethod(createMethod(tx, params)),
  ),
  route('GET', all, listSpecs, (tx, { params }) => {
    const { customer } = params;
    // Without a customer Stripe lists what is nobody's only where it came from elsewhere: nothing.
    const listed =
      customer === undefined
        ? partsOf<PaymentMethodRow>('PaymentMethod', [])
        : ofCustomer(tx, customer, 'customer');
    return listMethods(listed, params, { url: all });
  }),
  route('GET', one, noParams, (tx, { ids }) => renderPaymentMethod(named(tx, ids))),
  route('POST', one, updateSpecs, (tx, { ids, params }) =>
    renderPaymentMethod(update(tx, named(tx, ids), params)),
  ),
  route('POST', `${one}/attach`, attachSpecs, (tx, { ids, params }) => {
    const customer = getCustomer(tx, params.customer, 'customer');
    return renderPaymentMethod(attachPaymentMethod(tx, named(tx, ids), customer));
  }),
  route('POST', `${one}/detach`, noParams, (tx, { ids }) =>
    renderPaymentMethod(detachPaymentMethod(tx, named(tx, ids))),
  ),
  route('GET', customers, listOfCustomerSpecs, (tx, { ids, params }) => {
    const customer = ids['customer']!;
    const url = `/v1/customers/${customer}/payment_methods`;
    return listMethods(ofCustomer(tx, customer), params, { url });
  }),
  route('GET', `${customers}/{payment_method}`, noParams, (tx, { ids }) => {
    const customer = getCustomer(tx, ids['customer']!);
    const method = named(tx, ids);
    if (method.customer !== customer.id) throw missing('PaymentMethod', method.id);
    return renderPaymentMethod(method);
  }),
];
