import type { Tx } from '../../../engine/transaction.ts';
import type { LineDraft } from '../../invoices/rows.ts';
import { countedName, lineBase, serviceEnd, share, wholeAt } from './lines.ts';
import { dayName } from './periods.ts';
import { amountOfItem, netAmounts } from './pricing.ts';
import type { Debit, SubscriptionItemRow, SubscriptionRow } from '../rows.ts';

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
  for (const old of before.items) {
    const now = after.items.find((item) => item.id === old.id);
    if (now === undefined || !costsTheSame(old, now)) lines.push(...credit(tx, before, old, at));
  }
  const items = after.items.map((item, index): SubscriptionItemRow => {
    const old = before.items.find((each) => each.id === item.id);
    if (old !== undefined && costsTheSame(old, item)) return item;
    const from = reckonedFrom(old?.debit ?? null, at);
    const line = debit(tx, after, { item, at: from, net: netAmounts(tx, after, from)[index]! });
    if (line === undefined) return { ...item, debit: freeFrom(from, serviceEnd(after, item)) };
    lines.push(line);
    return { ...item, debit: { amount: line.amount, ...line.period, line: null } };
  });
  return { lines, items };
}

function costsTheSame(one: SubscriptionItemRow, other: SubscriptionItemRow): boolean {
  return one.price === other.price && one.quantity === other.quantity;
}

/**
 * From when on an item is credited and debited anew. Only the last debit is known, so what lies
 * before it is settled: to reckon from earlier would charge that time without giving it back.
 */
function reckonedFrom(debited: Debit | null, at: number): number {
  return debited === null ? at : Math.max(at, debited.start);
}

/** Time that costs nothing is settled as well: no later change charges what lies before it. */
function freeFrom(start: number, end: number): Debit {
  return { amount: 0, start, end, line: null };
}

/** What is given back of what an item was debited, from an instant on. */
export function credit(
  tx: Tx,
  row: SubscriptionRow,
  item: SubscriptionItemRow,
  at: number,
): LineDraft[] {
  const { debit: debited } = item;
  if (debited === null || debited.end <= at || debited.amount === 0) return [];
  const part = { start: reckonedFrom(debited, at), end: debited.end };
  const amount = share(creditable(tx, row, item), { part, whole: debited, currency: row.currency });
  if (amount === 0) return [];
  return [
    {
      ...lineBase(row, item),
      amount: -amount,
      description: `Unused time on ${countedName(tx, row, item)} after ${dayName(part.start)}`,
      period: part,
      isProration: true,
      isDiscountable: false,
      creditedLines: debited.line,
    },
  ];
}

/** In flexible billing what was really debited; in classic billing what it would cost today. */
function creditable(tx: Tx, row: SubscriptionRow, item: SubscriptionItemRow): number {
  const debited = item.debit!;
  if (row.billingMode === 'flexible') return debited.amount;
  const net = netAmounts(tx, row, debited.start)[row.items.indexOf(item)] ?? 0;
  return share(net, {
    part: debited,
    whole: wholeAt(tx, row, { item, at: debited.start }),
    currency: row.currency,
  });
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
  { row, at }: { readonly row: SubscriptionRow; readonly at: number },
): Proration {
  const lines: LineDraft[] = [];
  const nets = netAmounts(tx, row, at);
  const items = row.items.map((item, index): SubscriptionItemRow => {
    const end = serviceEnd(row, item);
    const debited = item.debit;
    if (debited === null || debited.end === end) return item;
    if (debited.end > end) {
      lines.push(...credit(tx, row, item, end));
      const kept = share(debited.amount, {
        part: { ...debited, end },
        whole: debited,
        currency: row.currency,
      });
      return { ...item, debit: { ...debited, amount: kept, end } };
    }
    const from = Math.max(at, debited.end);
    const line = debit(tx, row, { item, at: from, net: nets[index]! });
    if (line === undefined) return item;
    lines.push(line);
    return {
      ...item,
      debit: { ...debited, amount: debited.amount + line.amount, end, line: null },
    };
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
