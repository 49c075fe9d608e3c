import fc from 'fast-check';
import type Stripe from 'stripe';
import { addDays } from '@whisperforge/kernel/period';

/** Currencies without decimals, with two and with three. */
const CURRENCIES = ['jpy', 'krw', 'usd', 'eur', 'kwd', 'bhd'] as const;
const MOST_MINOR = 99_999_999;
const BASIS_POINTS = 10_000;
const CREATED_SECONDS = Date.UTC(2026, 0, 31) / 1_000;

const lineDraw = fc.record({
  amountMinor: fc.oneof(
    fc.integer({ min: -MOST_MINOR, max: MOST_MINOR }),
    fc.integer({ min: -3, max: 3 }),
  ),
  quantity: fc.option(fc.integer({ min: 0, max: 1_000 }), { nil: null }),
  /** What each discount takes of what is left. */
  discounts: fc.array(fc.integer({ min: 0, max: BASIS_POINTS }), { maxLength: 3 }),
  taxBasisPoints: fc.integer({ min: 0, max: 3_000 }),
  days: fc.integer({ min: 1, max: 366 }),
  isProration: fc.boolean(),
});

export const invoiceDraw = fc.record({
  currency: fc.constantFrom(...CURRENCIES),
  status: fc.constantFrom('open', 'paid', 'void', 'uncollectible'),
  lines: fc.array(lineDraw, { minLength: 1, maxLength: 8 }),
  isTaxInclusive: fc.boolean(),
  /** Credit is below 0. */
  startingBalance: fc.oneof(
    fc.constant(0),
    fc.integer({ min: -MOST_MINOR, max: MOST_MINOR }),
    fc.integer({ min: -3, max: 3 }),
  ),
  paidBasisPoints: fc.integer({ min: 0, max: BASIS_POINTS }),
});

export type InvoiceDraw = typeof invoiceDraw extends fc.Arbitrary<infer D> ? D : never;

/** An invoice as Stripe says it, with what was reckoned on the way. */
export interface DrawnInvoice {
  readonly invoice: Stripe.Invoice;
  readonly lines: readonly Stripe.InvoiceLineItem[];
  readonly discountMinor: number;
  /** What taxes add; those that are within the prices add nothing. */
  readonly taxMinor: number;
  /** What of the customer's balance was asked for, or (below 0) spent. */
  readonly balanceMinor: number;
}

function shareOf(amountMinor: number, basisPoints: number): number {
  return Number((BigInt(amountMinor) * BigInt(basisPoints)) / BigInt(BASIS_POINTS));
}

interface DrawnLine {
  readonly line: Stripe.InvoiceLineItem;
  readonly amountMinor: number;
  readonly discountMinor: number;
  readonly taxMinor: number;
}

/** Reckons an invoice in the plainest way from what was drawn. */
export function drawnInvoice(draw: InvoiceDraw, id: string): DrawnInvoice {
  const lines = draw.lines.map((each, index) => drawnLine(each, `${id}_${index}`));
  const sum = (of: (line: DrawnLine) => number): number =>
    lines.reduce((all, line) => all + of(line), 0);
  const subtotal = sum(({ amountMinor }) => amountMinor);
  const discountMinor = sum((line) => line.discountMinor);
  const taxMinor = draw.isTaxInclusive ? 0 : sum((line) => line.taxMinor);
  const total = subtotal - discountMinor + taxMinor;
  // What is left of a credit stays on the balance, and so does an invoice below 0.
  const amountDue = Math.max(0, total + draw.startingBalance);
  const balanceMinor = total < 0 ? 0 : amountDue - total;
  const due = total < 0 ? 0 : amountDue;
  const amountPaid = paidOf(draw, due);
  const behavior = draw.isTaxInclusive ? 'inclusive' : 'exclusive';
  const invoice = {
    id,
    customer: 'cus_drawn',
    parent: null,
    number: `DRAWN-${id}`,
    status: draw.status,
    billing_reason: 'subscription_cycle',
    currency: draw.currency,
    subtotal,
    total,
    total_discount_amounts: [{ amount: discountMinor, discount: 'di_all' }],
    total_taxes: lines.map(({ taxMinor: amount }) => ({ amount, tax_behavior: behavior })),
    starting_balance: draw.startingBalance,
    ending_balance: draw.startingBalance + total - due,
    amount_due: due,
    amount_paid: amountPaid,
    amount_remaining: due - amountPaid,
    created: CREATED_SECONDS,
    status_transitions: {
      finalized_at: CREATED_SECONDS,
      paid_at: draw.status === 'paid' ? CREATED_SECONDS : null,
      voided_at: draw.status === 'void' ? CREATED_SECONDS : null,
      marked_uncollectible_at: draw.status === 'uncollectible' ? CREATED_SECONDS : null,
    },
    due_date: null,
    attempted: true,
    attempt_count: 1,
    next_payment_attempt: null,
    discounts: [],
    metadata: {},
  };
  return {
    invoice: invoice as unknown as Stripe.Invoice,
    lines: lines.map(({ line }) => line),
    discountMinor,
    taxMinor,
    balanceMinor,
  };
}

function paidOf({ status, paidBasisPoints }: InvoiceDraw, dueMinor: number): number {
  if (status === 'paid') return dueMinor;
  return Math.min(shareOf(dueMinor, paidBasisPoints), Math.max(0, dueMinor - 1));
}

function drawnLine(draw: InvoiceDraw['lines'][number], id: string): DrawnLine {
  const { amountMinor, quantity, isProration } = draw;
  let leftMinor = Math.max(0, amountMinor);
  const discounts = draw.discounts.map((basisPoints, index) => {
    const amount = shareOf(leftMinor, basisPoints);
    leftMinor -= amount;
    return { amount, discount: `di_${id}_${index}` };
  });
  const discountMinor = Math.max(0, amountMinor) - leftMinor;
  const line = {
    id: `il_${id}`,
    description: `drawn ${id}`,
    amount: amountMinor,
    quantity,
    period: {
      start: CREATED_SECONDS,
      end: addDays(CREATED_SECONDS * 1_000, draw.days) / 1_000,
    },
    subscription: null,
    pricing: null,
    parent: { invoice_item_details: { proration: isProration, invoice_item: `ii_${id}` } },
    discount_amounts: discounts,
  };
  const taxMinor = shareOf(amountMinor - discountMinor, draw.taxBasisPoints);
  return {
    line: line as unknown as Stripe.InvoiceLineItem,
    amountMinor,
    discountMinor,
    taxMinor,
  };
}
