// pure
import { formatMoney, money } from '@whisperforge/kernel/money';
import { amountOf, showMoney, showUnitPrice } from '../../../ui/money.ts';

const NOTHING = '–';
const count = new Intl.NumberFormat('en', { maximumFractionDigits: 2 });
const compact = new Intl.NumberFormat('en', { notation: 'compact', maximumFractionDigits: 1 });

export interface Told {
  readonly unit: string;
  /** What money is in. */
  readonly currency: string;
}

/** A figure as it is read: `$1,234.50`, `3.1 %`, `2.4 ×`, `17`. */
export function showFigure(value: number | null | undefined, { unit, currency }: Told): string {
  if (value === null || value === undefined) return NOTHING;
  switch (unit) {
    case 'money':
      return showMoney(amountOf({ amount_minor: value, currency }));
    case 'unit_money':
      return showSmallMoney(value, currency);
    case 'share':
      return `${count.format(Math.round(value * 1_000) / 10)} %`;
    case 'ratio':
      return `${count.format(value)} ×`;
    case 'months':
    case 'hours':
      return `${count.format(value)} ${unit}`;
    case 'milliseconds':
      return `${count.format(value)} ms`;
    default:
      return count.format(value);
  }
}

/** Below so many minor units parts of one are worth telling: what a minute costs, not a month. */
const SMALL_MONEY = 100;
const SMALL_DIGITS = 4;

function showSmallMoney(value: number, currency: string): string {
  if (Math.abs(value) >= SMALL_MONEY) {
    return showMoney(amountOf({ amount_minor: Math.round(value), currency }));
  }
  return showUnitPrice(Number(value.toPrecision(SMALL_DIGITS)).toFixed(4), currency);
}

/** The same in few letters, for the side of a chart. */
export function showTick(value: number, { unit, currency }: Told): string {
  if (unit === 'money' || unit === 'unit_money') {
    const isSmall = value !== 0 && Math.abs(value) < SMALL_MONEY;
    if (isSmall && unit === 'unit_money') return showSmallMoney(value, currency);
    const whole = Number(formatMoney(money(Math.round(value), currency)));
    const style = { style: 'currency', currency: currency.toUpperCase() } as const;
    const shape = { ...style, notation: 'compact', maximumFractionDigits: 1 } as const;
    return new Intl.NumberFormat('en', { ...shape, minimumFractionDigits: 0 }).format(whole);
  }
  if (unit === 'share') return `${count.format(Math.round(value * 1_000) / 10)} %`;
  return compact.format(value);
}

/** How far an axis goes where there is nothing on it: a unit of money, all of a share. */
export function leastOf(unit: string): number {
  if (unit === 'money' || unit === 'unit_money') return 400;
  return unit === 'share' ? 1 : 4;
}

/** What a unit is called beside a title. */
export function unitName({ unit, currency }: Told): string {
  switch (unit) {
    case 'money':
    case 'unit_money':
      return currency.toUpperCase();
    case 'share':
      return 'percent';
    case 'ratio':
      return 'times';
    case 'count':
      return 'number';
    default:
      return unit;
  }
}

/** `+12.5 % against before`; of shares the difference in points. */
export function showChange(
  now: number | null | undefined,
  before: number | null | undefined,
  unit: string,
): string | undefined {
  if (now === null || now === undefined || before === null || before === undefined) {
    return undefined;
  }
  const sign = (value: number): string => (value > 0 ? '+' : '');
  if (unit === 'share') {
    const points = Math.round((now - before) * 1_000) / 10;
    const name = Math.abs(points) === 1 ? 'point' : 'points';
    return `${sign(points)}${count.format(points)} ${name}`;
  }
  if (before === 0) return undefined;
  const percent = Math.round(((now - before) / Math.abs(before)) * 1_000) / 10;
  return `${sign(percent)}${count.format(percent)} %`;
}
