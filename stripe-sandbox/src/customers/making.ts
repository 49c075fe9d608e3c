import type Stripe from 'stripe';
import { getTestClock, nowOn } from '../clocks/test-clock.ts';
import type { Tx } from '../engine/transaction.ts';
import { emit } from '../events/event.ts';
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
import { addressOf, addressSpec } from './address.ts';
import { recordBalance } from './balance.ts';
import { customerNow, customers, renderCustomer, type CustomerRow } from './customer.ts';

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

export const updateSpecs = paramsOf<Stripe.CustomerUpdateParams>()({
  ...shared,
  default_source: unsupported,
});

export type CreateParams = Params<typeof createSpecs>;

type Said = Pick<Params<typeof updateSpecs>, keyof typeof shared>;

/** A customer as the parameters leave it. */
export function changedCustomer(customer: CustomerRow, said: Said): CustomerRow {
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

/** Makes a customer, of whom nothing is told yet: they may still be given a payment method. */
export function makeCustomer(tx: Tx, said: CreateParams): CustomerRow {
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
  return tx.put(customers, changedCustomer(fresh, said));
}

export function createCustomer(tx: Tx, said: CreateParams): CustomerRow {
  return tellOfCustomer(tx, makeCustomer(tx, said));
}

/** Tells of a customer who was made. */
export function tellOfCustomer(tx: Tx, customer: CustomerRow): CustomerRow {
  const now = customerNow(tx, customer);
  emit(tx, { type: 'customer.created', object: renderCustomer(customer), now });
  noteBalance(tx, customer, 0);
  return customer;
}

/** A balance that was set, and not reckoned, is a transaction too. */
export function noteBalance(tx: Tx, customer: CustomerRow, before: number): void {
  const amount = customer.balance - before;
  if (amount !== 0) recordBalance(tx, customer, { amount, type: 'adjustment' });
}
