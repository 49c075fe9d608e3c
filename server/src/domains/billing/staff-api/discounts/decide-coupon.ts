// pure
import { formatMoney, money } from '@whisperforge/kernel/money';
import { AppError } from '../../../../platform/errors.ts';
import { DISCOUNT_IMPOSSIBLE } from '../../errors.ts';
import type { NewCoupon } from '../../gateway/gateway.ts';

/** A discount as staff say it. */
export interface DiscountWish {
  readonly percentOff: number | null;
  readonly amountOffMinor: number | null;
  readonly currency: string | null;
  readonly months: number | null;
  readonly duration: 'once' | 'forever' | null;
}

/** Made of what it says, so that equal discounts are one coupon; no code or rule makes the same. */
export function decideCoupon(wish: DiscountWish): NewCoupon {
  const { months } = wish;
  if ((months === null) === (wish.duration === null)) {
    throw impossible('/months', 'Say for how long: either months, or a duration.');
  }
  const duration = wish.duration ?? 'repeating';
  const lasting = months === null ? duration : `${duration}_${months}`;
  const shared = { duration, durationInMonths: months } as const;
  const suffix = lastingText(wish);
  if (wish.percentOff !== null) {
    if (wish.amountOffMinor !== null || wish.currency !== null) throw notOne();
    const basisPoints = Math.round(wish.percentOff * 100);
    if (Math.abs(basisPoints - wish.percentOff * 100) > 1e-6) {
      throw impossible('/percent_off', 'A percent has at most two decimals.');
    }
    const id = `wf_staff_percent_${basisPoints}_${lasting}`;
    const name = `${wish.percentOff} % off${suffix}`;
    return { id, name, ...shared, percentOffBasisPoints: basisPoints, amountOff: null };
  }
  const { amountOffMinor: amountMinor, currency } = wish;
  if (amountMinor === null || currency === null) throw notOne();
  const id = `wf_staff_amount_${amountMinor}_${currency}_${lasting}`;
  const amount = `${formatMoney(money(amountMinor, currency))} ${currency.toUpperCase()}`;
  const name = `${amount} off${suffix}`;
  const amountOff = { amountMinor, currency };
  return { id, name, ...shared, percentOffBasisPoints: null, amountOff };
}

function lastingText({ months, duration }: DiscountWish): string {
  if (duration === 'forever') return '';
  if (duration === 'once') return ', once';
  return months === 1 ? ' for a month' : ` for ${months} months`;
}

function notOne(): AppError {
  return impossible('/percent_off', 'Say either a percent, or an amount with its currency.');
}

function impossible(field: string, message: string): AppError {
  return new AppError(DISCOUNT_IMPOSSIBLE, {
    message,
    fields: [{ field, message: 'is not as it can be' }],
  });
}
