// pure
import type { RecurringItem } from '../recurring-amount.ts';
import type { InvoiceRecord, LineRecord, PriceRecord, SubscriptionRecord } from './records.ts';

/** An item as it is billed from an instant on. */
export interface ItemState {
  readonly itemId: string;
  readonly price: PriceRecord;
  readonly quantity: number;
  readonly unitAmountDecimal: string;
  /** Until when it has been billed. */
  readonly untilMs: number;
}

/** The items from an instant on; none while nothing is billed. */
export interface ItemsSince {
  readonly atMs: number;
  readonly items: readonly ItemState[];
  /** Until when what went away was credited, where nothing came in its place. */
  readonly creditedUntilMs: number | null;
}

/** A line that tells of an item: a whole period, or the credit or debit of a change within one. */
export interface ItemLine extends LineRecord {
  readonly itemId: string;
  readonly price: PriceRecord;
  readonly kind: 'credit' | 'period' | 'debit';
}

/**
 * The lines that tell which items a subscription has had, in the order in which they count: by
 * their start, and of one start credits first, so that a debit says what came in its place. Use is
 * billed afterwards, so metered lines tell of no item.
 */
export function itemLines(
  subscription: SubscriptionRecord,
  invoices: readonly InvoiceRecord[],
): ItemLine[] {
  const oldestFirst = invoices.toSorted((first, second) => first.createdMs - second.createdMs);
  const pending = subscription.hasPendingUpdate ? oldestFirst.findLast(isUnpaidUpdate) : undefined;
  return oldestFirst
    .flatMap((invoice) =>
      linesInForce(invoice, invoice === pending)
        .flatMap(itemLineOf)
        .toSorted(creditsFirst),
    )
    .toSorted((first, second) => first.periodStartMs - second.periodStartMs);
}

function isUnpaidUpdate({ billingReason, status }: InvoiceRecord): boolean {
  return billingReason === 'subscription_update' && status === 'open';
}

/**
 * A pending update is made when its invoice is paid, and given up when that is voided. Its own
 * lines are the last to begin; those before them are of earlier changes that waited to be billed.
 */
function linesInForce(
  { billingReason, status, lines }: InvoiceRecord,
  isPending: boolean,
): readonly LineRecord[] {
  const isGivenUp = billingReason === 'subscription_update' && status === 'void';
  if (!isPending && !isGivenUp) return lines;
  const lastMs = Math.max(...lines.map(({ periodStartMs }) => periodStartMs));
  return lines.filter(({ periodStartMs }) => periodStartMs < lastMs);
}

function itemLineOf(line: LineRecord): ItemLine[] {
  const { itemId, price } = line;
  if (itemId === null || price === null || price.isMetered) return [];
  if (!line.isProration) return [{ ...line, itemId, price, kind: 'period' }];
  return [{ ...line, itemId, price, kind: line.amountMinor < 0 ? 'credit' : 'debit' }];
}

function creditsFirst(first: ItemLine, second: ItemLine): number {
  return Number(second.kind === 'credit') - Number(first.kind === 'credit');
}

/**
 * Which items a subscription has had from when to when, as far as its bills say so. A change within
 * a period is dated by the start of its credits and debits; one without them by the next period's
 * start. Where nothing was billed for a while the items are none, and come back with the next bill.
 */
export function itemHistory(
  subscription: SubscriptionRecord,
  lines: readonly ItemLine[],
  nowMs: number,
): ItemsSince[] {
  const told = lines.filter((line) => line.periodStartMs <= nowMs);
  const history: ItemsSince[] = [];
  let items: readonly ItemState[] = [];
  for (const [atMs, ofStart] of Map.groupBy(told, ({ periodStartMs }) => periodStartMs)) {
    const untilMs = Math.max(...items.map((item) => item.untilMs));
    if (items.length > 0 && untilMs < atMs) history.push(since(untilMs, []));
    items = itemsAfter(items, ofStart, atMs);
    const credited = ofStart.map(({ periodEndMs }) => periodEndMs);
    history.push({ ...since(atMs, items), creditedUntilMs: Math.max(...credited) });
  }
  return [
    ...fromTheStart(subscription, history[0]),
    ...history,
    ...withoutTheGone(subscription, items, nowMs),
  ];
}

function since(atMs: number, items: readonly ItemState[]): ItemsSince {
  return { atMs, items, creditedUntilMs: null };
}

/** Before its first bill a subscription has what that bill names, or what it has now. */
function fromTheStart(
  subscription: SubscriptionRecord,
  first: ItemsSince | undefined,
): ItemsSince[] {
  const { startMs } = subscription;
  if (first === undefined) return [since(startMs, presentItems(subscription))];
  return first.atMs > startMs ? [since(startMs, first.items)] : [];
}

function itemsAfter(
  before: readonly ItemState[],
  lines: readonly ItemLine[],
  atMs: number,
): ItemState[] {
  // Where a period begins, whoever's has ended and is not billed anew is gone.
  const isTurn = lines.some(({ kind }) => kind === 'period');
  const states = new Map(
    before.filter(({ untilMs }) => !isTurn || untilMs > atMs).map((item) => [item.itemId, item]),
  );
  for (const line of lines) {
    if (line.kind === 'credit') states.delete(line.itemId);
    else states.set(line.itemId, stateOf(line));
  }
  return [...states.values()].toSorted(byItem);
}

function stateOf(line: ItemLine): ItemState {
  return {
    itemId: line.itemId,
    price: line.price,
    untilMs: line.periodEndMs,
    ...countOf(line.price, line.quantity, line.kind === 'period' ? line.amountMinor : 0),
  };
}

/** What a price with tiers costs is known by its bills only: as one unit of what was billed. */
function countOf(
  { unitAmountDecimal }: PriceRecord,
  quantity: number | null,
  billedMinor: number,
): Pick<ItemState, 'quantity' | 'unitAmountDecimal'> {
  if (unitAmountDecimal !== null) return { quantity: quantity ?? 1, unitAmountDecimal };
  return { quantity: 1, unitAmountDecimal: String(billedMinor) };
}

function presentItems({ items }: SubscriptionRecord): ItemState[] {
  return items
    .filter(({ price }) => !price.isMetered)
    .map((item): ItemState => ({
      itemId: item.id,
      price: item.price,
      untilMs: item.periodEndMs,
      ...countOf(item.price, item.quantity, 0),
    }))
    .toSorted(byItem);
}

/**
 * An item that the subscription no longer has was paid for until its last bill's end. Where that
 * would leave none, what comes instead is not billed yet.
 */
function withoutTheGone(
  subscription: SubscriptionRecord,
  items: readonly ItemState[],
  nowMs: number,
): ItemsSince[] {
  const present = new Set(subscription.items.map(({ id }) => id));
  const isGone = ({ itemId, untilMs }: ItemState): boolean =>
    !present.has(itemId) && untilMs <= nowMs;
  const gone = items.filter(isGone);
  const left = items.filter((item) => !isGone(item));
  if (gone.length === 0 || left.length === 0) return [];
  return [since(Math.max(...gone.map(({ untilMs }) => untilMs)), left)];
}

/** By price, since a schedule gives the same price another item. */
function byItem(first: ItemState, second: ItemState): number {
  const [a, b] = [first.price.id + first.itemId, second.price.id + second.itemId];
  return a < b ? -1 : a > b ? 1 : 0;
}

/** Items as histories keep them. */
export function recurringItems(items: readonly ItemState[], currency: string): RecurringItem[] {
  return items.map(({ price, quantity, unitAmountDecimal }) => ({
    priceId: price.id,
    planId: price.planId,
    unitAmountDecimal,
    currency,
    interval: price.interval,
    intervalCount: price.intervalCount,
    quantity,
    isMetered: false,
  }));
}
