// pure
import type { Cycle, Quote } from '../api/contract.ts';
import { showInstant } from '../../../ui/dates.ts';
import { amountOf, showMoney } from '../../../ui/money.ts';

const DAY_MS = 86_400_000;
/** Longer than any cycle of its kind and shorter than two, so that calendars need not be known. */
const ONE_CYCLE_MS: Readonly<Record<Cycle, number>> = {
  monthly: 40 * DAY_MS,
  yearly: 400 * DAY_MS,
};

/**
 * What is paid from now on, a sentence for each amount. `Until 23 November 2027: $136.80` is one
 * payment; several of them are `$14.25 every month`.
 */
export function tellPayments(
  recurring: Quote['recurring'],
  { cycle, currency }: { readonly cycle: Cycle; readonly currency: string },
): string[] {
  const every = cycle === 'yearly' ? 'every year' : 'every month';
  return recurring.map(({ from, amount_minor: amountMinor }, index) => {
    const amount = showMoney(amountOf({ amount_minor: amountMinor, currency }));
    const next = recurring[index + 1];
    if (next === undefined) {
      const since = index === 0 ? `Renews at ${amount}` : `From ${showInstant(from)}: ${amount}`;
      return `${since} ${every}, until you cancel`;
    }
    const isOnce = Date.parse(next.from) - Date.parse(from) < ONE_CYCLE_MS[cycle];
    return `Until ${showInstant(next.from)}: ${amount}${isOnce ? '' : ` ${every}`}`;
  });
}
