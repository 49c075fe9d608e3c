import { addMonths } from '@whisperforge/kernel/period';
import type { InvoiceRecord, LineRecord, PriceRecord, SubscriptionRecord } from './records.ts';

/** An instant of 2026, such as `day('03-15')`. */
export const day = (date: string): number => Date.parse(`2026-${date}T00:00:00Z`);

export function price(amount: string | null, said: Partial<PriceRecord> = {}): PriceRecord {
  return {
    id: `price_${amount}`,
    productId: 'prod_1',
    planId: null,
    unitAmountDecimal: amount,
    interval: 'month',
    intervalCount: 1,
    isMetered: false,
    ...said,
  };
}

/** A line for a whole month from a date on. */
export function line(from: string, of: PriceRecord, said: Partial<LineRecord> = {}): LineRecord {
  return {
    itemId: 'si_1',
    price: of,
    quantity: 1,
    amountMinor: Number(of.unitAmountDecimal ?? 0),
    periodStartMs: day(from),
    periodEndMs: addMonths(day(from), of.interval === 'year' ? 12 : 1),
    isProration: false,
    discounts: [],
    ...said,
  };
}

/** The credit of one price and the debit of another between two dates. */
export function swap(from: string, to: string, [before, after]: readonly PriceRecord[]) {
  const part = { periodStartMs: day(from), periodEndMs: day(to), isProration: true };
  return [
    line(from, before!, { ...part, amountMinor: -1 }),
    ...(after === undefined ? [] : [line(from, after, { ...part, amountMinor: 1 })]),
  ];
}

/** An invoice that was paid as soon as it was made. */
export function invoice(
  date: string,
  lines: readonly LineRecord[],
  said: Partial<InvoiceRecord> = {},
): InvoiceRecord {
  const madeMs = day(date);
  return {
    id: `in_${date}`,
    status: 'paid',
    billingReason: 'subscription_cycle',
    createdMs: madeMs,
    finalizedMs: madeMs,
    paidMs: madeMs + 2_000,
    voidedMs: null,
    markedUncollectibleMs: null,
    dueMs: null,
    isAttempted: true,
    amountDueMinor: 1,
    isPaidSlowly: false,
    lastAttemptMs: null,
    lines,
    ...said,
  };
}

export function first(date: string, lines: readonly LineRecord[]): InvoiceRecord {
  return invoice(date, lines, { billingReason: 'subscription_create' });
}

/** One since 1 January, active unless something else is said. */
export function subscription(
  of: readonly PriceRecord[],
  said: Partial<SubscriptionRecord> = {},
): SubscriptionRecord {
  return {
    id: 'sub_1',
    currency: 'usd',
    status: 'active',
    startMs: day('01-01'),
    createdMs: day('01-01'),
    trialStartMs: null,
    trialEndMs: null,
    endedMs: null,
    pausedMs: null,
    collectionMethod: 'charge_automatically',
    hasPendingUpdate: false,
    items: of.map((each, index) => ({
      id: `si_${index + 1}`,
      price: each,
      quantity: 1,
      periodStartMs: day('01-01'),
      periodEndMs: day('02-01'),
    })),
    discounts: [],
    ...said,
  };
}
