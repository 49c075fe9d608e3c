import type Stripe from 'stripe';
import type { Tx } from '../../engine/transaction.ts';
import { sublist } from '../../http/lists.ts';
import { pageUrl } from '../../http/own-address.ts';
import { findCustomer, type CustomerRow } from '../../customers/customer.ts';
import { minimumCharge } from '../../money/currency.ts';
import { settle } from './lines/amounts.ts';
import { pretaxCredit, renderLine } from './lines/render-lines.ts';
import { linesOf, type InvoiceRow } from './rows.ts';

/** The balance that counts for an invoice: a customer has one, in their own currency. */
export function balanceFor(customer: CustomerRow, currency: string): number {
  return customer.currency === null || customer.currency === currency ? customer.balance : 0;
}

type Money = Pick<InvoiceRow, 'amountDue' | 'startingBalance' | 'endingBalance'>;

/** What is due: as it was settled when it was finalized, or as it would be now. */
function moneyOf(invoice: InvoiceRow, customer: CustomerRow): Money {
  if (invoice.status !== 'draft') return invoice;
  const startingBalance = balanceFor(customer, invoice.currency);
  const leastCharge = minimumCharge(invoice.currency);
  const { amountDue } = settle(invoice.total, startingBalance, leastCharge);
  return { amountDue, startingBalance, endingBalance: null };
}

function renderLines(tx: Tx, id: string): Stripe.Invoice['lines'] {
  const lines = linesOf(tx, id).map((line) => renderLine(tx, line));
  return sublist(`/v1/invoices/${id}/lines`, lines);
}

type Told = Pick<
  Stripe.Invoice,
  | 'customer_address'
  | 'customer_email'
  | 'customer_name'
  | 'customer_phone'
  | 'customer_shipping'
  | 'customer_tax_exempt'
>;

/** Who the customer is: as they are now until it is finalized, and as they were afterwards. */
function toldOf(invoice: InvoiceRow, customer: CustomerRow): Told {
  const { address, email, name, phone, shipping, taxExempt } = invoice.snapshot ?? customer;
  return {
    customer_address: address,
    customer_email: email,
    customer_name: name,
    customer_phone: phone,
    customer_shipping: shipping === null ? null : shippingOf(shipping),
    customer_tax_exempt: taxExempt,
  };
}

function shippingOf(shipping: Stripe.Customer.Shipping): Stripe.Invoice.CustomerShipping {
  const { address, name, phone } = shipping;
  return {
    ...(address === undefined ? {} : { address }),
    ...(name === undefined ? {} : { name }),
    ...(phone === undefined ? {} : { phone }),
  };
}

function parentOf(invoice: InvoiceRow): Stripe.Invoice.Parent | null {
  const { subscription, subscriptionMetadata, prorationDate } = invoice;
  if (subscription === null) return null;
  return {
    quote_details: null,
    subscription_details: {
      metadata: { ...subscriptionMetadata },
      subscription,
      ...(prorationDate === null ? {} : { subscription_proration_date: prorationDate }),
    },
    type: 'subscription_details',
  };
}

type Amounts = Pick<
  Stripe.Invoice,
  | 'amount_due'
  | 'amount_overpaid'
  | 'amount_paid'
  | 'amount_remaining'
  | 'amount_shipping'
  | 'ending_balance'
  | 'post_payment_credit_notes_amount'
  | 'pre_payment_credit_notes_amount'
  | 'starting_balance'
  | 'subtotal'
  | 'subtotal_excluding_tax'
  | 'total'
  | 'total_discount_amounts'
  | 'total_excluding_tax'
  | 'total_pretax_credit_amounts'
  | 'total_taxes'
>;

function renderAmounts(invoice: InvoiceRow, customer: CustomerRow): Amounts {
  const { amountDue, startingBalance, endingBalance } = moneyOf(invoice, customer);
  return {
    amount_due: amountDue,
    amount_overpaid: 0,
    amount_paid: invoice.amountPaid,
    amount_remaining: amountDue - invoice.amountPaid,
    amount_shipping: 0,
    ending_balance: endingBalance,
    post_payment_credit_notes_amount: 0,
    pre_payment_credit_notes_amount: 0,
    starting_balance: startingBalance,
    subtotal: invoice.subtotal,
    subtotal_excluding_tax: invoice.subtotal,
    total: invoice.total,
    total_discount_amounts: invoice.discountAmounts.map((amount) => ({ ...amount })),
    total_excluding_tax: invoice.total,
    total_pretax_credit_amounts: invoice.discountAmounts.map(pretaxCredit),
    total_taxes: [],
  };
}

/** What every invoice of the sandbox's account has alike. */
const ALIKE = {
  account_country: 'US',
  account_name: 'Sandbox',
  account_tax_ids: null,
  application: null,
  automatic_tax: {
    disabled_reason: null,
    enabled: false,
    liability: null,
    provider: null,
    status: null,
  },
  customer_account: null,
  customer_tax_ids: [],
  default_source: null,
  default_tax_rates: [],
  from_invoice: null,
  issuer: { type: 'self' },
  last_finalization_error: null,
  latest_revision: null,
  livemode: false,
  on_behalf_of: null,
  payment_settings: {
    default_mandate: null,
    payment_method_options: null,
    payment_method_types: null,
  },
  receipt_number: null,
  rendering: null,
  shipping_cost: null,
  shipping_details: null,
} satisfies Partial<Stripe.Invoice>;

/**
 * An invoice as a GET answers it; its payments and secret come only where they are asked for.
 *
 * @param lines as they were rendered before, where they have not changed since
 */
export function renderInvoice(
  tx: Tx,
  invoice: InvoiceRow,
  lines: Stripe.Invoice['lines'] = renderLines(tx, invoice.id),
): Stripe.Invoice {
  const { id } = invoice;
  const customer = findCustomer(tx, invoice.customer);
  return {
    id,
    object: 'invoice',
    ...ALIKE,
    ...renderAmounts(invoice, customer),
    ...toldOf(invoice, customer),
    attempt_count: invoice.attemptCount,
    attempted: invoice.attempted,
    auto_advance: invoice.autoAdvance,
    automatically_finalizes_at: invoice.automaticallyFinalizesAt,
    billing_reason: invoice.billingReason,
    collection_method: invoice.collectionMethod,
    created: invoice.created,
    currency: invoice.currency,
    custom_fields: invoice.customFields && [...invoice.customFields],
    customer: invoice.customer,
    default_payment_method: invoice.defaultPaymentMethod,
    description: invoice.description,
    discounts: [...invoice.discounts],
    due_date: invoice.dueDate,
    effective_at: invoice.effectiveAt,
    footer: invoice.footer,
    ...urlsOf(tx, invoice),
    lines,
    metadata: { ...invoice.metadata },
    next_payment_attempt: invoice.nextPaymentAttempt,
    number: invoice.number,
    parent: parentOf(invoice),
    period_end: invoice.periodEnd,
    period_start: invoice.periodStart,
    statement_descriptor: invoice.statementDescriptor,
    status: invoice.status,
    status_transitions: {
      finalized_at: invoice.finalizedAt,
      marked_uncollectible_at: invoice.markedUncollectibleAt,
      paid_at: invoice.paidAt,
      voided_at: invoice.voidedAt,
    },
    test_clock: invoice.clock,
    webhooks_delivered_at: invoice.created,
  };
}

function urlsOf(
  tx: Tx,
  { id, status }: InvoiceRow,
): Pick<Stripe.Invoice, 'hosted_invoice_url' | 'invoice_pdf'> {
  if (status === 'draft') return { hosted_invoice_url: null, invoice_pdf: null };
  const url = pageUrl(tx, `/invoices/${id}`);
  return { hosted_invoice_url: url, invoice_pdf: `${url}/pdf` };
}
