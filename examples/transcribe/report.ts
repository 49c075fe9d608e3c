import type { Balance, Plan } from '@whisperforge/sdk';
import { FEATURE, type Refusal } from './transcribe-file.ts';

const BAR_WIDTH = 20;

/** Such as `[########------------] 24 of 60 minutes used, 36 left`. */
export function renderMeter({ used, limit, remaining }: Balance): string {
  if (limit === null) return `${minutes(used)} used, without a limit`;
  const filled = limit === 0 ? BAR_WIDTH : Math.min(BAR_WIDTH, (used / limit) * BAR_WIDTH);
  const bar = '#'.repeat(Math.floor(filled)).padEnd(BAR_WIDTH, '-');
  return `[${bar}] ${number(used)} of ${minutes(limit)} used, ${number(remaining ?? 0)} left`;
}

/** Says what is left, when it starts anew, and what would help. */
export function explainRefusal(refusal: Refusal, plans: readonly Plan[]): string[] {
  return [reasonOf(refusal), ...whenOf(refusal), upgradeOf(refusal, plans)];
}

/** Whether the user gets on by buying a plan, or by paying what is open. */
export function isMendedByPaying({ reason, upgrade }: Refusal): boolean {
  return upgrade !== null || reason === 'subscription_past_due';
}

function reasonOf({ reason, limit, remaining }: Refusal): string {
  switch (reason) {
    case 'quota_exceeded':
      return `${number(remaining ?? 0)} of ${minutes(limit ?? 0)} are left, which is not enough.`;
    case 'feature_not_in_plan':
      return 'Your plan does not include it.';
    case 'subscription_past_due':
      return 'Your last payment has failed.';
    case 'subscription_inactive':
      return 'Your subscription is not active.';
    case 'service_unavailable':
      return 'Nobody can say at the moment whether you may; please try again soon.';
    default:
      // The service may come to know reasons that this app does not.
      return `The reason is ${reason}.`;
  }
}

function whenOf({ reason, resetsAt }: Refusal): string[] {
  return reason !== 'quota_exceeded' || resetsAt === null
    ? []
    : [`They start anew on ${instant(resetsAt)}.`];
}

function upgradeOf({ upgrade }: Refusal, plans: readonly Plan[]): string {
  if (upgrade === null) return 'No plan on sale would allow it.';
  const plan = plans.find(({ slug }) => slug === upgrade);
  const limit = plan?.features.find(({ feature }) => feature === FEATURE)?.limit;
  const amount = limit == null ? 'unlimited minutes' : minutes(limit);
  const price = plan?.prices.find(({ billingCycle }) => billingCycle === 'monthly');
  const cost =
    price === undefined
      ? 'at a price to be agreed'
      : `for ${price.amount} ${price.currency.toUpperCase()}`;
  return `Plan ${upgrade} would allow it: ${amount} a month ${cost}.`;
}

export function minutes(amount: number): string {
  return `${number(amount)} ${amount === 1 ? 'minute' : 'minutes'}`;
}

function number(amount: number): string {
  return amount.toLocaleString('en', { maximumFractionDigits: 2 });
}

function instant(iso: string): string {
  const format = { dateStyle: 'long', timeStyle: 'short', timeZone: 'UTC' } as const;
  return `${new Intl.DateTimeFormat('en-GB', format).format(Date.parse(iso))} UTC`;
}
