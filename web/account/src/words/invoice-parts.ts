// pure
import { money } from '@whisperforge/kernel/money';
import { showMoney } from '../../../ui/money.ts';
import type { Invoice } from '../api/contract.ts';

type Parts = Pick<
  Invoice,
  'currency' | 'subtotal_minor' | 'discount_minor' | 'tax_minor' | 'credit_applied_minor'
>;

/** What lies between the lines of an invoice and what was due; nothing where they are the same. */
export function invoiceParts({ currency, ...invoice }: Parts): string[] {
  const show = (minor: number): string => showMoney(money(minor, currency));
  const credit = invoice.credit_applied_minor;
  const parts = [
    ...(invoice.discount_minor === 0 ? [] : [`Discount ${show(-invoice.discount_minor)}`]),
    ...(invoice.tax_minor === 0 ? [] : [`Tax ${show(invoice.tax_minor)}`]),
    ...(credit > 0 ? [`Credit applied ${show(-credit)}`] : []),
    ...(credit < 0 ? [`Balance ${show(-credit)}`] : []),
  ];
  return parts.length === 0 ? [] : [`Subtotal ${show(invoice.subtotal_minor)}`, ...parts];
}
