import type Stripe from 'stripe';
import { nowOn } from '../clocks/test-clock.ts';
import { collection } from '../engine/collection.ts';
import type { Tx } from '../engine/transaction.ts';
import { emit } from '../events/event.ts';
import { missing } from '../http/errors.ts';

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

export function deleteCustomer(tx: Tx, customer: CustomerRow): CustomerRow {
  const object = renderCustomer(customer);
  const deleted = tx.put(customers, { ...customer, isDeleted: true, email: null });
  emit(tx, { type: 'customer.deleted', object, now: customerNow(tx, customer) });
  return deleted;
}
