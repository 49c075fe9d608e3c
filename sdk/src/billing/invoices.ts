import type { Money } from './money.ts';

export interface InvoiceLine extends Money {
  readonly description: string;
  readonly quantity: number | null;
  /** The half-open period that is paid for, as ISO 8601 instants. */
  readonly periodStart: string;
  readonly periodEnd: string;
  /** For a part of a period, because of a change within it. */
  readonly proration: boolean;
  readonly discount: Money;
}

export interface Invoice {
  readonly id: string;
  readonly number: string | null;
  readonly status: 'open' | 'paid' | 'void' | 'uncollectible' | (string & {});
  /** Stripe's `billing_reason`. */
  readonly reason: string | null;
  /** Stripe's id of the subscription it is for. */
  readonly subscription: string | null;
  readonly subtotal: Money;
  readonly discount: Money;
  /** What taxes add: subtotal - discount + tax = total. */
  readonly tax: Money;
  readonly total: Money;
  /** What of the total the customer's credit paid; below 0 what they owed before. */
  readonly creditApplied: Money;
  readonly amountDue: Money;
  readonly amountPaid: Money;
  readonly amountRemaining: Money;
  /** What was given back of what was paid. */
  readonly refunded: Money;
  /** How often it was tried to collect it. */
  readonly attemptCount: number;
  /** ISO 8601 instants, all of them. */
  readonly nextAttemptAt: string | null;
  readonly createdAt: string;
  readonly dueAt: string | null;
  readonly paidAt: string | null;
  /** Stripe's page of it, where it can be paid. */
  readonly hostedUrl: string | null;
  readonly pdfUrl: string | null;
  readonly lines: readonly InvoiceLine[];
}

interface WireLine {
  readonly description: string;
  readonly amount_minor: number;
  readonly quantity: number | null;
  readonly period_start: string;
  readonly period_end: string;
  readonly proration: boolean;
  readonly discount_minor: number;
}

export interface WireInvoice {
  readonly id: string;
  readonly number: string | null;
  readonly status: string;
  readonly reason: string | null;
  readonly subscription: string | null;
  readonly currency: string;
  readonly subtotal_minor: number;
  readonly discount_minor: number;
  readonly tax_minor: number;
  readonly total_minor: number;
  readonly credit_applied_minor: number;
  readonly amount_due_minor: number;
  readonly amount_paid_minor: number;
  readonly amount_remaining_minor: number;
  readonly refunded_minor: number;
  readonly attempt_count: number;
  readonly next_attempt_at: string | null;
  readonly created_at: string;
  readonly due_at: string | null;
  readonly paid_at: string | null;
  readonly hosted_url: string | null;
  readonly pdf_url: string | null;
  readonly lines: readonly WireLine[];
}

function toLine(wire: WireLine, currency: string): InvoiceLine {
  return {
    description: wire.description,
    amountMinor: wire.amount_minor,
    currency,
    quantity: wire.quantity,
    periodStart: wire.period_start,
    periodEnd: wire.period_end,
    proration: wire.proration,
    discount: { amountMinor: wire.discount_minor, currency },
  };
}

export function toInvoice(wire: WireInvoice): Invoice {
  const { currency } = wire;
  const money = (amountMinor: number): Money => ({ amountMinor, currency });
  return {
    id: wire.id,
    number: wire.number,
    status: wire.status,
    reason: wire.reason,
    subscription: wire.subscription,
    subtotal: money(wire.subtotal_minor),
    discount: money(wire.discount_minor),
    tax: money(wire.tax_minor),
    total: money(wire.total_minor),
    creditApplied: money(wire.credit_applied_minor),
    amountDue: money(wire.amount_due_minor),
    amountPaid: money(wire.amount_paid_minor),
    amountRemaining: money(wire.amount_remaining_minor),
    refunded: money(wire.refunded_minor),
    attemptCount: wire.attempt_count,
    nextAttemptAt: wire.next_attempt_at,
    createdAt: wire.created_at,
    dueAt: wire.due_at,
    paidAt: wire.paid_at,
    hostedUrl: wire.hosted_url,
    pdfUrl: wire.pdf_url,
    lines: wire.lines.map((line) => toLine(line, currency)),
  };
}
