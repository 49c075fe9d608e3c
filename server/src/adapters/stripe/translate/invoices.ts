import type Stripe from 'stripe';
import type {
  RemoteDiscount,
  RemoteInvoice,
  RemoteInvoiceLine,
  RemotePayment,
  RemotePrice,
} from '../../../domains/billing/index.ts';
import { discountOf } from './catalogue.ts';
import { idOf, idOrNull, msOf, msOrNull } from './references.ts';

/** An invoice with all of its lines, of which Stripe sends only the first, and their prices. */
export function invoiceOf(
  invoice: Stripe.Invoice,
  lines: readonly Stripe.InvoiceLineItem[],
  prices: ReadonlyMap<string, RemotePrice> = NO_PRICES,
): RemoteInvoice {
  const { parent, status_transitions: passed } = invoice;
  return {
    id: invoice.id ?? '',
    customerId: idOrNull(invoice.customer) ?? '',
    subscriptionId: idOrNull(parent?.subscription_details?.subscription),
    number: invoice.number,
    status: invoice.status ?? 'draft',
    billingReason: invoice.billing_reason,
    currency: invoice.currency,
    subtotalMinor: invoice.subtotal,
    discountMinor: sumOf(invoice.total_discount_amounts ?? []),
    taxMinor: sumOf((invoice.total_taxes ?? []).filter(isAdded)),
    totalMinor: invoice.total,
    creditAppliedMinor: creditAppliedOf(invoice),
    amountDueMinor: invoice.amount_due,
    amountPaidMinor: invoice.amount_paid,
    amountRemainingMinor: invoice.amount_remaining,
    createdMs: msOf(invoice.created),
    finalizedMs: msOrNull(passed.finalized_at),
    paidMs: msOrNull(passed.paid_at),
    voidedMs: msOrNull(passed.voided_at),
    markedUncollectibleMs: msOrNull(passed.marked_uncollectible_at),
    dueMs: msOrNull(invoice.due_date),
    isAttempted: invoice.attempted,
    attemptCount: invoice.attempt_count,
    nextAttemptMs: msOrNull(invoice.next_payment_attempt),
    hostedUrl: invoice.hosted_invoice_url ?? null,
    pdfUrl: invoice.invoice_pdf ?? null,
    lines: lines.map((line) => lineOf(line, prices)),
    discounts: invoice.discounts.flatMap(expandedDiscount),
    payments: (invoice.payments?.data ?? []).map(paymentOf),
    metadata: invoice.metadata ?? {},
  };
}

function sumOf(amounts: readonly { readonly amount: number }[]): number {
  return amounts.reduce((sum, { amount }) => sum + amount, 0);
}

function isAdded({ tax_behavior: behavior }: Stripe.Invoice.TotalTax): boolean {
  return behavior === 'exclusive';
}

/** A balance below 0 is credit, which an invoice raises by what it takes of it. */
function creditAppliedOf({ starting_balance, ending_balance, ...invoice }: Stripe.Invoice): number {
  // Only once it is final does an invoice say what it has left of the balance.
  if (ending_balance === null) return invoice.total - invoice.amount_due;
  return ending_balance - starting_balance;
}

const NO_PRICES: ReadonlyMap<string, RemotePrice> = new Map();

function expandedDiscount(
  discount: string | Stripe.Discount | Stripe.DeletedDiscount,
): RemoteDiscount[] {
  const isWhole = typeof discount !== 'string' && discount.deleted !== true;
  return isWhole ? [discountOf(discount)] : [];
}

export function priceIdOf(line: Stripe.InvoiceLineItem): string | null {
  return idOrNull(line.pricing?.price_details?.price);
}

export function lineOf(
  line: Stripe.InvoiceLineItem,
  prices: ReadonlyMap<string, RemotePrice> = NO_PRICES,
): RemoteInvoiceLine {
  const item = line.parent?.subscription_item_details;
  const added = line.parent?.invoice_item_details;
  return {
    id: line.id,
    description: line.description ?? '',
    amountMinor: line.amount,
    quantity: line.quantity,
    period: { startMs: msOf(line.period.start), endMs: msOf(line.period.end) },
    priceId: priceIdOf(line),
    price: prices.get(priceIdOf(line) ?? '') ?? null,
    subscriptionId: item?.subscription ?? added?.subscription ?? idOrNull(line.subscription),
    subscriptionItemId: item?.subscription_item ?? null,
    invoiceItemId: item?.invoice_item ?? added?.invoice_item ?? null,
    isProration: item?.proration ?? added?.proration ?? false,
    discountsMinor: (line.discount_amounts ?? []).map(({ discount, amount }) => ({
      discountId: idOf(discount),
      amountMinor: amount,
    })),
  };
}

function paymentOf(payment: Stripe.InvoicePayment): RemotePayment {
  return {
    paymentIntentId: idOrNull(payment.payment.payment_intent),
    status: payment.status,
    amountMinor: payment.amount_paid ?? payment.amount_requested,
  };
}
