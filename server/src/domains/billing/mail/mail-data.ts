// pure

/** What somebody is subscribed to, as far as a mail tells it. */
export interface PlanChoice {
  readonly planId: number;
  readonly billingCycle: 'monthly' | 'yearly';
  readonly seats: number;
}

export interface MailAmount {
  readonly amountMinor: number;
  readonly currency: string;
}

/** What happens because a payment failed, in the order in which it may. */
export type StepName =
  'payment_failed' | 'action_required' | 'grace_ending' | 'restricted' | 'recovered' | 'ended';

/**
 * What each kind of mail is about. It names facts, and repeats none that may change: what a mail
 * says is read when it is sent.
 */
export interface MailData {
  readonly payment_failed: { readonly invoiceId: string; readonly attempt: number };
  readonly payment_action_required: { readonly invoiceId: string };
  readonly grace_ending: { readonly subscriptionId: string; readonly owedSinceMs: number };
  readonly restricted: { readonly subscriptionId: string };
  readonly recovered: { readonly subscriptionId: string; readonly invoiceId: string | null };
  readonly trial_ending: { readonly subscriptionId: string; readonly trialEndMs: number };
  readonly subscription_started: { readonly subscriptionId: string };
  readonly plan_changed: {
    readonly subscriptionId: string;
    readonly from: PlanChoice;
    readonly to: PlanChoice;
  };
  readonly downgrade_scheduled: {
    readonly subscriptionId: string;
    readonly planId: number;
    readonly atMs: number;
  };
  readonly cancellation_scheduled: {
    readonly subscriptionId: string;
    readonly cancelAtMs: number;
  };
  readonly canceled: {
    readonly subscriptionId: string;
    readonly planId: number;
    /** Whether it ended while a payment was owed. */
    readonly isUnpaid: boolean;
  };
  readonly resumed: { readonly subscriptionId: string };
  readonly receipt: { readonly invoiceId: string };
  readonly pack_bought: {
    readonly packName: string;
    readonly paid: MailAmount;
    /** Where it has one, the mail links to it. */
    readonly invoiceId: string | null;
  };
  readonly overage_charged: {
    readonly featureName: string;
    /** How much was used beyond the limit, as people write it, such as `12.5 minutes`. */
    readonly used: string;
    readonly charged: MailAmount;
    readonly period: { readonly startMs: number; readonly endMs: number };
    readonly invoiceId: string | null;
  };
  readonly staff_dunning: {
    readonly step: StepName;
    readonly subscriptionId: string;
    readonly invoiceId: string | null;
    readonly attempt: number | null;
  };
  /** Something that goes on only when a person acts. */
  readonly staff_attention: { readonly title: string; readonly text: string };
}

export type MailKind = keyof MailData;

/** A mail to be sent, of any kind, with the data of that kind. */
export type NewMail = {
  readonly [K in MailKind]: {
    /** Made of what it tells; of two with one key the first is kept. */
    readonly key: string;
    readonly kind: K;
    readonly data: MailData[K];
    readonly accountId: number;
    /** A business instant: not to be sent earlier. */
    readonly dueMs: number;
  };
}[MailKind];

/** Staff are written to by kinds of their own, and customers by all others. */
export function audienceOf(kind: MailKind): 'customer' | 'staff' {
  return kind === 'staff_dunning' || kind === 'staff_attention' ? 'staff' : 'customer';
}
