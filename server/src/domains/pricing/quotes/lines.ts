// pure
import { AppError } from '../../../platform/errors.ts';
import { QUOTE_TOO_LARGE } from '../errors.ts';
import type { LinePrice, QuoteLine } from './quote.ts';

/** What Stripe charges at once has at most twelve digits in any currency. */
const MOST_MINOR = 999_999_999_999;

/** A line of something that has a price. */
export function line(
  of: Pick<QuoteLine, 'kind' | 'description' | 'quantity' | 'source'> & {
    readonly price: LinePrice;
  },
): QuoteLine {
  const { unitAmountMinor } = of.price;
  return { ...of, unitAmountMinor, amountMinor: unitAmountMinor * of.quantity };
}

export function sumOf(lines: readonly QuoteLine[]): number {
  const sum = lines.reduce((known, { amountMinor }) => known + amountMinor, 0);
  const isExact = lines.every(({ amountMinor }) => Number.isSafeInteger(amountMinor));
  if (isExact && sum <= MOST_MINOR) return sum;
  throw new AppError(QUOTE_TOO_LARGE, { message: 'That is more than can be charged at once.' });
}
