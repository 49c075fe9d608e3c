// pure
import { formatMoney } from '@whisperforge/kernel/money';
import { amountOf } from '../../../../ui/money.ts';
import type { UserRow } from '../../api/contract/users.ts';

const HEAD = ['user', 'email', 'name', 'plan', 'status', 'mrr', 'currency', 'created_at'];

/** The rows as a spreadsheet reads them, which takes no cell for a formula. */
export function csvOf(rows: readonly UserRow[]): string {
  const lines = rows.map(({ user, email, name, plan, status, mrr, created_at: createdAt }) => {
    const amount = mrr === null ? '' : formatMoney(amountOf(mrr));
    return [user, email, name, plan, status, amount, mrr?.currency, createdAt];
  });
  return [HEAD, ...lines].map((line) => `${line.map(cell).join(',')}\r\n`).join('');
}

function cell(value: string | null | undefined): string {
  const text = value ?? '';
  const safe = /^[=+\-@\t\r]/.test(text) ? `'${text}` : text;
  return /[",\r\n]/.test(safe) ? `"${safe.replaceAll('"', '""')}"` : safe;
}
