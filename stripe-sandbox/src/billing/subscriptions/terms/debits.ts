import type { Tx } from '../../../engine/transaction.ts';
import {
  linesOf,
  type CreditedLines,
  type InvoiceLineRow,
  type InvoiceRow,
} from '../../invoices/rows.ts';
import { getDiscount, useDiscount } from '../../../catalogue/discounts/discount.ts';
import { subscriptionNow } from '../render.ts';
import type { Debit, SubscriptionItemRow, SubscriptionRow } from '../rows.ts';

/**
 * Notes what each item was debited: for its period by the line of it, after its discounts; for a
 * part of it the amount is known already, and only the line that it stands in is new.
 */
export function noteDebits(tx: Tx, row: SubscriptionRow, invoice: InvoiceRow): SubscriptionRow {
  const lines = linesOf(tx, invoice.id).filter((line) => line.amount >= 0);
  const items = row.items.map((item) => {
    const own = lines.filter((line) => line.subscriptionItem === item.id);
    const regular = own.findLast((line) => !line.isProration);
    const debits = regular === undefined ? placed(item.debits, own) : [debitOfLine(regular)];
    return { ...item, debits };
  });
  return { ...row, items };
}

function debitOfLine(line: InvoiceLineRow): Debit {
  const off = line.discountAmounts.reduce((sum, each) => sum + each.amount, 0);
  return { ...line.period, amount: line.amount - off, line: placeOf(line) };
}

function placeOf({ invoice, id }: InvoiceLineRow): CreditedLines {
  return { invoice, lines: [id] };
}

/** Prorated debits with the lines that bill them; a debit that was cut short keeps its start. */
function placed(debits: readonly Debit[], lines: readonly InvoiceLineRow[]): Debit[] {
  return debits.map((debit) => {
    const billed = ({ isProration, period }: InvoiceLineRow): boolean =>
      isProration && period.start === debit.start;
    const line = debit.line === null ? lines.findLast(billed) : undefined;
    return line === undefined ? debit : { ...debit, line: placeOf(line) };
  });
}

/**
 * Undoes what a void invoice debited to the items: what nobody owes any more is not credited
 * later. What the same invoice gave back counts as debited again, unless it was billed anew since.
 */
export function undoDebits(tx: Tx, row: SubscriptionRow, { id }: InvoiceRow): SubscriptionRow {
  // What it credits of its own debits, or of such as were never billed, is void on both sides.
  const credits = linesOf(tx, id)
    .filter(({ amount, creditedLines }) => {
      return amount < 0 && creditedLines !== null && creditedLines.invoice !== id;
    })
    .toSorted((one, other) => one.period.start - other.period.start);
  const items = row.items.map((item) => {
    const given = credits.filter((line) => isForPeriodOf(item, line));
    return { ...item, debits: undone(item.debits, { invoice: id, given }) };
  });
  return { ...row, items };
}

function isForPeriodOf(item: SubscriptionItemRow, line: InvoiceLineRow): boolean {
  return line.subscriptionItem === item.id && line.period.start >= item.period.start;
}

interface Undoing {
  readonly invoice: string;
  /** What the invoice gave back of the same item. */
  readonly given: readonly InvoiceLineRow[];
}

function undone(debits: readonly Debit[], { invoice, given }: Undoing): readonly Debit[] {
  const isOf = ({ line }: Debit): boolean => line?.invoice === invoice;
  const freed = debits.map((debit) => (isOf(debit) ? { ...debit, amount: 0, line: null } : debit));
  const [first] = given;
  const end = debits.at(-1)?.end;
  if (first === undefined || end === undefined) return freed;
  const kept = freed.filter((debit) => debit.end <= first.period.start);
  const isFree = freed.every((debit) => kept.includes(debit) || debit.amount === 0);
  if (!isFree) return freed;
  const restored = given.map(({ amount, period, creditedLines }): Debit => {
    return { ...period, amount: -amount, line: creditedLines };
  });
  const covered = restored.at(-1)!.end;
  const rest = end > covered ? [{ start: covered, end, amount: 0, line: null }] : [];
  return [...kept, ...restored, ...rest];
}

/**
 * Takes the discounts off that are good for one invoice, once one has used them: by the amount of
 * a line, or in a proration, whose amount is reckoned with them and names none of its own.
 */
export function spendDiscounts(tx: Tx, row: SubscriptionRow, invoice: InvoiceRow): SubscriptionRow {
  const lines = linesOf(tx, invoice.id);
  const named = lines
    .flatMap((line) => line.discountAmounts)
    .flatMap(({ amount, discount }) => (amount > 0 ? [discount] : []));
  const own = [...row.discounts, ...row.items.flatMap((item) => item.discounts)];
  const reckoned = own.filter((id) => {
    const { start } = getDiscount(tx, id);
    return lines.some(({ isProration, amount, subscription, period }) => {
      return isProration && amount > 0 && subscription === row.id && period.start >= start;
    });
  });
  const isOnce = (id: string): boolean => getDiscount(tx, id).duration === 'once';
  const used = new Set([...named, ...reckoned].filter(isOnce));
  if (used.size === 0) return row;
  for (const id of used) useDiscount(tx, id, subscriptionNow(tx, row));
  const left = (ids: readonly string[]): string[] => ids.filter((id) => !used.has(id));
  const items = row.items.map((item) => ({ ...item, discounts: left(item.discounts) }));
  return { ...row, discounts: left(row.discounts), items };
}
