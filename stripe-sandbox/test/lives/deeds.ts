import type Stripe from 'stripe';
import { advance, mayBeDeclined, note, type Life } from './living.ts';

export async function subscribe(life: Life): Promise<void> {
  const { stripe, random, setting } = life;
  const discounts = random.oneIn(3) ? [{ coupon: random.pick(setting.coupons) }] : [];
  const params: Stripe.SubscriptionCreateParams = {
    customer: setting.customer,
    items: [{ price: random.pick(setting.prices), quantity: 1 + random.below(9) }],
    discounts,
    ...(random.oneIn(3) ? { trial_period_days: 1 + random.below(20) } : {}),
    ...(random.oneIn(4) ? { payment_behavior: 'default_incomplete' } : {}),
    ...(random.oneIn(8) ? { collection_method: 'send_invoice', days_until_due: 7 } : {}),
  };
  note(life, `subscribe ${JSON.stringify(params)}`);
  await mayBeDeclined(() => stripe.subscriptions.create(params));
}

export async function subscribeAlso(life: Life): Promise<void> {
  if (!life.random.oneIn(3)) return;
  life.hasSeveral = true;
  await subscribe(life);
}

const isIncomplete = ({ status }: Stripe.Subscription): boolean => status === 'incomplete';

export async function changeDiscounts(
  life: Life,
  subscription: Stripe.Subscription,
): Promise<void> {
  const { stripe, random, setting } = life;
  if (isIncomplete(subscription)) return;
  const discounts = random.oneIn(3) ? '' : [{ coupon: random.pick(setting.coupons) }];
  note(life, `discounts ${JSON.stringify(discounts)}`);
  await stripe.subscriptions.update(subscription.id, { discounts });
}

export async function changeCard(life: Life): Promise<void> {
  const { stripe, random, setting } = life;
  const method = random.pick(setting.paymentMethods);
  note(life, `card ${setting.paymentMethods.indexOf(method)}`);
  await stripe.customers.update(setting.customer, {
    invoice_settings: { default_payment_method: method },
  });
}

export async function addInvoiceItem(life: Life, subscription: Stripe.Subscription): Promise<void> {
  const { stripe, random, setting } = life;
  const { customer, currency } = setting;
  const amount = 10 * (random.below(300) - 60);
  const isOwn = random.oneIn(2) && !isIncomplete(subscription);
  note(life, `invoice item of ${amount}`);
  await stripe.invoiceItems.create({
    customer,
    currency,
    amount,
    ...(isOwn ? { subscription: subscription.id } : {}),
  });
}

export async function changeBalance(life: Life): Promise<void> {
  const { stripe, random, setting } = life;
  const { customer, currency } = setting;
  const amount = 10 * (random.below(200) - 130);
  if (amount === 0) return;
  note(life, `balance by ${amount}`);
  await stripe.customers.createBalanceTransaction(customer, { amount, currency });
}

export async function scheduleCancel(life: Life, subscription: Stripe.Subscription): Promise<void> {
  if (isIncomplete(subscription)) return;
  const { stripe, random } = life;
  const { cancel_at: at, cancel_at_period_end: isCancelled, id } = subscription;
  if (isCancelled || at !== null) {
    note(life, 'do not cancel');
    await stripe.subscriptions.update(id, isCancelled ? STAYS : { cancel_at: '' });
    return;
  }
  const said = random.oneIn(2)
    ? { cancel_at_period_end: true }
    : { cancel_at: life.now + 1 + random.below(3 * life.setting.intervalSeconds) };
  note(life, `schedule ${JSON.stringify(said)}`);
  life.hasResets ||= !said.cancel_at_period_end;
  await stripe.subscriptions.update(id, said);
}

const STAYS = { cancel_at_period_end: false };

export async function cancel(life: Life, subscription: Stripe.Subscription): Promise<void> {
  const { stripe, random } = life;
  if (!isIncomplete(subscription) && random.oneIn(2)) return advance(life);
  const said = { prorate: random.oneIn(2), invoice_now: random.oneIn(2) };
  note(life, `cancel ${JSON.stringify(said)}`);
  await stripe.subscriptions.cancel(subscription.id, isIncomplete(subscription) ? {} : said);
}

export async function endTrial(life: Life, { id, status }: Stripe.Subscription): Promise<void> {
  if (status !== 'trialing') return advance(life);
  note(life, 'end the trial');
  life.hasResets = true;
  await mayBeDeclined(() => life.stripe.subscriptions.update(id, { trial_end: 'now' }));
}

export async function pauseCollection(
  life: Life,
  subscription: Stripe.Subscription,
): Promise<void> {
  if (isIncomplete(subscription)) return;
  const behavior = life.random.pick(['keep_as_draft', 'mark_uncollectible', 'void'] as const);
  const pause = subscription.pause_collection === null ? { behavior } : ('' as const);
  note(life, `pause collection ${JSON.stringify(pause)}`);
  await life.stripe.subscriptions.update(subscription.id, { pause_collection: pause });
}

export async function payOpenInvoice(life: Life): Promise<void> {
  const { stripe, random, setting } = life;
  const open = await stripe.invoices.list({ customer: setting.customer, status: 'open' });
  const invoice = open.data[0];
  if (invoice === undefined) return;
  const way = random.pick(['pay', 'pay', 'pay', 'voidInvoice', 'markUncollectible'] as const);
  note(life, `${way} ${invoice.id}`);
  await mayBeDeclined(() => stripe.invoices[way](invoice.id));
}

export async function refund(life: Life): Promise<void> {
  const { stripe, random, setting } = life;
  const { data } = await stripe.charges.list({ customer: setting.customer, limit: 5 });
  const charge = data.find(({ status, refunded }) => status === 'succeeded' && !refunded);
  if (charge === undefined) return;
  const left = charge.amount - charge.amount_refunded;
  const amount = random.oneIn(2) ? left : Math.max(10, 10 * Math.floor(left / 30));
  note(life, `refund ${amount} of ${charge.id}`);
  await stripe.refunds.create({ charge: charge.id, amount: Math.min(amount, left) });
}
