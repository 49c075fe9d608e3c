import { collection } from '../../engine/collection.ts';
import type { Tx } from '../../engine/transaction.ts';
import { missing } from '../../http/errors.ts';
import type { CustomerRow } from '../../customers/customer.ts';

export type InvoiceStatus = 'draft' | 'open' | 'paid' | 'uncollectible' | 'void';

export type BillingReason =
  | 'automatic_pending_invoice_item_invoice'
  | 'manual'
  | 'subscription_create'
  | 'subscription_cycle'
  | 'subscription_update'
  | 'upcoming';

export type CollectionMethod = 'charge_automatically' | 'send_invoice';

/** What a subscription hears of its invoice; `overdue` only where the invoice was sent. */
export type InvoiceOutcome =
  'paid' | 'payment_failed' | 'action_required' | 'voided' | 'uncollectible' | 'overdue';

/** Both ends in epoch seconds. */
export interface Period {
  readonly start: number;
  readonly end: number;
}

export interface DiscountAmount {
  readonly discount: string;
  readonly amount: number;
}

/** The invoice lines that a prorated credit gives back. */
export interface CreditedLines {
  readonly invoice: string;
  readonly lines: readonly string[];
}

/** A line as it is asked for, before discounts are spread over it. */
export interface LineDraft {
  /** Minor units, negative for a credit. */
  readonly amount: number;
  readonly currency: string;
  readonly description: string | null;
  readonly period: Period;
  readonly quantity: number | null;
  readonly price: string | null;
  readonly isProration: boolean;
  readonly isDiscountable: boolean;
  readonly subscription: string | null;
  readonly subscriptionItem: string | null;
  readonly invoiceItem: string | null;
  /** Discounts of this line alone; they are taken off before those of the invoice. */
  readonly discounts: readonly string[];
  readonly metadata?: Readonly<Record<string, string>>;
  /** Of a line without a price; otherwise the price's own is shown. */
  readonly unitAmountDecimal?: string | null;
  readonly creditedLines?: CreditedLines | null;
}

export interface InvoiceLineRow extends Required<LineDraft> {
  readonly id: string;
  readonly invoice: string;
  /** What each discount takes off, those of the line before those of the invoice. */
  readonly discountAmounts: readonly DiscountAmount[];
}

/** What the customer was when the invoice was finalized. */
export type CustomerSnapshot = Pick<
  CustomerRow,
  'address' | 'email' | 'name' | 'phone' | 'shipping' | 'taxExempt'
>;

export interface InvoiceRow {
  readonly id: string;
  readonly created: number;
  readonly customer: string;
  /** The test clock of its customer. */
  readonly clock: string | null;
  readonly status: InvoiceStatus;
  readonly currency: string;
  readonly billingReason: BillingReason;
  readonly collectionMethod: CollectionMethod;
  readonly daysUntilDue: number | null;
  readonly dueDate: number | null;
  readonly effectiveAt: number | null;
  readonly autoAdvance: boolean;
  readonly automaticallyFinalizesAt: number | null;
  readonly subscription: string | null;
  readonly subscriptionMetadata: Readonly<Record<string, string>>;
  /** The instant of the prorations that a preview shows. */
  readonly prorationDate: number | null;
  readonly defaultPaymentMethod: string | null;
  readonly description: string | null;
  readonly footer: string | null;
  readonly statementDescriptor: string | null;
  readonly customFields: readonly { readonly name: string; readonly value: string }[] | null;
  readonly metadata: Readonly<Record<string, string>>;
  /** Of the invoice as a whole. */
  readonly discounts: readonly string[];
  readonly periodStart: number;
  readonly periodEnd: number;
  /** The lines less the discounts of single lines. */
  readonly subtotal: number;
  readonly total: number;
  readonly discountAmounts: readonly DiscountAmount[];
  /** These four are set when it is finalized; until then they follow the customer's balance. */
  readonly startingBalance: number;
  readonly endingBalance: number | null;
  readonly amountDue: number;
  readonly snapshot: CustomerSnapshot | null;
  readonly amountPaid: number;
  readonly number: string | null;
  readonly attemptCount: number;
  readonly attempted: boolean;
  readonly nextPaymentAttempt: number | null;
  /** By which it is to be paid; `null` while it is a draft or where nothing is due. */
  readonly paymentIntent: string | null;
  readonly finalizedAt: number | null;
  readonly paidAt: number | null;
  readonly voidedAt: number | null;
  readonly markedUncollectibleAt: number | null;
}

export interface InvoiceItemRow {
  readonly id: string;
  /** Epoch seconds. */
  readonly created: number;
  /** Items are taken in the order in which they were made. */
  readonly sequence: number;
  readonly customer: string;
  readonly clock: string | null;
  /** `null` while it waits for the customer's next invoice. */
  readonly invoice: string | null;
  readonly subscription: string | null;
  readonly subscriptionItem: string | null;
  readonly amount: number;
  readonly currency: string;
  readonly description: string | null;
  readonly period: Period;
  readonly quantity: number;
  readonly price: string | null;
  readonly unitAmountDecimal: string | null;
  readonly isProration: boolean;
  readonly isDiscountable: boolean;
  readonly discounts: readonly string[];
  readonly metadata: Readonly<Record<string, string>>;
  readonly creditedLines: CreditedLines | null;
}

export interface InvoicePaymentRow {
  readonly id: string;
  readonly created: number;
  readonly invoice: string;
  readonly paymentIntent: string;
  readonly amountRequested: number;
  readonly amountPaid: number | null;
  readonly currency: string;
  readonly status: 'open' | 'paid' | 'canceled';
  readonly paidAt: number | null;
  readonly canceledAt: number | null;
}

export const invoices = collection<InvoiceRow>('invoices', {
  customer: (invoice) => invoice.customer,
  subscription: (invoice) => invoice.subscription,
  paymentIntent: (invoice) => invoice.paymentIntent,
});

export const invoiceLines = collection<InvoiceLineRow>('invoice_lines', {
  invoice: (line) => line.invoice,
  subscription: (line) => line.subscription,
});

export const invoiceItems = collection<InvoiceItemRow>('invoice_items', {
  customer: (item) => item.customer,
  invoice: (item) => item.invoice,
  pending: (item) => (item.invoice === null ? item.customer : null),
});

export const invoicePayments = collection<InvoicePaymentRow>('invoice_payments', {
  invoice: (payment) => payment.invoice,
  paymentIntent: (payment) => payment.paymentIntent,
});

export function getInvoice(tx: Tx, id: string, param?: string): InvoiceRow {
  const invoice = tx.find(invoices, id);
  if (invoice === undefined) throw missing('invoice', id, param);
  return invoice;
}

export function getInvoiceItem(tx: Tx, id: string, param?: string): InvoiceItemRow {
  const item = tx.find(invoiceItems, id);
  if (item === undefined) throw missing('invoiceitem', id, param);
  return item;
}

/** The lines of an invoice, in the order in which it shows them. */
export function linesOf(tx: Tx, invoice: string): InvoiceLineRow[] {
  return tx.by(invoiceLines, 'invoice', invoice);
}
