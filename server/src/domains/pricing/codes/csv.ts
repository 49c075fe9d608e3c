// pure
import { formatInstant } from '@whisperforge/kernel/clock';
import { formatMoney, money } from '@whisperforge/kernel/money';
import { describeDuration, formatPercent, type Off } from '../rules/reduction.ts';
import { codeStateAt, type PromotionCode } from './promotion-code.ts';

const COLUMNS: readonly (readonly [string, (code: PromotionCode, nowMs: number) => string])[] = [
  ['code', ({ code }) => code],
  ['name', ({ name }) => name],
  ['batch', ({ batch }) => batch ?? ''],
  ['state', (code, nowMs) => codeStateAt(code, nowMs)],
  ['off', ({ reduction }) => describeOff(reduction.off)],
  ['duration', ({ reduction }) => describeDuration(reduction.duration)],
  ['plans', ({ conditions }) => listed(conditions.plans)],
  ['billing_cycles', ({ conditions }) => listed(conditions.billingCycles)],
  ['currencies', ({ conditions }) => listed(conditions.currencies)],
  ['countries', ({ conditions }) => listed(conditions.countries)],
  ['first_purchase_only', ({ conditions }) => (conditions.firstPurchaseOnly ? 'yes' : 'no')],
  ['stacking', ({ stacking }) => stacking],
  ['most_redemptions', ({ mostRedemptions }) => numbered(mostRedemptions)],
  ['most_per_account', ({ mostPerAccount }) => numbered(mostPerAccount)],
  ['taken', ({ taken }) => String(taken)],
  ['valid_from', ({ validFromMs }) => formatInstant(validFromMs)],
  ['expires_at', ({ expiresMs }) => instant(expiresMs)],
  ['ended_at', ({ endedMs }) => instant(endedMs)],
  ['created_at', ({ createdMs }) => formatInstant(createdMs)],
];

export function csvHeader(): string {
  return csvLine(COLUMNS.map(([name]) => name));
}

/** A code as a line of the table that `csvHeader` begins. */
export function csvOf(code: PromotionCode, nowMs: number): string {
  return csvLine(COLUMNS.map(([, valueOf]) => valueOf(code, nowMs)));
}

/**
 * Spreadsheets run what begins with one of these as a formula, so a quote goes before it
 * (https://owasp.org/www-community/attacks/CSV_Injection).
 */
const FORMULA = /^[\s\0]*[=+\-@]|^[\t\r\n]/;

/** One line by RFC 4180, its cells neutralised. */
export function csvLine(cells: readonly string[]): string {
  return `${cells.map(csvCell).join(',')}\r\n`;
}

function csvCell(text: string): string {
  const neutral = FORMULA.test(text) ? `'${text}` : text;
  return /[",\r\n]/.test(neutral) ? `"${neutral.replaceAll('"', '""')}"` : neutral;
}

export function describeOff(off: Off): string {
  if (off.kind === 'percent') return `${formatPercent(off.basisPoints)} %`;
  return [...off.amounts]
    .map(([currency, amount]) => `${formatMoney(money(amount, currency))} ${currency}`)
    .join(' ');
}

function listed(list: readonly string[] | null): string {
  return list?.join(' ') ?? '';
}

function numbered(count: number | null): string {
  return count === null ? '' : String(count);
}

function instant(ms: number | null): string {
  return ms === null ? '' : formatInstant(ms);
}
