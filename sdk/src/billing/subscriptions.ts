import type { Send } from '../transport/send.ts';
import type { CallOptions, WriteOptions } from '../types.ts';
import { pathSegment } from '../wire/answers.ts';
import { toSubscription } from '../wire/standing.ts';
import type { Subscription, WireSubscription } from '../wire/standing.ts';
import type { BillingCycle, Money } from './money.ts';

/** At once, or at the end of the period that is paid for. */
export type When = 'now' | 'period_end';

export interface ChangeInput {
  /** Slug of the plan. */
  readonly plan: string;
  readonly billingCycle: BillingCycle;
  /** All of them, the included ones too. */
  readonly seats?: number | undefined;
  readonly promotionCode?: string | undefined;
  /** More is to be had `now`, less only at `period_end`: nothing is credited. */
  readonly when: When;
}

export interface PreviewLine extends Money {
  readonly description: string;
}

export interface ChangePreview {
  readonly lines: readonly PreviewLine[];
  readonly subtotal: Money;
  readonly total: Money;
  /** What is charged when the change is carried out. */
  readonly amountDue: Money;
  /** ISO 8601 instant at which the change takes effect. */
  readonly effectiveAt: string;
  /** What each period costs from then on. */
  readonly recurring: Money & { readonly billingCycle: string };
  /** Not `applied` where the discount that there is takes more off, and stays. */
  readonly promotionCode: { readonly code: string; readonly applied: boolean } | null;
  /** Carries out exactly this; good for ten minutes. */
  readonly previewToken: string;
}

export interface SubscriptionChange {
  /** `payment_pending`: it happens as soon as the invoice at `url` is paid. */
  readonly status: 'done' | 'scheduled' | 'payment_pending' | (string & {});
  /** Stripe's page of the invoice that is open. */
  readonly url: string | null;
  /** As it stands after that; `null` where it has ended. */
  readonly subscription: Subscription | null;
}

export interface CancelInput {
  readonly when: When;
  /** What the customer says to it; it is kept. */
  readonly reason?: string | undefined;
}

/** The subscription that a user's account has; each rejects with `subscription_missing`. */
export interface Subscriptions {
  /** What a change would cost, to the cent. Changes nothing. */
  preview(user: string, input: ChangeInput, options?: CallOptions): Promise<ChangePreview>;
  /**
   * Carries out what was previewed. It happens once for a token, however often it is asked;
   * rejects with `preview_stale` when something has changed since.
   */
  change(
    user: string,
    input: Pick<ChangePreview, 'previewToken'>,
    options?: WriteOptions,
  ): Promise<SubscriptionChange>;
  /** Ends it, without credit for what is left of its period. */
  cancel(user: string, input: CancelInput, options?: WriteOptions): Promise<SubscriptionChange>;
  /** Undoes a cancellation or a change that is scheduled. */
  resume(user: string, options?: WriteOptions): Promise<SubscriptionChange>;
}

interface WirePreview {
  readonly lines: readonly { readonly description: string; readonly amount_minor: number }[];
  readonly currency: string;
  readonly subtotal_minor: number;
  readonly total_minor: number;
  readonly amount_due_minor: number;
  readonly effective_at: string;
  readonly recurring: {
    readonly amount_minor: number;
    readonly currency: string;
    readonly billing_cycle: string;
  };
  readonly promotion_code: { readonly code: string; readonly applied: boolean } | null;
  readonly preview_token: string;
}

interface WireChange {
  readonly status: string;
  readonly url: string | null;
  readonly subscription: WireSubscription | null;
}

function toPreview(wire: WirePreview): ChangePreview {
  const { currency, recurring } = wire;
  const money = (amountMinor: number): Money => ({ amountMinor, currency });
  return {
    lines: wire.lines.map(({ description, amount_minor: amountMinor }) => ({
      description,
      ...money(amountMinor),
    })),
    subtotal: money(wire.subtotal_minor),
    total: money(wire.total_minor),
    amountDue: money(wire.amount_due_minor),
    effectiveAt: wire.effective_at,
    recurring: {
      amountMinor: recurring.amount_minor,
      currency: recurring.currency,
      billingCycle: recurring.billing_cycle,
    },
    promotionCode: wire.promotion_code,
    previewToken: wire.preview_token,
  };
}

export function subscriptionsOf(send: Send): Subscriptions {
  async function ask<Answer>(
    user: string,
    deed: string,
    options: WriteOptions & { readonly body?: unknown },
  ): Promise<Answer> {
    const path = `/v1/users/${pathSegment('user', user)}/subscription/${deed}`;
    return send<Answer>('POST', path, { ...options, waitsForStripe: true });
  }
  async function askForChange(...asked: Parameters<typeof ask>): Promise<SubscriptionChange> {
    const { status, url, subscription } = await ask<WireChange>(...asked);
    return { status, url, subscription: subscription && toSubscription(subscription) };
  }
  return {
    preview: async (user, { billingCycle, promotionCode, ...input }, options) => {
      const { plan, seats, when } = input;
      const terms = { billing_cycle: billingCycle, seats, promotion_code: promotionCode };
      const body = { plan, ...terms, when };
      return toPreview(await ask<WirePreview>(user, 'preview', { ...options, body }));
    },
    change: (user, { previewToken }, options) =>
      askForChange(user, 'change', { ...options, body: { preview_token: previewToken } }),
    cancel: (user, { when, reason }, options) =>
      askForChange(user, 'cancel', { ...options, body: { when, reason } }),
    resume: (user, options = {}) => askForChange(user, 'resume', options),
  };
}
