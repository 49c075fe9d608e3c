import type Stripe from 'stripe';
import { collection } from '../engine/collection.ts';
import type { Tx } from '../engine/transaction.ts';
import { missing } from '../http/errors.ts';
import { instantRange, isWithin, pageOf, pageSpecs } from '../http/lists.ts';
import {
  emptyable,
  hash,
  ignored,
  integer,
  list,
  mergeMetadata,
  metadata,
  oneOf,
  optional,
  paramsOf,
  text,
  unsupported,
  type Params,
} from '../http/params.ts';
import { route, type Route } from '../http/routes.ts';
import { addressOf, addressSpec } from '../payments/charges/addresses.ts';
import { withPaymentMethods } from '../payments/methods/customer-methods.ts';
import { customerDiscountSpecs, withDiscount } from '../catalogue/customer-discount.ts';
import { recordBalance } from './invoices/balance-rows.ts';
import { emit } from './events.ts';
import { getTestClock, nowOn } from './clocks/test-clocks.ts';

export interface CustomerRow {
  readonly id: string;
  readonly created: number;
  readonly isDeleted: boolean;
  readonly testClock: string | null;
  readonly address: Stripe.Address | null;
  /** Minor units, taken off the next invoice where they are negative and added otherwise. */
  readonly balance: number;
  /** The currency of all that is billed; set by the first. */
  readonly currency: string | null;
  /** The card that was given before there were payment methods. */
  readonly defaultSource: string | null;
  readonly delinquent: boolean;
  readonly description: string | null;
  readonly discount: Stripe.Discount | null;
  readonly email: string | null;
  readonly invoicePrefix: string;
  readonly nextInvoiceSequence: number;
  readonly invoiceSettings: Stripe.Customer.InvoiceSettings;
  readonly metadata: Record<string, string>;
  readonly name: string | null;
  readonly phone: string | null;
  readonly preferredLocales: readonly string[];
  readonly shipping: Stripe.Customer.Shipping | null;
  readonly taxExempt: Stripe.Customer.TaxExempt;
}

export const customers = collection<CustomerRow>('customers', {
  email: (customer) => customer.email,
  testClock: (customer) => customer.testClock,
});

/** The customer, who may be deleted. */
export function findCustomer(tx: Tx, id: string, param?: string): CustomerRow {
  const customer = tx.find(customers, id);
  if (customer === undefined) throw missing('customer', id, param);
  return customer;
}

/** A customer who can be changed and billed. */
export function getCustomer(tx: Tx, id: string, param?: string): CustomerRow {
  const customer = findCustomer(tx, id, param);
  if (customer.isDeleted) throw missing('customer', id, param);
  return customer;
}

/** What time it is for a customer; epoch seconds. */
export function customerNow(tx: Tx, customer: Pick<CustomerRow, 'testClock'>): number {
  return nowOn(tx, customer.testClock);
}

export function renderCustomer(customer: CustomerRow): Stripe.Customer | Stripe.DeletedCustomer {
  const { id } = customer;
  if (customer.isDeleted) return { id, object: 'customer', deleted: true };
  return {
    id,
    object: 'customer',
    address: customer.address,
    balance: customer.balance,
    created: customer.created,
    currency: customer.currency,
    default_source: customer.defaultSource,
    delinquent: customer.delinquent,
    description: customer.description,
    discount: customer.discount,
    email: customer.email,
    invoice_prefix: customer.invoicePrefix,
    invoice_settings: customer.invoiceSettings,
    livemode: false,
    metadata: customer.metadata,
    name: customer.name,
    next_invoice_sequence: customer.nextInvoiceSequence,
    phone: customer.phone,
    preferred_locales: [...customer.preferredLocales],
    shipping: customer.shipping,
    tax_exempt: customer.taxExempt,
    test_clock: customer.testClock,
  };
}

const shippingSpec = hash({
  address: addressSpec,
  name: text(),
  phone: emptyable(text()),
});

/** What both creating and updating take. */
const shared = {
  address: emptyable(addressSpec),
  balance: optional(integer()),
  business_name: unsupported,
  cash_balance: unsupported,
  description: emptyable(text(5_000)),
  email: emptyable(text(512)),
  individual_name: unsupported,
  invoice_prefix: optional(text(12)),
  invoice_settings: optional(
    hash({
      custom_fields: unsupported,
      default_payment_method: emptyable(text()),
      footer: emptyable(text()),
      rendering_options: unsupported,
    }),
  ),
  metadata,
  name: emptyable(text(256)),
  next_invoice_sequence: optional(integer({ least: 1 })),
  phone: emptyable(text(20)),
  preferred_locales: optional(list(text())),
  shipping: emptyable(shippingSpec),
  source: optional(text()),
  tax: ignored,
  tax_exempt: emptyable(oneOf('none', 'exempt', 'reverse')),
  validate: ignored,
} as const;

export const createSpecs = paramsOf<Stripe.CustomerCreateParams>()({
  ...shared,
  payment_method: optional(text()),
  tax_id_data: unsupported,
  test_clock: optional(text()),
});

const updateSpecs = paramsOf<Stripe.CustomerUpdateParams>()({
  ...shared,
  default_source: unsupported,
});

type Said = Pick<Params<typeof updateSpecs>, keyof typeof shared>;

/** A customer as the parameters leave it. */
function changed(customer: CustomerRow, said: Said): CustomerRow {
  const settings = said.invoice_settings;
  return {
    ...customer,
    address:
      said.address === undefined ? customer.address : said.address && addressOf(said.address),
    balance: said.balance ?? customer.balance,
    description: said.description === undefined ? customer.description : said.description,
    email: said.email === undefined ? customer.email : said.email,
    invoicePrefix: said.invoice_prefix ?? customer.invoicePrefix,
    nextInvoiceSequence: said.next_invoice_sequence ?? customer.nextInvoiceSequence,
    invoiceSettings: {
      ...customer.invoiceSettings,
      ...(settings?.default_payment_method === undefined
        ? {}
        : { default_payment_method: settings.default_payment_method }),
      ...(settings?.footer === undefined ? {} : { footer: settings.footer }),
    },
    metadata: mergeMetadata(customer.metadata, said.metadata),
    name: said.name === undefined ? customer.name : said.name,
    phone: said.phone === undefined ? customer.phone : said.phone,
    preferredLocales: said.preferred_locales ?? customer.preferredLocales,
    shipping:
      said.shipping === undefined ? customer.shipping : said.shipping && shippingOf(said.shipping),
    taxExempt: said.tax_exempt ?? customer.taxExempt,
  };
}

function shippingOf(said: ReturnType<typeof shippingSpec.read>): Stripe.Customer.Shipping {
  return { address: addressOf(said.address), name: said.name, phone: said.phone ?? null };
}

export function createCustomer(tx: Tx, said: Params<typeof createSpecs>): CustomerRow {
  const clock = said.test_clock ?? null;
  if (clock !== null) getTestClock(tx, clock, 'test_clock');
  const id = tx.newId('cus', 14);
  const fresh: CustomerRow = {
    id,
    created: nowOn(tx, clock),
    isDeleted: false,
    testClock: clock,
    address: null,
    balance: 0,
    currency: null,
    defaultSource: null,
    delinquent: false,
    description: null,
    discount: null,
    email: null,
    invoicePrefix: id.slice(-8).toUpperCase(),
    nextInvoiceSequence: 1,
    invoiceSettings: {
      custom_fields: null,
      default_payment_method: null,
      footer: null,
      rendering_options: null,
    },
    metadata: {},
    name: null,
    phone: null,
    preferredLocales: [],
    shipping: null,
    taxExempt: 'none',
  };
  const asked = tx.put(customers, changed(fresh, said));
  const customer = tx.put(customers, withPaymentMethods(tx, asked, said));
  const now = customerNow(tx, customer);
  emit(tx, { type: 'customer.created', object: renderCustomer(customer), now });
  noteBalance(tx, fresh, customer);
  return customer;
}

/** Puts a customer in the place of what it was, and tells so where anything shows. */
export function updateCustomer(tx: Tx, customer: CustomerRow): CustomerRow {
  const before = renderCustomer(findCustomer(tx, customer.id));
  tx.put(customers, customer);
  const object = renderCustomer(customer);
  if (JSON.stringify(before) !== JSON.stringify(object)) {
    emit(tx, { type: 'customer.updated', object, before, now: customerNow(tx, customer) });
  }
  return customer;
}

/** A balance that was set, and not reckoned, is a transaction too. */
function noteBalance(tx: Tx, before: CustomerRow, customer: CustomerRow): void {
  const amount = customer.balance - before.balance;
  if (amount !== 0) recordBalance(tx, customer, { amount, type: 'adjustment' });
}

export function deleteCustomer(tx: Tx, customer: CustomerRow): CustomerRow {
  const object = renderCustomer(customer);
  const deleted = tx.put(customers, { ...customer, isDeleted: true, email: null });
  emit(tx, { type: 'customer.deleted', object, now: customerNow(tx, customer) });
  return deleted;
}

const listSpecs = paramsOf<Stripe.CustomerListParams>()({
  ...pageSpecs,
  created: instantRange,
  email: optional(text(512)),
  test_clock: optional(text()),
});

function listCustomers(tx: Tx, said: Params<typeof listSpecs>): object {
  const clock = said.test_clock ?? null;
  if (clock !== null) getTestClock(tx, clock, 'test_clock');
  const where = said.email === undefined ? undefined : { index: 'email', key: said.email };
  const passes = (row: CustomerRow): boolean =>
    !row.isDeleted && row.testClock === clock && isWithin(row.created, said.created);
  return pageOf(tx, customers, said, {
    url: '/v1/customers',
    render: renderCustomer,
    where,
    passes,
  });
}

const one = '/v1/customers/{customer}';

export const customerRoutes: readonly Route[] = [
  route('POST', '/v1/customers', { ...createSpecs, ...customerDiscountSpecs }, (tx, { params }) =>
    renderCustomer(updateCustomer(tx, withDiscount(tx, createCustomer(tx, params), params))),
  ),
  route('GET', '/v1/customers', listSpecs, (tx, { params }) => listCustomers(tx, params)),
  route('GET', one, {}, (tx, { ids }) => renderCustomer(findCustomer(tx, ids['customer']!))),
  route('POST', one, { ...updateSpecs, ...customerDiscountSpecs }, (tx, { ids, params }) => {
    const asked = changed(getCustomer(tx, ids['customer']!), params);
    const reduced = withDiscount(tx, asked, params);
    const before = getCustomer(tx, ids['customer']!);
    const customer = updateCustomer(tx, withPaymentMethods(tx, reduced, params));
    noteBalance(tx, before, customer);
    return renderCustomer(customer);
  }),
];
