import type { Send } from '../transport/send.ts';
import type { CallOptions } from '../types.ts';
import { toPrice } from './money.ts';
import type { Money, Price } from './money.ts';
import { fromPurchase } from './purchases.ts';
import type { Purchase } from './purchases.ts';

export interface QuoteLine extends Price {
  readonly kind: 'plan' | 'extra_seats' | 'pack' | 'discount' | (string & {});
  readonly description: string;
  readonly quantity: number;
  readonly unitAmount: Money;
  /** Key of the pricing rule that it comes from. */
  readonly rule: string | null;
  readonly promotionCode: string | null;
}

/** What each payment comes to from an instant on, until the next entry. */
export interface QuotePayment extends Price {
  /** ISO 8601 instant. */
  readonly from: string;
  readonly discount: Money;
}

export interface Quote {
  /** Slug of the plan, or null for a pack. */
  readonly plan: string | null;
  /** Key of the pack, or null for a plan. */
  readonly pack: string | null;
  readonly version: number;
  readonly billingCycle: string | null;
  readonly seats: number | null;
  readonly extraSeats: number | null;
  /** Of packs. */
  readonly quantity: number | null;
  /** They sum to the total; discounts are below zero. */
  readonly lines: readonly QuoteLine[];
  readonly subtotal: Money;
  readonly discount: Money;
  /** Of the first payment. */
  readonly total: Money;
  /** Nothing while the plan is tried. */
  readonly dueNow: Price;
  readonly trialDays: number;
  /** ISO 8601 instant. */
  readonly trialEndsAt: string | null;
  /** Empty for what is bought once. */
  readonly recurring: readonly QuotePayment[];
  /** `applied` is false where another offer is better. */
  readonly promotionCode: { readonly code: string; readonly applied: boolean } | null;
}

/** Without a user it is what a stranger would pay. */
export type QuoteInput = Purchase & { readonly user?: string | undefined };

export interface Quotes {
  /**
   * What something would cost, and why, line by line. Changes nothing. Rejects where it is not on
   * sale or the promotion code does not apply; the error's `code` says why.
   */
  create(input: QuoteInput, options?: CallOptions): Promise<Quote>;
}

interface WireLine {
  readonly kind: string;
  readonly description: string;
  readonly quantity: number;
  readonly unit_amount_minor: number;
  readonly amount_minor: number;
  readonly amount: string;
  readonly rule: string | null;
  readonly promotion_code: string | null;
}

interface WirePayment {
  readonly from: string;
  readonly amount_minor: number;
  readonly amount: string;
  readonly discount_minor: number;
}

interface WireQuote {
  readonly plan: string | null;
  readonly pack: string | null;
  readonly version: number;
  readonly billing_cycle: string | null;
  readonly seats: number | null;
  readonly extra_seats: number | null;
  readonly quantity: number | null;
  readonly currency: string;
  readonly lines: readonly WireLine[];
  readonly subtotal_minor: number;
  readonly discount_minor: number;
  readonly total_minor: number;
  readonly due_now_minor: number;
  readonly due_now: string;
  readonly trial_days: number;
  readonly trial_ends_at: string | null;
  readonly recurring: readonly WirePayment[];
  readonly promotion_code: { readonly code: string; readonly applied: boolean } | null;
}

function toLine(wire: WireLine, currency: string): QuoteLine {
  return {
    ...toPrice({ ...wire, currency }),
    kind: wire.kind,
    description: wire.description,
    quantity: wire.quantity,
    unitAmount: { amountMinor: wire.unit_amount_minor, currency },
    rule: wire.rule,
    promotionCode: wire.promotion_code,
  };
}

function toPayment(wire: WirePayment, currency: string): QuotePayment {
  const discount = { amountMinor: wire.discount_minor, currency };
  return { ...toPrice({ ...wire, currency }), from: wire.from, discount };
}

function toQuote(wire: WireQuote): Quote {
  const { currency, promotion_code: promotionCode } = wire;
  const money = (amountMinor: number): Money => ({ amountMinor, currency });
  return {
    plan: wire.plan,
    pack: wire.pack,
    version: wire.version,
    billingCycle: wire.billing_cycle,
    seats: wire.seats,
    extraSeats: wire.extra_seats,
    quantity: wire.quantity,
    lines: wire.lines.map((line) => toLine(line, currency)),
    subtotal: money(wire.subtotal_minor),
    discount: money(wire.discount_minor),
    total: money(wire.total_minor),
    dueNow: { ...money(wire.due_now_minor), amount: wire.due_now },
    trialDays: wire.trial_days,
    trialEndsAt: wire.trial_ends_at,
    recurring: wire.recurring.map((payment) => toPayment(payment, currency)),
    promotionCode: promotionCode && {
      code: promotionCode.code,
      applied: promotionCode.applied,
    },
  };
}

export function quotesOf(send: Send): Quotes {
  return {
    create: async (input, options) => {
      const body = { user: input.user, ...fromPurchase(input) };
      return toQuote(await send<WireQuote>('POST', '/v1/quotes', { ...options, body }));
    },
  };
}
