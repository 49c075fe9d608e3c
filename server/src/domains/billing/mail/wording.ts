// pure
import { formatMoney, money } from '@whisperforge/kernel/money';
import { planVersion, type Catalog } from '../../plans/index.ts';
import type { MailAmount, PlanChoice } from './mail-data.ts';

/** An amount with its currency: `182.40 USD`. */
export function sayAmount({ amountMinor, currency }: MailAmount): string {
  return `${formatMoney(money(amountMinor, currency))} ${currency.toUpperCase()}`;
}

/** An instant with its zone: `12 March 2026 at 09:30 UTC`. */
export function sayInstant(ms: number, zone: string): string {
  return new Intl.DateTimeFormat('en-GB', {
    day: 'numeric',
    month: 'long',
    year: 'numeric',
    hour: '2-digit',
    minute: '2-digit',
    timeZone: zone,
    timeZoneName: 'short',
  }).format(ms);
}

/** The zone that somebody names, or else UTC. */
export function zoneOf(said: unknown): string {
  if (typeof said !== 'string') return 'UTC';
  try {
    return new Intl.DateTimeFormat('en-GB', { timeZone: said }).resolvedOptions().timeZone;
  } catch (error) {
    if (error instanceof RangeError) return 'UTC';
    throw error;
  }
}

export function planName(catalog: Catalog, planId: number): string {
  return planVersion(catalog, planId).name;
}

/** Such as `Business, yearly, 7 seats`. */
export function sayChoice(catalog: Catalog, choice: PlanChoice): string {
  const seats = choice.seats > 1 ? [`${choice.seats} seats`] : [];
  return [planName(catalog, choice.planId), choice.billingCycle, ...seats].join(', ');
}
