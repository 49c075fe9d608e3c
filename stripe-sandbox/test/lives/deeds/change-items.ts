import type Stripe from 'stripe';
import { isIncomplete, note, type Life } from '../living.ts';
import { cancel } from './endings.ts';
import { changeAsForeseen, type Change } from './foreseen.ts';

type ChangeOfItems = Pick<Change, 'billing_cycle_anchor' | 'items'>;

/** Another quantity or price, another item, or a period that begins now. */
function drawChange(life: Life, { id: subscription, items }: Stripe.Subscription): ChangeOfItems {
  const { random, setting, tally } = life;
  const { id, price, quantity = 0 } = random.pick(items.data);
  const isLong = price.id === setting.longPrice;
  const others = isLong ? [] : setting.prices.filter((each) => !hasPrice(items.data, each));
  const more = { quantity: random.oneIn(25) ? 0 : ((quantity + random.below(18)) % 20) + 1 };
  const another = others.length === 0 ? undefined : random.pick(others);
  switch (random.below(8)) {
    case 0:
      if (another === undefined) break;
      tally.add('change', 'item added');
      return { items: [{ price: another, ...more }] };
    case 1:
      if (items.data.length === 1) break;
      tally.add('change', 'item removed');
      return { items: [{ id, deleted: true }] };
    case 2:
      tally.add('change', 'anchor');
      life.resets.add(subscription);
      return { items: [{ id, ...more }], billing_cycle_anchor: { type: 'now' } };
    case 3:
      if (items.data.length > 1) break;
      tally.add('change', 'interval');
      life.resets.add(subscription);
      return { items: [{ id, price: isLong ? setting.prices[0]! : setting.longPrice }] };
    case 4:
    case 5:
      if (another === undefined) break;
      tally.add('change', 'price');
      return { items: [{ id, price: another, ...(random.oneIn(2) ? more : {}) }] };
    default:
  }
  tally.add('change', 'quantity');
  tally.add('quantity', more.quantity === 0 ? '0' : more.quantity === 1 ? '1' : 'more');
  return { items: [{ id, ...more }] };
}

function hasPrice(items: readonly Stripe.SubscriptionItem[], price: string): boolean {
  return items.some((item) => item.price.id === price);
}

/** What is free becomes dear with a period that begins anew. */
function startsAnew({ items }: Stripe.Subscription): boolean {
  return items.data.every(({ quantity }) => quantity === 0);
}

export async function changeItems(life: Life, subscription: Stripe.Subscription): Promise<void> {
  const { random, tally } = life;
  if (isIncomplete(subscription)) return cancel(life, subscription);
  tally.add('deed', 'change items');
  const behavior = random.pick(['create_prorations', 'always_invoice', 'none'] as const);
  tally.add('proration_behavior', behavior);
  const payment = random.pick(PAYMENTS);
  if (startsAnew(subscription)) life.resets.add(subscription.id);
  const change = {
    ...drawChange(life, subscription),
    proration_behavior: behavior,
    ...(behavior === 'none' ? {} : { proration_date: drawInstant(life, subscription) }),
  };
  const said = { change, ...(payment === undefined ? {} : { payment_behavior: payment }) };
  tally.add('payment_behavior when changed', payment ?? 'allow_incomplete');
  note(life, `update ${JSON.stringify(said)}`);
  await changeAsForeseen(life, subscription, said);
}

const PAYMENTS = [
  undefined,
  undefined,
  'allow_incomplete',
  'default_incomplete',
  'error_if_incomplete',
  'pending_if_incomplete',
  'pending_if_incomplete',
] as const;

/** Most changes are reckoned from now, some from an earlier instant of the period. */
function drawInstant({ random, tally, now }: Life, { items }: Stripe.Subscription): number {
  const { current_period_start: start } = items.data[0]!;
  const isBefore = random.oneIn(4) && start < now;
  tally.add('proration_date', isBefore ? 'before' : 'now');
  return isBefore ? start + random.below(now - start) : now;
}
