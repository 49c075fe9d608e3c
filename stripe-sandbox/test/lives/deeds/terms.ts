import type Stripe from 'stripe';
import { isIncomplete, mayBeDeclined, note, type Life } from '../living.ts';
import { changeAsForeseen } from './foreseen.ts';
import { advance } from './time.ts';

const DAY = 86_400;

/** Of a subscription, or of its customer for all that has none of its own. */
export async function changeDiscounts(
  life: Life,
  subscription: Stripe.Subscription,
): Promise<void> {
  const { stripe, random, setting, tally } = life;
  if (isIncomplete(subscription)) return advance(life);
  tally.add('deed', 'change discounts');
  const isTaken = random.oneIn(3);
  const coupon = random.pick(setting.coupons);
  if (random.oneIn(4)) {
    tally.add('discount of', 'customer');
    note(life, `discount of the customer ${isTaken ? 'taken away' : coupon}`);
    // The SDK's types have forgotten what the API still takes.
    const change: object = { coupon: isTaken ? '' : coupon };
    await stripe.customers.update(setting.customer, change);
    return;
  }
  tally.add('discount of', 'subscription');
  const discounts = isTaken ? '' : [{ coupon }];
  note(life, `discounts ${JSON.stringify(discounts)}`);
  await stripe.subscriptions.update(subscription.id, { discounts });
}

export async function endTrial(life: Life, subscription: Stripe.Subscription): Promise<void> {
  if (subscription.status !== 'trialing') return startTrial(life, subscription);
  life.tally.add('deed', 'end the trial');
  note(life, 'end the trial');
  life.resets.add(subscription.id);
  await changeAsForeseen(life, subscription, { change: { trial_end: 'now' } });
}

/** A trial that is given later, or made longer. */
async function startTrial(life: Life, subscription: Stripe.Subscription): Promise<void> {
  const { random, tally } = life;
  if (subscription.status !== 'active' || !random.oneIn(2)) return advance(life);
  tally.add('deed', 'start a trial');
  life.resets.add(subscription.id);
  const proration_behavior = random.pick(['create_prorations', 'none'] as const);
  tally.add('proration_behavior', proration_behavior);
  const change = { trial_end: life.now + 1 + random.below(20 * DAY), proration_behavior };
  note(life, `trial ${JSON.stringify(change)}`);
  await changeAsForeseen(life, subscription, { change });
}

export async function pauseCollection(
  life: Life,
  subscription: Stripe.Subscription,
): Promise<void> {
  const { stripe, random, tally } = life;
  if (isIncomplete(subscription)) return advance(life);
  tally.add('deed', 'pause collection');
  const isPaused = subscription.pause_collection !== null;
  const behavior = random.pick(['keep_as_draft', 'mark_uncollectible', 'void'] as const);
  const until = random.oneIn(3) ? { resumes_at: life.now + 1 + random.below(90 * DAY) } : {};
  tally.add('pause collection', isPaused ? 'ended' : behavior);
  if (!isPaused && 'resumes_at' in until) tally.add('pause collection', 'until an instant');
  const wanted = isPaused ? ('' as const) : { behavior, ...until };
  note(life, `pause collection ${JSON.stringify(wanted)}`);
  await stripe.subscriptions.update(subscription.id, { pause_collection: wanted });
}

export async function pause(life: Life, subscription: Stripe.Subscription): Promise<void> {
  const { stripe, random, tally } = life;
  if (!['active', 'past_due', 'trialing'].includes(subscription.status)) return advance(life);
  tally.add('deed', 'pause');
  const kind = random.pick(['credited', 'invoiced', 'not credited'] as const);
  tally.add('pause', kind);
  note(life, `pause, ${kind}`);
  life.resets.add(subscription.id);
  await stripe.subscriptions.pause(subscription.id, {
    bill_for: { unused_time_from: { type: kind === 'not credited' ? 'none' : 'now' } },
    invoicing_behavior: kind === 'invoiced' ? 'invoice' : 'pending_invoice_item',
  });
}

export async function resume(life: Life, subscription: Stripe.Subscription): Promise<void> {
  const { stripe, random, tally } = life;
  tally.add('deed', 'resume');
  const anchor = random.pick(['now', 'unchanged'] as const);
  tally.add('resume', anchor);
  const isOnPayment = random.oneIn(3);
  if (isOnPayment) tally.add('resume', 'on payment');
  const proration_behavior = random.pick(['always_invoice', 'create_prorations', 'none'] as const);
  const said: Stripe.SubscriptionResumeParams = {
    billing_cycle_anchor: { type: anchor },
    payment_behavior: isOnPayment ? 'resume_on_payment_success' : 'resume_on_payment_attempt',
    ...(anchor === 'now' ? {} : { proration_behavior }),
  };
  note(life, `resume ${JSON.stringify(said)}`);
  life.resets.add(subscription.id);
  await mayBeDeclined(() => stripe.subscriptions.resume(subscription.id, said));
}
