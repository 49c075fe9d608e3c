import type Stripe from 'stripe';
import { compare, foresee, isIncomplete, note, type Life } from '../living.ts';
import { changeAsForeseen, type Change } from './foreseen.ts';
import { advance } from './time.ts';

export async function scheduleCancel(life: Life, subscription: Stripe.Subscription): Promise<void> {
  if (isIncomplete(subscription)) return advance(life);
  const { tally, random } = life;
  const { cancel_at: at, cancel_at_period_end: isAtEnd } = subscription;
  const isStaying = isAtEnd || at !== null;
  tally.add('deed', isStaying ? 'do not cancel' : 'schedule a cancellation');
  const proration_behavior = random.pick([
    'always_invoice',
    'create_prorations',
    'create_prorations',
    'none',
  ] as const);
  tally.add('proration_behavior', proration_behavior);
  const stay: Change = isAtEnd ? { cancel_at_period_end: false } : { cancel_at: '' };
  const change = { ...(isStaying ? stay : drawEnd(life)), proration_behavior };
  note(life, `schedule ${JSON.stringify(change)}`);
  await changeAsForeseen(life, subscription, { change });
}

function drawEnd({ random, setting, tally, now }: Life): Change {
  switch (random.below(6)) {
    case 0:
      tally.add('cancel', 'min_period_end');
      return { cancel_at: 'min_period_end' };
    case 1:
      tally.add('cancel', 'max_period_end');
      return { cancel_at: 'max_period_end' };
    case 2:
    case 3:
      tally.add('cancel', 'at an instant');
      return { cancel_at: now + 1 + random.below(3 * setting.intervalSeconds) };
    default:
      tally.add('cancel', 'at period end');
      return { cancel_at_period_end: true };
  }
}

/** Ends a subscription at once; what that bills is what was foreseen of it. */
export async function cancel(life: Life, subscription: Stripe.Subscription): Promise<void> {
  const { stripe, random, tally } = life;
  const { id, latest_invoice: latest } = subscription;
  if (isIncomplete(subscription)) {
    if (!random.oneIn(3)) return advance(life);
    tally.add('deed', 'cancel');
    tally.add('cancel', 'before the first payment');
    note(life, 'cancel what was not paid');
    await stripe.subscriptions.cancel(id);
    return;
  }
  if (!random.oneIn(3)) return advance(life);
  tally.add('deed', 'cancel');
  const said = { prorate: random.oneIn(2), invoice_now: random.oneIn(2) };
  tally.add('cancel', kindOf(said));
  note(life, `cancel ${JSON.stringify(said)}`);
  const subscription_details = {
    cancel_now: true,
    proration_behavior: said.prorate ? 'create_prorations' : 'none',
  } as const;
  const preview = await foresee(life, { subscription: id, subscription_details });
  const canceled = await stripe.subscriptions.cancel(id, { ...said, expand: ['latest_invoice'] });
  if (!said.invoice_now) return;
  const invoice = canceled.latest_invoice;
  const isBilled = invoice !== null && typeof invoice !== 'string' && invoice.id !== latest;
  compare(life, 'cancellation', { preview, billed: isBilled ? invoice : 'none' });
}

function kindOf({ prorate, invoice_now }: { prorate: boolean; invoice_now: boolean }) {
  if (prorate) return invoice_now ? 'at once, prorated and billed' : 'at once, prorated';
  return invoice_now ? 'at once, billed' : 'at once';
}
