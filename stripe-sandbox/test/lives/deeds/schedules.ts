import type Stripe from 'stripe';
import { idOf } from '../ids.ts';
import { isIncomplete, mayBeDeclined, note, type Life } from '../living.ts';
import { advance } from './time.ts';

type Phase = Stripe.SubscriptionScheduleUpdateParams.Phase;
type NewPhase = Stripe.SubscriptionScheduleCreateParams.Phase;

/** A schedule takes ten, of which two may be new. */
const MOST_PHASES = 8;

/** Lets phases of a schedule decide what a subscription has when. */
export async function schedule(life: Life, subscription: Stripe.Subscription): Promise<void> {
  const { stripe, random, tally } = life;
  if (subscription.schedule !== null) return changeSchedule(life, idOf(subscription.schedule));
  const isFree = subscription.cancel_at === null && subscription.pending_update === null;
  if (isIncomplete(subscription) || subscription.status === 'paused' || !isFree) {
    return advance(life);
  }
  tally.add('deed', 'schedule');
  life.resets.add(subscription.id);
  if (random.oneIn(3)) return scheduleAnother(life);
  tally.add('schedule', 'from a subscription');
  note(life, 'schedule from the subscription');
  const { id, phases } = await stripe.subscriptionSchedules.create({
    from_subscription: subscription.id,
  });
  await addPhases(life, id, phases);
}

/** Keeps what there is until the phase that it is in ends, and lets others follow. */
async function addPhases(
  life: Life,
  id: string,
  phases: readonly Stripe.SubscriptionSchedule.Phase[],
): Promise<void> {
  const { stripe, random, tally, now } = life;
  const current = phases.filter(({ end_date }) => end_date > now).map(asParams);
  const said: Stripe.SubscriptionScheduleUpdateParams = {
    end_behavior: random.pick(['release', 'release', 'cancel'] as const),
    phases: [...current, drawPhase(life), ...(random.oneIn(2) ? [drawPhase(life)] : [])],
    proration_behavior: 'none',
  };
  tally.add('schedule', 'changed');
  note(life, `schedule ${JSON.stringify(said)}`);
  await mayBeDeclined(() => stripe.subscriptionSchedules.update(id, said));
}

function asParams({ start_date, end_date, items }: Stripe.SubscriptionSchedule.Phase): Phase {
  return {
    start_date,
    end_date,
    items: items.map(({ price, quantity }) => ({
      price: idOf(price),
      ...(quantity === undefined ? {} : { quantity }),
    })),
    proration_behavior: 'none',
  };
}

function drawPhase({ random, setting, tally }: Life): NewPhase {
  const proration_behavior = random.pick(['always_invoice', 'create_prorations', 'none'] as const);
  tally.add('proration_behavior', proration_behavior);
  const interval = random.pick(['day', 'week', 'month'] as const);
  return {
    items: [{ price: random.pick(setting.prices), quantity: 1 + random.below(9) }],
    duration: { interval, interval_count: 1 + random.below(interval === 'month' ? 3 : 20) },
    proration_behavior,
    ...(random.oneIn(3) ? { billing_cycle_anchor: 'phase_start' } : {}),
    ...(random.oneIn(4) ? { discounts: [{ coupon: random.pick(setting.coupons) }] } : {}),
  };
}

async function scheduleAnother(life: Life): Promise<void> {
  const { stripe, random, setting, tally } = life;
  tally.add('schedule', 'of its own');
  life.hasSeveral = true;
  const params: Stripe.SubscriptionScheduleCreateParams = {
    customer: setting.customer,
    start_date: random.oneIn(2) ? 'now' : life.now + 1 + random.below(setting.intervalSeconds),
    end_behavior: random.pick(['release', 'cancel'] as const),
    phases: [drawPhase(life), drawPhase(life)],
  };
  note(life, `schedule ${JSON.stringify(params)}`);
  await mayBeDeclined(() => stripe.subscriptionSchedules.create(params));
}

async function changeSchedule(life: Life, id: string): Promise<void> {
  const { stripe, random, tally } = life;
  const { status, phases } = await stripe.subscriptionSchedules.retrieve(id);
  if (status !== 'active') return advance(life);
  tally.add('deed', 'schedule');
  switch (random.below(4)) {
    case 0:
      tally.add('schedule', 'released');
      note(life, 'release the schedule');
      await stripe.subscriptionSchedules.release(id);
      return;
    case 1:
      tally.add('schedule', 'canceled');
      note(life, 'cancel the schedule');
      await stripe.subscriptionSchedules.cancel(id, {
        invoice_now: random.oneIn(2),
        prorate: random.oneIn(2),
      });
      return;
    default:
      if (phases.length > MOST_PHASES) return advance(life);
      await addPhases(life, id, phases);
  }
}
