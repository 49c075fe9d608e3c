// pure
import type { RecurringDiscount } from '../recurring-amount.ts';
import { isOpenAt } from './change.ts';
import type { ItemLine, ItemState } from './items.ts';
import type { DiscountRecord, SubscriptionRecord } from './records.ts';

/** A discount, and the time that it is known to have been on the subscription. */
export interface DiscountSpan {
  readonly discount: DiscountRecord;
  readonly startMs: number;
  /** When it was found to be taken away; `null` where it was not. Its own end is another matter. */
  readonly removedMs: number | null;
}

/**
 * Which discounts a subscription has had, in the order in which they are taken off. A discount
 * counts from its start, but `once` for the periods that it was really taken off. One that was
 * taken away is found missing when the next period is billed.
 */
export function discountHistory(
  subscription: SubscriptionRecord,
  lines: readonly ItemLine[],
): DiscountSpan[] {
  const bills = lines.filter(({ kind }) => kind === 'period');
  const known = new Map<string, DiscountRecord>();
  for (const line of bills) {
    for (const { discount } of line.discounts) {
      if (!known.has(discount.id)) known.set(discount.id, discount);
    }
  }
  const present = new Set(subscription.discounts.map(({ id }) => id));
  for (const discount of subscription.discounts) known.set(discount.id, discount);
  return [...known.values()].flatMap((discount) => {
    if (discount.duration === 'once') return spansOfOnce(discount, bills);
    const removedMs = present.has(discount.id) ? null : removalOf(discount, bills);
    return [{ discount, startMs: discount.startMs, removedMs }];
  });
}

function spansOfOnce(discount: DiscountRecord, bills: readonly ItemLine[]): DiscountSpan[] {
  const starts = bills.filter((line) => hasTaken(line, discount)).map((line) => line.periodStartMs);
  return [...new Set(starts)].map((startMs) => ({ discount, startMs, removedMs: null }));
}

function hasTaken(line: ItemLine, { id }: DiscountRecord): boolean {
  return line.discounts.some((taken) => taken.discount.id === id && taken.amountMinor > 0);
}

/** The first period after the last one that had the discount, of the same item or after its end. */
function removalOf({ id }: DiscountRecord, bills: readonly ItemLine[]): number | null {
  const last = bills.findLast((line) => line.discounts.some(({ discount }) => discount.id === id));
  if (last === undefined) return null;
  const next = bills.find(
    ({ periodStartMs: startMs, itemId }) =>
      startMs > last.periodStartMs && (itemId === last.itemId || startMs >= last.periodEndMs),
  );
  return next?.periodStartMs ?? null;
}

/** The instants at which discounts come and are found gone. */
export function discountInstants(spans: readonly DiscountSpan[]): number[] {
  return spans.flatMap(({ startMs, removedMs }) =>
    removedMs === null ? [startMs] : [startMs, removedMs],
  );
}

/** What a discount can lower at an instant, and how that was billed. */
interface Billed {
  readonly items: readonly ItemState[];
  readonly lines: readonly ItemLine[];
  readonly atMs: number;
}

/** The discounts that lower the items at an instant, as histories keep them. */
export function discountsAt(
  spans: readonly DiscountSpan[],
  { items, lines, atMs }: Billed,
): RecurringDiscount[] {
  return spans
    .filter(({ startMs, removedMs }) => startMs <= atMs && (removedMs === null || atMs < removedMs))
    .map((span) => recurringDiscount(span, { items, lines, atMs }))
    .filter((discount) => isOpenAt(discount, atMs) && discount.priceIds?.length !== 0);
}

function recurringDiscount(
  { discount, startMs }: DiscountSpan,
  { items, lines, atMs }: Billed,
): RecurringDiscount {
  const { id, duration, productIds, itemId, endMs: _, startMs: __, ...off } = discount;
  const isForAll = productIds === null && itemId === null;
  const priceIds = items
    .filter((item) => itemId === null || item.itemId === itemId)
    .filter(({ price }) => productIds === null || productIds.includes(price.productId))
    .map(({ price }) => price.id);
  const endMs = endOf(discount, lines, atMs);
  return { id, duration, startMs, endMs, priceIds: isForAll ? null : priceIds, ...off };
}

/**
 * Until when a discount lowers what is paid. A period that was billed with it is paid for at the
 * lower price up to its end: three months off a yearly price lower the whole first year.
 */
function endOf(discount: DiscountRecord, lines: readonly ItemLine[], atMs: number): number | null {
  const { endMs, duration } = discount;
  if (duration === 'forever') return endMs;
  const billed = lines.findLast(
    (line) =>
      line.kind === 'period' &&
      line.periodStartMs <= atMs &&
      atMs < line.periodEndMs &&
      hasTaken(line, discount),
  );
  if (duration === 'once') return billed?.periodEndMs ?? atMs;
  if (endMs === null || billed === undefined) return endMs;
  const isWithin = billed.periodStartMs < endMs && endMs < billed.periodEndMs;
  return isWithin ? billed.periodEndMs : endMs;
}
