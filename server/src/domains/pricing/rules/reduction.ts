// pure
import { assert } from '@whisperforge/kernel/assert';
import { formatMoney, money } from '@whisperforge/kernel/money';

export const ALL_BASIS_POINTS = 10_000;

export type Off =
  /** From 1 to 10,000: Stripe keeps two decimals of a percent. */
  | { readonly kind: 'percent'; readonly basisPoints: number }
  /** In minor units by currency; in any other it takes nothing off. */
  | { readonly kind: 'amounts'; readonly amounts: ReadonlyMap<string, number> };

export type Duration =
  | { readonly kind: 'once' }
  | { readonly kind: 'repeating'; readonly months: number }
  | { readonly kind: 'forever' };

/** What is taken off the price, and off which payments. */
export interface Reduction {
  readonly off: Off;
  readonly duration: Duration;
}

/** What is taken off in one currency. */
export type FixedOff =
  | { readonly kind: 'percent'; readonly basisPoints: number }
  | { readonly kind: 'amount'; readonly amountMinor: number };

export function offIn(off: Off, currency: string): FixedOff | undefined {
  if (off.kind === 'percent') return off;
  const amountMinor = off.amounts.get(currency);
  return amountMinor === undefined ? undefined : { kind: 'amount', amountMinor };
}

export function isSameDuration(first: Duration, second: Duration): boolean {
  if (first.kind !== second.kind) return false;
  return first.kind !== 'repeating' || first.months === (second as typeof first).months;
}

/**
 * Several reductions as one: percents of the full price are added, 20 % and 10 % being 30 %, and
 * so are amounts. `undefined` where no single coupon says the same.
 */
export function addOffs(offs: readonly FixedOff[]): FixedOff | undefined {
  const [first] = offs;
  assert(first !== undefined, 'there is something to add');
  if (first.kind === 'percent') {
    let basisPoints = 0;
    for (const off of offs) {
      if (off.kind !== 'percent') return undefined;
      basisPoints += off.basisPoints;
    }
    return basisPoints > ALL_BASIS_POINTS ? undefined : { kind: 'percent', basisPoints };
  }
  let amountMinor = 0;
  for (const off of offs) {
    if (off.kind !== 'amount') return undefined;
    amountMinor += off.amountMinor;
  }
  return { kind: 'amount', amountMinor };
}

/** 2,050 basis points as `20.5`. */
export function formatPercent(basisPoints: number): string {
  const digits = String(basisPoints).padStart(3, '0');
  const decimals = digits.slice(-2).replace(/0+$/, '');
  return `${digits.slice(0, -2)}${decimals === '' ? '' : `.${decimals}`}`;
}

export function describeOff(off: FixedOff, currency: string): string {
  if (off.kind === 'percent') return `${formatPercent(off.basisPoints)} % off`;
  return `${formatMoney(money(off.amountMinor, currency))} ${currency.toUpperCase()} off`;
}

export function describeDuration(duration: Duration): string {
  switch (duration.kind) {
    case 'once':
      return 'once';
    case 'repeating':
      return duration.months === 1 ? 'for 1 month' : `for ${duration.months} months`;
    case 'forever':
      return 'forever';
  }
}
