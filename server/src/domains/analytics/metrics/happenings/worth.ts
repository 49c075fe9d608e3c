// pure
import { fraction, multiplyFractions, type Fraction } from '@whisperforge/kernel/fraction';
import type { RateTable } from '../rates.ts';

/** What an amount was worth in the reporting currency on a day. */
export interface Worth {
  readonly of: (amountMinor: number) => Fraction;
  readonly carried?: string;
  readonly missing?: string;
}

export function worthOn(rates: RateTable, currency: string, day: string): Worth {
  const rate = rates.rateOn(currency, day);
  if (rate === null) return { of: () => fraction(0n), missing: currency };
  const of = (amountMinor: number) =>
    multiplyFractions(fraction(BigInt(amountMinor)), rate.perMinorUnit);
  return rate.isCarried ? { of, carried: currency } : { of };
}
