// pure
import type { Catalog } from '../../plans/index.ts';
import type {
  DiscountRecord,
  InvoiceRecord,
  InvoiceStatus,
  LineRecord,
  PriceRecord,
  SubscriptionRecord,
} from '../../subscriptions/index.ts';
import type {
  RemoteDiscount,
  RemoteInvoice,
  RemoteInvoiceLine,
  RemotePrice,
  RemoteSubscription,
} from '../gateway/remote.ts';
import { planOfPrice } from './plan-of-price.ts';

/** A subscription in the words from which its history is derived. */
export function subscriptionRecord(
  catalog: Catalog,
  remote: RemoteSubscription,
): SubscriptionRecord {
  return {
    id: remote.id,
    currency: remote.currency,
    status: remote.status,
    startMs: remote.startedMs,
    createdMs: remote.createdMs,
    trialStartMs: remote.trial?.startMs ?? null,
    trialEndMs: remote.trial?.endMs ?? null,
    endedMs: remote.endedMs,
    pausedMs: remote.pausedMs,
    collectionMethod: remote.collectionMethod,
    hasPendingUpdate: remote.hasPendingUpdate,
    items: remote.items.flatMap((item) => {
      const price = priceRecord(catalog, item.price);
      if (price === null) return [];
      const { startMs: periodStartMs, endMs: periodEndMs } = item.period;
      return [{ id: item.id, price, quantity: item.quantity, periodStartMs, periodEndMs }];
    }),
    discounts: [
      ...remote.discounts.map((discount) => discountRecord(discount, null)),
      ...remote.items.flatMap((item) =>
        item.discounts.map((discount) => discountRecord(discount, item.id)),
      ),
    ],
  };
}

/** The invoices of one subscription. */
export function invoiceRecords(
  catalog: Catalog,
  remote: RemoteSubscription,
  invoices: readonly RemoteInvoice[],
): InvoiceRecord[] {
  return invoices
    .filter(({ subscriptionId }) => subscriptionId === remote.id)
    .map((invoice) => invoiceRecord(catalog, invoice));
}

const STATUSES: readonly InvoiceStatus[] = ['draft', 'open', 'paid', 'uncollectible', 'void'];

function invoiceRecord(catalog: Catalog, invoice: RemoteInvoice): InvoiceRecord {
  return {
    id: invoice.id,
    status: STATUSES.find((status) => status === invoice.status) ?? 'draft',
    billingReason: invoice.billingReason,
    createdMs: invoice.createdMs,
    finalizedMs: invoice.finalizedMs,
    paidMs: invoice.paidMs,
    voidedMs: invoice.voidedMs,
    markedUncollectibleMs: invoice.markedUncollectibleMs,
    dueMs: invoice.dueMs,
    isAttempted: invoice.isAttempted,
    amountDueMinor: invoice.amountDueMinor,
    isPaidSlowly: false,
    lastAttemptMs: null,
    lines: invoice.lines.map((line) => lineRecord(catalog, line, invoice.discounts)),
  };
}

function lineRecord(
  catalog: Catalog,
  line: RemoteInvoiceLine,
  known: readonly RemoteDiscount[],
): LineRecord {
  return {
    itemId: line.subscriptionItemId,
    price: line.price === null ? null : priceRecord(catalog, line.price),
    quantity: line.quantity,
    amountMinor: line.amountMinor,
    periodStartMs: line.period.startMs,
    periodEndMs: line.period.endMs,
    isProration: line.isProration,
    discounts: line.discountsMinor.flatMap(({ discountId, amountMinor }) => {
      const discount = known.find(({ id }) => id === discountId);
      return discount === undefined
        ? []
        : [{ amountMinor, discount: discountRecord(discount, null) }];
    }),
  };
}

/** `null` for what is sold once, of which nothing recurs. */
function priceRecord(catalog: Catalog, price: RemotePrice): PriceRecord | null {
  if (price.interval === null) return null;
  const sold = planOfPrice(catalog, price);
  return {
    id: price.id,
    productId: price.productId,
    planId: sold?.plan.id ?? null,
    unitAmountDecimal: price.unitAmountDecimal,
    interval: price.interval,
    intervalCount: price.intervalCount,
    isMetered: price.isMetered,
  };
}

function discountRecord(discount: RemoteDiscount, itemId: string | null): DiscountRecord {
  const { id, duration, startMs, endMs, amountOff } = discount;
  const base = { id, duration, startMs, endMs, productIds: null, itemId };
  if (amountOff !== null) {
    return { ...base, amountOffMinor: amountOff.amountMinor, currency: amountOff.currency };
  }
  return { ...base, percentOffBasisPoints: discount.percentOffBasisPoints ?? 0 };
}
