import type Stripe from 'stripe';
import { compare, foresee, mayBeDeclined, note, type Life } from '../living.ts';

type Params = Stripe.SubscriptionCreateParams;

const DAY = 86_400;

export async function subscribe(life: Life): Promise<void> {
  const { stripe, setting, tally } = life;
  tally.add('deed', 'subscribe');
  const { customer } = setting;
  const cycle = drawCycle(life);
  const params: Params = {
    customer,
    items: drawItems(life),
    ...drawDiscounts(life),
    ...cycle,
    ...drawSettings(life),
  };
  note(life, `subscribe ${JSON.stringify(params)}`);
  const isSame = params.add_invoice_items === undefined && !life.hasSeveral;
  const preview = isSame ? await foreseeFirst(life, params) : 'not asked';
  const made = await mayBeDeclined(() =>
    stripe.subscriptions.create({ ...params, expand: ['latest_invoice'] }),
  );
  const invoice = made?.latest_invoice;
  if (invoice == null || typeof invoice === 'string') return;
  compare(life, 'first invoice', { preview, billed: invoice });
}

export async function subscribeAlso(life: Life): Promise<void> {
  if (!life.random.oneIn(3)) return;
  life.tally.add('deed', 'subscribe also');
  life.hasSeveral = true;
  await subscribe(life);
}

function foreseeFirst(life: Life, params: Params): ReturnType<typeof foresee> {
  const { items, discounts, proration_behavior, cancel_at, cancel_at_period_end } = params;
  const { billing_mode } = params;
  const { billing_cycle_anchor: anchor, trial_end: until, trial_period_days: days } = params;
  const trialEnd = days === undefined ? until : life.now + days * DAY;
  return foresee(life, {
    ...(discounts === undefined ? {} : { discounts }),
    subscription_details: {
      items: items!,
      ...(billing_mode === undefined ? {} : { billing_mode }),
      billing_mode: params.billing_mode!,
      ...(proration_behavior === undefined ? {} : { proration_behavior }),
      ...(cancel_at === undefined ? {} : { cancel_at }),
      ...(cancel_at_period_end === undefined ? {} : { cancel_at_period_end }),
      ...(trialEnd === undefined ? {} : { trial_end: trialEnd }),
      ...(anchor === undefined
        ? {}
        : { billing_cycle_anchor: { type: 'timestamp', timestamp: anchor } }),
    },
  });
}

function drawItems({ random, setting, tally }: Life): Stripe.SubscriptionCreateParams.Item[] {
  const first = random.pick(setting.prices);
  const others = setting.prices.filter((price) => price !== first);
  const prices = random.oneIn(4) ? [first, random.pick(others)] : [first];
  tally.add('items', prices.length === 1 ? '1' : '2');
  return prices.map((price) => {
    const quantity = random.oneIn(20) ? 0 : 1 + random.below(random.oneIn(3) ? 1 : 9);
    tally.add('quantity', quantity === 0 ? '0' : quantity === 1 ? '1' : 'more');
    if (!random.oneIn(8)) return { price, quantity };
    tally.add('discount of', 'item');
    return { price, quantity, discounts: [{ coupon: random.pick(setting.coupons) }] };
  });
}

function drawDiscounts({ random, setting, tally }: Life): Pick<Params, 'discounts'> {
  if (!random.oneIn(3)) return {};
  tally.add('discount of', 'subscription');
  const first = random.pick(setting.coupons);
  const others = setting.coupons.filter((coupon) => coupon !== first);
  const coupons = random.oneIn(3) ? [first, random.pick(others)] : [first];
  return { discounts: coupons.map((coupon) => ({ coupon })) };
}

type CycleParams = Pick<
  Params,
  'billing_cycle_anchor' | 'proration_behavior' | 'trial_end' | 'trial_period_days'
>;

/** A trial, or an anchor within the first period, or neither. */
function drawCycle({ random, setting, tally, now }: Life): CycleParams {
  const isLater = random.oneIn(6);
  tally.add('first anchor', isLater ? 'later' : 'now');
  if (isLater) {
    const proration_behavior = random.pick(['create_prorations', 'none'] as const);
    tally.add('proration_behavior', proration_behavior);
    const anchor = now + 1 + random.below(setting.intervalSeconds - 1);
    return { billing_cycle_anchor: anchor, proration_behavior };
  }
  switch (random.below(6)) {
    case 0:
      tally.add('trial', 'until an instant');
      return { trial_end: now + 1 + random.below(20 * DAY) };
    case 1:
      tally.add('trial', 'days');
      return { trial_period_days: 1 + random.below(20) };
    default:
      tally.add('trial', 'none');
      return {};
  }
}

function drawSettings(life: Life): Partial<Params> {
  const { random, setting, tally } = life;
  const isSent = random.oneIn(8);
  tally.add('collection', isSent ? 'send_invoice' : 'charge_automatically');
  const mode = random.oneIn(3) ? 'classic' : 'flexible';
  tally.add('billing mode', mode);
  const behavior = random.pick([
    'allow_incomplete',
    'allow_incomplete',
    'default_incomplete',
    'error_if_incomplete',
  ] as const);
  tally.add('payment_behavior when made', behavior);
  const missing = random.pick(['cancel', 'create_invoice', 'pause'] as const);
  tally.add('trial without a card', missing);
  return {
    billing_mode: { type: mode },
    payment_behavior: behavior,
    ...(random.oneIn(2)
      ? { trial_settings: { end_behavior: { missing_payment_method: missing } } }
      : {}),
    ...(isSent ? { collection_method: 'send_invoice', days_until_due: 7 } : {}),
    ...(random.oneIn(8) ? { add_invoice_items: [{ price: setting.oncePrice }] } : {}),
    ...drawEnd(life),
  };
}

function drawEnd({ random, setting, tally, now }: Life): Partial<Params> {
  if (!random.oneIn(10)) return {};
  tally.add('cancel', 'when made');
  if (random.oneIn(2)) return { cancel_at_period_end: true };
  return { cancel_at: now + 1 + random.below(3 * setting.intervalSeconds) };
}
