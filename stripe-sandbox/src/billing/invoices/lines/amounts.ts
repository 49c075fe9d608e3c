import type { Tx } from '../../../engine/transaction.ts';
import { amountFrom } from '../../../money/decimal.ts';
import { discountLines } from '../../../money/discount-lines.ts';
import { findPrice } from '../../../catalogue/price.ts';
import { getDiscount } from '../../../catalogue/discounts/discount.ts';
import type { DiscountAmount, InvoiceRow, LineDraft } from '../rows.ts';

/** What the lines of an invoice come to. */
export interface Amounts {
  /** Of each line, what each discount takes off. */
  readonly byLine: readonly (readonly DiscountAmount[])[];
  /** The lines less the discounts of single lines. */
  readonly subtotal: number;
  readonly total: number;
  /** Of all lines together, what each discount takes off. */
  readonly discountAmounts: readonly DiscountAmount[];
}

type Discountable = Pick<LineDraft, 'amount' | 'price' | 'isDiscountable' | 'discounts'>;

/**
 * Takes the discounts of single lines off first, and those of the invoice off what is left: two
 * lines of 10.00, the first with half off, less 10 % of the invoice, are 15.00 and come to 13.50.
 */
export function amountsOf(
  tx: Tx,
  lines: readonly Discountable[],
  { discounts, currency }: Pick<InvoiceRow, 'currency' | 'discounts'>,
): Amounts {
  const own = lines.map((line) => spread(tx, [line], { discounts: line.discounts, currency })[0]!);
  const left = lines.map((line, index) => ({ ...line, amount: line.amount - sum(own[index]!) }));
  const ofInvoice = spread(tx, left, { discounts, currency });
  const byLine = own.map((amounts, index) => [...amounts, ...ofInvoice[index]!]);
  const subtotal = amountFrom(left.reduce((total, line) => total + BigInt(line.amount), 0n));
  const total = subtotal - ofInvoice.reduce((all, amounts) => all + sum(amounts), 0);
  return { byLine, subtotal, total, discountAmounts: perDiscount(byLine.flat(), discounts) };
}

function spread(
  tx: Tx,
  lines: readonly Discountable[],
  { discounts, currency }: Pick<InvoiceRow, 'currency' | 'discounts'>,
): DiscountAmount[][] {
  if (discounts.length === 0) return lines.map(() => []);
  const asked = lines.map(({ amount, price, isDiscountable }) => {
    const productId = price === null ? null : findPrice(tx, price).product;
    return { amount, productId, isDiscountable };
  });
  const rows = discounts.map((id) => getDiscount(tx, id));
  return discountLines(asked, rows, currency).map((amounts) =>
    amounts.map(({ discountId, amount }) => ({ discount: discountId, amount })),
  );
}

function sum(amounts: readonly DiscountAmount[]): number {
  return amounts.reduce((total, { amount }) => total + amount, 0);
}

/** Each discount of the invoice is named, also where it takes nothing off. */
function perDiscount(
  amounts: readonly DiscountAmount[],
  ofInvoice: readonly string[],
): DiscountAmount[] {
  const totals = new Map(ofInvoice.map((id) => [id, 0]));
  for (const { discount, amount } of amounts) {
    totals.set(discount, (totals.get(discount) ?? 0) + amount);
  }
  return Array.from(totals, ([discount, amount]) => ({ discount, amount }));
}

/** What is to be paid, and what stays with the customer's balance. */
export interface Settlement {
  readonly amountDue: number;
  readonly endingBalance: number;
  /** Too little to be charged: it is owed with the next invoice instead. */
  readonly isTooSmall: boolean;
}

/**
 * Sets a total against the customer's balance: 20.00 with a credit of 5.00 leaves 15.00 to be paid,
 * and with a credit of 25.00 nothing, and a credit of 5.00.
 *
 * @param balance negative where the customer has credit
 * @param leastCharge the smallest amount that can be charged in the currency
 */
export function settle(total: number, balance: number, leastCharge: number): Settlement {
  const due = total + balance;
  if (due <= 0) return { amountDue: 0, endingBalance: due, isTooSmall: false };
  if (due < leastCharge) return { amountDue: 0, endingBalance: due, isTooSmall: true };
  return { amountDue: due, endingBalance: 0, isTooSmall: false };
}
