import type { SilentStripe } from '../../../../test/support/stripe-operations.ts';

const DAY_MS = 86_400_000;
const AT_ONCE = 10;

/** An account of Stripe that has been in use for a while. */
export interface Furnished {
  /** A price that says nothing of what it sells. */
  readonly oldPrice: string;
  readonly customersOfOldPrice: number;
  /** A price of something else that the same account of Stripe sells. */
  readonly foreignPrice: string;
  /** Customers who cannot come in, and what the reason says. */
  readonly skipped: ReadonlyMap<string, RegExp>;
}

interface Prices {
  readonly pro: string;
  readonly business: string;
  readonly old: string;
  readonly foreign: string;
}

/** Makes so many customers who can come in, of ten kinds of past, and some who cannot. */
export async function furnish(scene: SilentStripe, customers: number): Promise<Furnished> {
  const prices = {
    pro: await scene.price({ lookupKey: 'pro:1:monthly:usd', amountMinor: 1_900 }),
    business: await scene.price({ lookupKey: 'business:1:monthly:usd', amountMinor: 4_900 }),
    old: await scene.price({ amountMinor: 15_000, interval: 'year' }),
    foreign: await scene.price({ amountMinor: 700 }),
  };
  const { stripe } = scene;
  await stripe.coupons.create({ id: 'SPRING', percent_off: 25, duration: 'forever' });
  const startMs = scene.clock.nowMs();
  const ids: string[] = [];
  await inBatches(customers, async (index) => {
    ids[index] = await begin(scene, prices, index);
  });
  const skipped = await makeSkipped(scene, prices);
  await scene.advanceTo(startMs + 10 * DAY_MS);
  await inBatches(customers, (index) => goOn(scene, prices, { index, customer: ids[index] ?? '' }));
  await scene.advanceTo(startMs + 45 * DAY_MS);
  const customersOfOldPrice = Math.ceil((customers - 4) / 10);
  return { oldPrice: prices.old, customersOfOldPrice, foreignPrice: prices.foreign, skipped };
}

async function inBatches(count: number, work: (index: number) => Promise<void>): Promise<void> {
  for (let from = 0; from < count; from += AT_ONCE) {
    const some = Array.from({ length: Math.min(AT_ONCE, count - from) }, (_, at) => from + at);
    await Promise.all(some.map(work));
  }
}

/** 4 is of the old price, 5 tries, 7 has a coupon, 9 has bought nothing. */
async function begin(scene: SilentStripe, prices: Prices, index: number): Promise<string> {
  const user = `user-${index}`;
  const key = index % 2 === 0 ? 'user' : 'user_id';
  const customer = await scene.customer({
    email: `${user}@example.com`,
    metadata: { [key]: user },
  });
  const kind = index % 10;
  if (kind === 9) return customer;
  await scene.subscribe({
    customer,
    items: [{ price: kind === 4 ? prices.old : prices.pro }],
    ...(kind === 5 && { trial_period_days: 90 }),
    ...(kind === 7 && { discounts: [{ coupon: 'SPRING' }] }),
  });
  return customer;
}

/** 1 goes up to another plan, 2 is to end with its period, 6 ends, 8 has a card that fails. */
async function goOn(
  { stripe }: SilentStripe,
  prices: Prices,
  { index, customer }: { readonly index: number; readonly customer: string },
): Promise<void> {
  const kind = index % 10;
  if (![1, 2, 6, 8].includes(kind)) return;
  const { data } = await stripe.subscriptions.list({ customer });
  const [subscription] = data;
  if (subscription === undefined) throw new Error(`${customer} has no subscription`);
  if (kind === 1) {
    const item = subscription.items.data[0]?.id ?? '';
    await stripe.subscriptions.update(subscription.id, {
      items: [{ id: item, price: prices.business }],
      proration_behavior: 'always_invoice',
    });
  }
  if (kind === 2)
    await stripe.subscriptions.update(subscription.id, { cancel_at_period_end: true });
  if (kind === 6) await stripe.subscriptions.cancel(subscription.id);
  if (kind !== 8) return;
  const card = await stripe.paymentMethods.attach('pm_card_chargeCustomerFail', { customer });
  await stripe.customers.update(customer, {
    invoice_settings: { default_payment_method: card.id },
  });
}

async function makeSkipped(scene: SilentStripe, prices: Prices): Promise<Map<string, RegExp>> {
  const { pro, foreign } = prices;
  const skipped = new Map<string, RegExp>();
  const nobody = await scene.customer({ email: 'nobody@example.com' });
  skipped.set(nobody, /names no user/);
  const odd = await scene.customer({ email: 'odd@example.com', metadata: { user: 'with space' } });
  skipped.set(odd, /no id of a user/);
  const mailless = await scene.customer({ metadata: { user: 'mailless' } });
  skipped.set(mailless, /no mail address/);
  const twice = await scene.customer({ email: 't@example.com', metadata: { user: 'twice' } });
  await scene.subscribe({ customer: twice, items: [{ price: pro }] });
  await scene.subscribe({ customer: twice, items: [{ price: pro }] });
  skipped.set(twice, /several live subscriptions/);
  const stranger = await scene.customer({ email: 's@example.com', metadata: { user: 'stranger' } });
  await scene.subscribe({ customer: stranger, items: [{ price: foreign }] });
  skipped.set(stranger, /live subscription of prices that are no plan/);
  const shadow = await scene.customer({ email: 'd@example.com', metadata: { user: 'user-0' } });
  skipped.set(shadow, /is the customer of user user-0|is customer cus_\w+ already/);
  for (const email of ['a@example.com', 'b@example.com']) {
    const rival = await scene.customer({ email, metadata: { user: 'rivals' } });
    await scene.subscribe({ customer: rival, items: [{ price: pro }] });
    skipped.set(rival, /each with a live subscription/);
  }
  return skipped;
}
