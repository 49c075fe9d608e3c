import type Stripe from 'stripe';
import { cancel } from './deeds.ts';
import { compare, mayBeDeclined, mayBeNone, note, type Life } from './living.ts';

type Behavior = 'always_invoice' | 'create_prorations' | 'none';
interface Change {
  readonly items: Stripe.SubscriptionUpdateParams.Item[];
  readonly billing_cycle_anchor?: { readonly type: 'now' };
}

/** Another quantity or price, another item, or a period that begins now. */
function drawChange(life: Life, { items }: Stripe.Subscription): Change {
  const { random, setting } = life;
  const { id, price, quantity = 0 } = random.pick(items.data);
  const prices = setting.prices.filter((each) =>
    items.data.every((item) => item.price.id !== each),
  );
  const more = { quantity: ((quantity + random.below(18)) % 20) + 1 };
  switch (random.below(8)) {
    case 0:
      if (prices.length === 0 || price.id === setting.longPrice)
        return { items: [{ id, ...more }] };
      return { items: [{ price: random.pick(prices), ...more }] };
    case 1:
      return { items: [items.data.length > 1 ? { id, deleted: true } : { id, ...more }] };
    case 2:
      life.hasResets = true;
      return { items: [{ id, ...more }], billing_cycle_anchor: { type: 'now' } };
    case 3:
      if (items.data.length > 1) return { items: [{ id, ...more }] };
      life.hasResets = true;
      return {
        items: [{ id, price: price.id === setting.longPrice ? prices[0]! : setting.longPrice }],
      };
    case 4:
    case 5:
      if (prices.length > 0) return { items: [{ id, price: random.pick(prices) }] };
      return { items: [{ id, ...more }] };
    default:
      return { items: [{ id, ...more }] };
  }
}

export async function changeItems(life: Life, subscription: Stripe.Subscription): Promise<void> {
  const { stripe, random } = life;
  if (subscription.status === 'incomplete') return cancel(life, subscription);
  const behavior: Behavior = random.pick(['create_prorations', 'always_invoice', 'none']);
  const said = {
    ...drawChange(life, subscription),
    proration_behavior: behavior,
    ...(behavior === 'none' ? {} : { proration_date: life.now }),
  };
  note(life, `update ${JSON.stringify(said)}`);
  if (behavior === 'always_invoice') return changeAsForeseen(life, subscription, said);
  await mayBeDeclined(() => stripe.subscriptions.update(subscription.id, said));
}

type Said = Change & { readonly proration_behavior: Behavior };

/** What a change bills at once is what was foreseen of it. */
async function changeAsForeseen(
  life: Life,
  subscription: Stripe.Subscription,
  said: Said,
): Promise<void> {
  const { stripe, setting } = life;
  const preview = await mayBeNone(() =>
    stripe.invoices.createPreview({
      customer: setting.customer,
      subscription: subscription.id,
      subscription_details: said,
    }),
  );
  const updated = await mayBeDeclined(() =>
    stripe.subscriptions.update(subscription.id, { ...said, expand: ['latest_invoice'] }),
  );
  const invoice = updated?.latest_invoice;
  if (invoice == null || typeof invoice === 'string') return;
  const isNew = invoice.id !== subscription.latest_invoice;
  if (preview === undefined) {
    if (isNew) life.breaches.push(`${invoice.id} was not foreseen`);
  } else if (isNew) compare(life, { preview, billed: invoice, withBalance: true });
  else if (sumOfProrations(preview) !== 0) {
    life.breaches.push(`prorations foreseen, nothing billed: ${JSON.stringify(said)}`);
  }
}

/** Where nothing is to be billed at once, a preview is of the next regular invoice. */
function sumOfProrations({ lines }: Stripe.Invoice): number {
  return lines.data
    .filter((line) => line.parent?.subscription_item_details?.proration === true)
    .reduce((sum, { amount }) => sum + amount, 0);
}

/** A change that holds only once it is paid. */
export async function changeIfPaid(life: Life, subscription: Stripe.Subscription): Promise<void> {
  const { id, status, items, pending_update: pending } = subscription;
  const item = items.data[0]!;
  if (status !== 'active' || pending !== null) return;
  const said: Stripe.SubscriptionUpdateParams = {
    items: [{ id: item.id, quantity: (item.quantity ?? 0) + 1 + life.random.below(5) }],
    payment_behavior: life.random.pick(['pending_if_incomplete', 'error_if_incomplete'] as const),
    proration_behavior: 'always_invoice',
  };
  note(life, `update ${JSON.stringify(said)}`);
  await mayBeDeclined(() => life.stripe.subscriptions.update(id, said));
}
