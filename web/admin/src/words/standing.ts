// pure
import { showDay, showInstant } from '../../../ui/dates.ts';
import { amountOf, showMoney } from '../../../ui/money.ts';
import type { Discount, Standing } from '../api/contract/money.ts';
import { showCount, spoken } from './quantities.ts';

/** How a subscription stands, in words by what they are about, to be held against another. */
export function tellStanding(standing: Standing): Readonly<Record<string, string>> {
  const { subscription, trial_end: trialEnd, discounts } = standing;
  return {
    plan: spoken(standing.plan),
    status: standing.status === 'none' ? '' : spoken(standing.status),
    paid_for: subscription === null ? '' : `${subscription.name}, version ${subscription.version}`,
    ends: dated(subscription?.cancel_at),
    changes: dated(subscription?.changes_at),
    trial_ends: dated(trialEnd),
    pause_ends: dated(standing.resumes_at),
    discounts: discounts.map(tellDiscount).join('; '),
  };
}

function dated(at: string | null | undefined): string {
  return at === null || at === undefined ? '' : showInstant(at);
}

/** `25 % off until 10 Jun 2026`. */
export function tellDiscount(discount: Discount): string {
  return `${amountOff(discount)} off${lasting(discount)}`;
}

function amountOff({ percent_off: percent, amount_off_minor: minor, currency }: Discount): string {
  if (percent !== null) return `${showCount(percent)} %`;
  if (minor === null || currency === null) return 'Something';
  return showMoney(amountOf({ amount_minor: minor, currency }));
}

function lasting({ duration, ends_at: end }: Discount): string {
  if (duration === 'once') return ' once';
  return end === null ? ' forever' : ` until ${showDay(end)}`;
}
