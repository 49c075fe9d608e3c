// pure
import { formatMoney, money, type Money } from '@whisperforge/kernel/money';

/**
 * The texts of these pages are English, so amounts and dates are written the English way, too:
 * that of the viewer's region. Some browsers name what is no language tag, such as `en-US@posix`.
 */
export function englishOf(languages: readonly string[]): string {
  return languages.find((language) => /^en(?:-[a-z]{2})?$/i.test(language)) ?? 'en-US';
}

const locale = englishOf(globalThis.navigator?.languages ?? []);

/**
 * An amount with its currency: `$182.40`, `¥1,900`, `KWD 5.000`. The digits go from the integer to
 * the text as a decimal string, so that no float is ever near them.
 */
export function showMoney(amount: Money, within = locale): string {
  return show(amount, {}, within);
}

/** The same for the headline of a price, where whole amounts stay short: `$19`, but `$182.40`. */
export function showPrice(amount: Money, within = locale): string {
  return show(amount, { trailingZeroDisplay: 'stripIfInteger' }, within);
}

/** An amount as the server sends it. */
export function amountOf(priced: {
  readonly amount_minor: number;
  readonly currency: string;
}): Money {
  return money(priced.amount_minor, priced.currency);
}

/** A price of one unit that may have a fraction of a minor unit: `2.5` cents is `$0.025`. */
export function showUnitPrice(minor: string, currency: string, within = locale): string {
  const [whole = '0', fraction = ''] = minor.split('.');
  const exact = formatMoney(money(Number(whole), currency));
  const digits = (exact.split('.')[1] ?? '') + fraction.replace(/0+$/, '');
  const major = exact.split('.')[0] ?? '0';
  const text = digits === '' ? major : `${major}.${digits}`;
  return format(text, currency, { minimumFractionDigits: digits.length }, within);
}

function show(amount: Money, options: Intl.NumberFormatOptions, within: string): string {
  const text = formatMoney(amount);
  const decimals = text.split('.')[1]?.length ?? 0;
  return format(text, amount.currency, { minimumFractionDigits: decimals, ...options }, within);
}

function format(
  text: string,
  currency: string,
  options: Intl.NumberFormatOptions,
  within: string,
): string {
  const style = { style: 'currency', currency: currency.toUpperCase() } as const;
  const decimals = text.split('.')[1]?.length ?? 0;
  const shape = { ...style, maximumFractionDigits: decimals, ...options };
  return new Intl.NumberFormat(within, shape).format(text as Intl.StringNumericLiteral);
}
