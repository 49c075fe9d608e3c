import type { Tx } from '../../../engine/transaction.ts';
import type { LineDraft } from '../../invoices/rows.ts';
import { countedName, lineBase, serviceEnd, share, wholeAt } from './lines.ts';
import { dayName } from './periods.ts';
import { amountOfItem, netAmounts } from './pricing.ts';
import type { Debit, Period, SubscriptionItemRow, SubscriptionRow } from '../rows.ts';

/** What changed items cost less and more, and what they are debited for afterwards. */
export interface Proration {
  readonly lines: readonly LineDraft[];
  readonly items: readonly SubscriptionItemRow[];
}

/**
 * The credits and debits between two states of a subscription within one period: from $10 to $20 a
 * month, half-way, gives -5.00 for the unused time of the old and 10.00 for the rest of the new.
 *
 * @param at the instant from which it is reckoned
 */
export function prorateChange(
  tx: Tx,
  { before, after, at }: { before: SubscriptionRow; after: SubscriptionRow; at: number },
): Proration {
  const lines: LineDraft[] = [];
  const settled = new Map<string, readonly Debit[]>();
  for (const old of before.items) {
    const now = after.items.find((item) => item.id === old.id);
    if (now !== undefined && costsTheSame(old, now)) continue;
    const taken = takeBack(tx, before, { item: old, at });
    lines.push(...taken.lines);
    settled.set(old.id, taken.debits);
  }
  const nets = netAmounts(tx, after, at);
  const items = after.items.map((item, index): SubscriptionItemRow => {
    const old = before.items.find((each) => each.id === item.id);
    if (old !== undefined && costsTheSame(old, item)) return item;
    const line = debit(tx, after, { item, at, net: nets[index]! });
    if (line !== undefined) lines.push(line);
    const debited = line === undefined ? freeFrom(at, serviceEnd(after, item)) : [debitOf(line)];
    return { ...item, debits: [...(settled.get(item.id) ?? []), ...debited] };
  });
  return { lines, items };
}

function costsTheSame(one: SubscriptionItemRow, other: SubscriptionItemRow): boolean {
  return one.price === other.price && one.quantity === other.quantity;
}

function debitOf({ amount, period }: LineDraft): Debit {
  return { ...period, amount, line: null };
}

/** Time that costs nothing is settled as well: moving the end of service debits none of it. */
function freeFrom(start: number, end: number): Debit[] {
  return end > start ? [{ amount: 0, start, end, line: null }] : [];
}

interface Taking {
  readonly item: SubscriptionItemRow;
  readonly at: number;
}

/**
 * Takes back what an item was debited from an instant on, and answers what is left of its debits.
 * Each debit that reaches beyond the instant is credited apart, from what it really was: "If the
 * time period being credited was originally billed across multiple debits, Stripe generates
 * multiple credit prorations: one for each corresponding original debit"
 * (https://docs.stripe.com/billing/subscriptions/billing-mode/compare). So a change may lie behind
 * earlier ones, and nothing is given back that was not debited, nor anything twice.
 */
function takeBack(
  tx: Tx,
  row: SubscriptionRow,
  { item, at }: Taking,
): { readonly lines: readonly LineDraft[]; readonly debits: readonly Debit[] } {
  const lines: LineDraft[] = [];
  const debits: Debit[] = [];
  for (const debited of item.debits) {
    const part = { start: Math.max(at, debited.start), end: debited.end };
    const isBefore = part.start >= part.end;
    const amount = isBefore
      ? 0
      : share(debited.amount, { part, whole: debited, currency: row.currency });
    if (isBefore) debits.push(debited);
    else if (part.start > debited.start) {
      debits.push({ ...debited, end: part.start, amount: debited.amount - amount });
    }
    if (amount > 0) lines.push(creditLine(tx, row, { item, amount, part, line: debited.line }));
  }
  const isClassic = row.billingMode === 'classic' && lines.length > 0;
  return { lines: isClassic ? creditToday(tx, row, { item, at }) : lines, debits };
}

/** What is given back of what an item was debited, from an instant on. */
export function credit(
  tx: Tx,
  row: SubscriptionRow,
  item: SubscriptionItemRow,
  at: number,
): readonly LineDraft[] {
  return takeBack(tx, row, { item, at }).lines;
}

interface Given {
  readonly item: SubscriptionItemRow;
  readonly amount: number;
  readonly part: Period;
  readonly line: Debit['line'];
}

function creditLine(tx: Tx, row: SubscriptionRow, { item, amount, part, line }: Given): LineDraft {
  return {
    ...lineBase(row, item),
    amount: -amount,
    description: `Unused time on ${countedName(tx, row, item)} after ${dayName(part.start)}`,
    period: { start: part.start, end: part.end },
    isProration: true,
    isDiscountable: false,
    creditedLines: line,
  };
}

/** In classic billing what it would cost today is credited, whatever was debited. */
function creditToday(tx: Tx, row: SubscriptionRow, { item, at }: Taking): LineDraft[] {
  const reaching = item.debits.filter(({ end, amount }) => end > at && amount > 0);
  const last = reaching.at(-1)!;
  const part = { start: Math.max(at, reaching[0]!.start), end: last.end };
  const net = netAmounts(tx, row, last.start)[row.items.indexOf(item)] ?? 0;
  const whole = wholeAt(tx, row, { item, at: part.start });
  const amount = share(net, { part, whole, currency: row.currency });
  return amount === 0 ? [] : [creditLine(tx, row, { item, amount, part, line: last.line })];
}

function debit(
  tx: Tx,
  row: SubscriptionRow,
  { item, at, net }: { item: SubscriptionItemRow; at: number; net: number },
): LineDraft | undefined {
  const part = { start: at, end: serviceEnd(row, item) };
  if (part.end <= part.start || amountOfItem(tx, item, row.currency) === 0) return undefined;
  return {
    ...lineBase(row, item),
    amount: share(net, { part, whole: wholeAt(tx, row, { item, at }), currency: row.currency }),
    description: `Remaining time on ${countedName(tx, row, item)} after ${dayName(at)}`,
    period: part,
    isProration: true,
    isDiscountable: false,
  };
}

/**
 * The credits and debits of a moved end of service: a cancellation within the period gives back
 * what lies behind it, and taking it back debits that again.
 */
export function prorateEnd(
  tx: Tx,
  { before, row, at }: { before: SubscriptionRow; row: SubscriptionRow; at: number },
): Proration {
  const lines: LineDraft[] = [];
  const nets = netAmounts(tx, row, at);
  const items = row.items.map((item, index): SubscriptionItemRow => {
    const end = serviceEnd(row, item);
    const old = before.items.find((each) => each.id === item.id);
    // An end that was moved without prorations before is not made up for now.
    if (old === undefined || serviceEnd(before, old) === end) return item;
    const covered = item.debits.at(-1)?.end ?? end;
    if (covered === end) return item;
    if (covered > end) {
      const taken = takeBack(tx, row, { item, at: end });
      lines.push(...taken.lines);
      return { ...item, debits: taken.debits };
    }
    const line = debit(tx, row, { item, at: Math.max(at, covered), net: nets[index]! });
    if (line === undefined) return item;
    lines.push(line);
    return { ...item, debits: [...item.debits, debitOf(line)] };
  });
  return { lines, items };
}

/** What is left of the period that the items are in, debited to all of them. */
export function debitRest(
  tx: Tx,
  { row, at }: { readonly row: SubscriptionRow; readonly at: number },
): Proration {
  return prorateChange(tx, { before: { ...row, items: [] }, after: row, at });
}
