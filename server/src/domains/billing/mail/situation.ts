// pure
import { DAY_MS } from '@whisperforge/kernel/period';
import type { EffectivePlan } from '../../entitlements/index.ts';
import type { Catalog, PlanVersion } from '../../plans/index.ts';
import type { RecordedSubscription } from '../../subscriptions/index.ts';
import type { ListedInvoice } from '../invoices/invoice.ts';
import { sayInstant } from './wording.ts';

/** How things stand when a mail is sent: what it says is made of this. */
export interface Situation {
  readonly nowMs: number;
  readonly account: {
    readonly id: number;
    /** The app's own id of who owns it. */
    readonly user: string;
    readonly email: string;
    readonly name: string | null;
    readonly zone: string;
  };
  /** The invoice that the mail names. */
  readonly invoice: ListedInvoice | null;
  /** The account's live subscription. */
  readonly subscription: RecordedSubscription | null;
  /** The plan in force, and why it is less than the one subscribed to. */
  readonly effective: EffectivePlan;
  /** The plan of those who bought none. */
  readonly defaultPlan: PlanVersion;
  readonly catalog: Catalog;
  readonly graceDays: number;
  readonly accountUrl: string;
}

/** An instant for the reader. */
export function when(situation: Situation, ms: number): string {
  return sayInstant(ms, situation.account.zone);
}

/** The subscription that a mail is about, if it is the one that lives. */
export function liveOf(situation: Situation, subscriptionId: string): RecordedSubscription | null {
  const { subscription } = situation;
  return subscription?.stripeSubscriptionId === subscriptionId ? subscription : null;
}

/** Until when access is kept though a payment is owed; `null` where none is, or nobody knows. */
export function graceEndMs({ subscription, graceDays }: Situation): number | null {
  if (subscription?.status !== 'past_due' || subscription.pastDueSinceMs === null) return null;
  return subscription.pastDueSinceMs + graceDays * DAY_MS;
}
