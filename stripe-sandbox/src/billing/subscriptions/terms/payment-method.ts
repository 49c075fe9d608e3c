import type { Tx } from '../../../engine/transaction.ts';
import { invalid } from '../../../http/errors.ts';
import { findIntent } from '../../../payments/intents.ts';
import { findPaymentMethod, usablePaymentMethod } from '../../../payments/payment-methods.ts';
import { findCustomer } from '../../../customers/customer.ts';
import type { InvoiceRow } from '../../invoices/rows.ts';
import type { SubscriptionRow } from '../rows.ts';

/** Whether there is nothing that the subscription could be paid with by itself. */
export function lacksPaymentMethod(tx: Tx, row: SubscriptionRow): boolean {
  const customer = findCustomer(tx, row.customer);
  return usablePaymentMethod(tx, customer, row.defaultPaymentMethod) === null;
}

/** Refuses a payment method that is not the customer's. */
export function requireOwnPaymentMethod(tx: Tx, customer: string, id: string): string {
  const row = findCustomer(tx, customer);
  return usablePaymentMethod(tx, row, id, 'default_payment_method')?.id ?? id;
}

/** What Stripe says where a first payment is to be made and there is nothing to make it with. */
export function requirePaymentMethod(tx: Tx, row: SubscriptionRow): void {
  if (!lacksPaymentMethod(tx, row)) return;
  throw invalid(
    'This customer has no attached payment source or default payment method. Please consider ' +
      'adding a default payment method. For more information, visit ' +
      'https://stripe.com/docs/billing/subscriptions/payment-methods-setting' +
      '#payment-method-priority.',
    { code: 'resource_missing' },
  );
}

/** The subscription with what its invoice was paid by, where it is to be kept for later ones. */
export function keepPaymentMethod(
  tx: Tx,
  row: SubscriptionRow,
  { status, paymentIntent }: InvoiceRow,
): SubscriptionRow {
  if (!row.savesPaymentMethod || status !== 'paid' || paymentIntent === null) return row;
  const used = findIntent(tx, paymentIntent)?.paymentMethod ?? null;
  const isOwn = used !== null && findPaymentMethod(tx, used)?.customer === row.customer;
  return isOwn ? { ...row, defaultPaymentMethod: used } : row;
}
