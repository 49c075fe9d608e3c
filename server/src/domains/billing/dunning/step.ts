// pure
import { DAY_MS } from '@whisperforge/kernel/period';
import type { NewMail, StepName } from '../mail/mail-data.ts';

/** Something that happens because a payment failed; each key happens once. */
export interface DunningStep {
  readonly key: string;
  readonly step: StepName;
  readonly accountId: number;
  readonly subscriptionId: string;
  readonly invoiceId: string | null;
  /** Which attempt failed. */
  readonly attempt: number | null;
  /** Since when the payment is owed that it is about. */
  readonly owedSinceMs: number | null;
  /** When it happens: at once, or once time has come that far. */
  readonly dueMs: number;
}

/** How long before access is restricted the customer is told that it will be. */
export const NOTICE_MS = 2 * DAY_MS;

/** What listeners are told of each step. */
export const TOPICS: Readonly<Record<StepName, string>> = {
  payment_failed: 'billing.payment_failed',
  action_required: 'billing.payment_action_required',
  grace_ending: 'billing.grace_ending',
  restricted: 'billing.access_restricted',
  recovered: 'billing.payment_recovered',
  ended: 'billing.subscription_ended_unpaid',
};

export interface StepMailOptions {
  readonly nowMs: number;
  readonly hasStaff: boolean;
}

/** Who is written to at a step. The end of a subscription is told to its customer as such. */
export function mailsOf(step: DunningStep, { nowMs, hasStaff }: StepMailOptions): NewMail[] {
  const { key, accountId } = step;
  const staff: NewMail = {
    key: `staff:${key}`,
    kind: 'staff_dunning',
    accountId,
    dueMs: nowMs,
    data: {
      step: step.step,
      subscriptionId: step.subscriptionId,
      invoiceId: step.invoiceId,
      attempt: step.attempt,
    },
  };
  return [...customerMail(step, nowMs), ...(hasStaff ? [staff] : [])];
}

function customerMail(step: DunningStep, nowMs: number): NewMail[] {
  const { key, accountId, subscriptionId, invoiceId } = step;
  const base = { key, accountId, dueMs: nowMs };
  switch (step.step) {
    case 'payment_failed': {
      if (invoiceId === null) return [];
      const data = { invoiceId, attempt: step.attempt ?? 1 };
      return [{ ...base, kind: 'payment_failed', data }];
    }
    case 'action_required':
      if (invoiceId === null) return [];
      return [{ ...base, kind: 'payment_action_required', data: { invoiceId } }];
    case 'grace_ending': {
      if (step.owedSinceMs === null) return [];
      const data = { subscriptionId, owedSinceMs: step.owedSinceMs };
      return [{ ...base, kind: 'grace_ending', data }];
    }
    case 'restricted':
      return [{ ...base, kind: 'restricted', data: { subscriptionId } }];
    case 'recovered':
      return [{ ...base, kind: 'recovered', data: { subscriptionId, invoiceId } }];
    case 'ended':
      return [];
  }
}
