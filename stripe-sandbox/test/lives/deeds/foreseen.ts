import type Stripe from 'stripe';
import { compare, foresee, mayBeDeclined, type Life } from '../living.ts';

/** What a preview and an update both take. */
export type Change = Pick<
  Stripe.InvoiceCreatePreviewParams.SubscriptionDetails & Stripe.SubscriptionUpdateParams,
  | 'billing_cycle_anchor'
  | 'cancel_at'
  | 'cancel_at_period_end'
  | 'proration_behavior'
  | 'proration_date'
  | 'trial_end'
> & { readonly items?: Stripe.SubscriptionUpdateParams.Item[] };

export interface Said {
  readonly change: Change;
  readonly payment_behavior?: Stripe.SubscriptionUpdateParams.PaymentBehavior;
}

/**
 * Changes a subscription. What that bills at once is what was foreseen of it; where it bills
 * nothing, the next invoice is foreseen before as it is foreseen afterwards.
 */
export async function changeAsForeseen(
  life: Life,
  subscription: Stripe.Subscription,
  { change, ...said }: Said,
): Promise<void> {
  const { stripe } = life;
  const { id, latest_invoice: latest } = subscription;
  const preview = await foresee(life, { subscription: id, subscription_details: change });
  const update = { ...change, ...said, expand: ['latest_invoice'] };
  const updated = await mayBeDeclined(() => stripe.subscriptions.update(id, update));
  if (updated === undefined) return;
  const invoice = updated.latest_invoice;
  if (invoice !== null && typeof invoice !== 'string' && invoice.id !== latest) {
    return compare(life, 'change', { preview, billed: invoice });
  }
  // One that has ended has no next invoice, and one that waits is as it was before.
  if (updated.ended_at !== null || updated.status === 'paused') return;
  if (updated.pending_update !== null) return;
  const billed = await foresee(life, { subscription: id });
  compare(life, 'same after the change', { preview, billed });
}
