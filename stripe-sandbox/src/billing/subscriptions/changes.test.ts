import fc from 'fast-check';
import type Stripe from 'stripe';
import { expect, test } from 'vitest';
import { advance, invoicesOf, openScene, priceOf, type Scene } from './scene.fixture.ts';

const deed = fc.record({
  kind: fc.constantFrom('quantity', 'price', 'delete', 'add', 'swap', 'end', 'stay'),
  /** Thousandths of what is left of the period that pass before it. */
  passed: fc.integer({ min: 1, max: 400 }),
  /** How far back it is reckoned: thousandths of the time since the period began. */
  back: fc.option(fc.integer({ min: 0, max: 1_000 })),
  quantity: fc.integer({ min: 0, max: 7 }),
  pick: fc.nat(50),
  behavior: fc.constantFrom('always_invoice', 'create_prorations', 'none'),
});
type Deed = typeof deed extends fc.Arbitrary<infer T> ? T : never;
const lives = fc.array(deed, { minLength: 2, maxLength: 7 });

const RUNS = 20;
const SEED = 20_261;

interface Stand {
  readonly items: readonly Stripe.SubscriptionItem[];
  readonly prices: readonly string[];
  readonly now: number;
}

/** The parameters of a deed as things stand; `undefined` where it cannot be done. */
function paramsOf(
  { kind, pick, quantity, behavior, back }: Deed,
  { items, prices, now }: Stand,
): Stripe.SubscriptionUpdateParams | undefined {
  const { id, current_period_start: start } = items[pick % items.length]!;
  const free = prices.filter((price) => items.every((item) => item.price.id !== price));
  const price = free[pick % Math.max(1, free.length)];
  const past = Math.floor(((now - start) * (1_000 - (back ?? 0))) / 1_000);
  const how = { proration_behavior: behavior, proration_date: start + past };
  if (kind === 'end') return { ...how, cancel_at: now + 1 + pick * 50_000 };
  if (kind === 'stay') return { ...how, cancel_at: '' };
  if (kind === 'quantity') return { ...how, items: [{ id, quantity }] };
  const deleted = { id, deleted: true };
  if (kind === 'delete') return items.length < 2 ? undefined : { ...how, items: [deleted] };
  if (price === undefined) return undefined;
  if (kind === 'price') return { ...how, items: [{ id, price }] };
  return { ...how, items: [...(kind === 'swap' ? [deleted] : []), { price, quantity }] };
}

/** What each item was debited less what it was credited, also of what waits for an invoice. */
async function sumsOf(scene: Scene): Promise<number[]> {
  const sums = new Map<string, number>();
  const add = (item: string | undefined, amount: number): void => {
    if (item !== undefined) sums.set(item, (sums.get(item) ?? 0) + amount);
  };
  for (const { lines } of await invoicesOf(scene)) {
    for (const { parent, amount, discount_amounts: discounts } of lines.data) {
      const off = (discounts ?? []).reduce((sum, each) => sum + each.amount, 0);
      add(parent?.subscription_item_details?.subscription_item, amount - off);
    }
  }
  const { stripe, customer } = scene;
  const waiting = await stripe.invoiceItems.list({ customer, pending: true, limit: 100 });
  for (const { parent, amount } of waiting.data) {
    add(parent?.subscription_details?.subscription_item, amount);
  }
  return [...sums.values()];
}

async function subscribe(scene: Scene): Promise<{ id: string; prices: string[] }> {
  const { stripe, customer } = scene;
  const prices: string[] = [];
  for (const amount of [999, 1250, 7]) prices.push(await priceOf(scene, amount));
  const coupon = await stripe.coupons.create({ percent_off: 12.5, duration: 'forever' });
  const { id } = await stripe.subscriptions.create({
    customer,
    items: [{ price: prices[0]!, quantity: 3 }],
    discounts: [{ coupon: coupon.id }],
  });
  return { id, prices };
}

const dateOf = (seconds: number): string => new Date(seconds * 1000).toISOString().slice(0, 19);

/** Lives through the deeds within one period, and then cancels with what is unused given back. */
async function live(scene: Scene, deeds: readonly Deed[]): Promise<void> {
  const { stripe } = scene;
  const { id, prices } = await subscribe(scene);
  let { items, status, created: now } = await stripe.subscriptions.retrieve(id);
  for (const each of deeds) {
    const left = items.data[0]!.current_period_end - now;
    const passed = Math.floor((left * each.passed) / 1_000);
    if (passed === 0) break;
    now += passed;
    await advance(scene, dateOf(now));
    ({ items, status } = await stripe.subscriptions.retrieve(id));
    if (status === 'canceled') break;
    const said = paramsOf(each, { items: items.data, prices, now });
    if (said !== undefined) ({ items } = await stripe.subscriptions.update(id, said));
    expect(Math.min(...(await sumsOf(scene))), JSON.stringify(said)).toBeGreaterThanOrEqual(0);
  }
  if (status !== 'canceled') await stripe.subscriptions.cancel(id, { prorate: true });
  expect(Math.min(...(await sumsOf(scene)))).toBeGreaterThanOrEqual(0);
}

test('no order of backdated changes credits more for an item than it was debited', async () => {
  await fc.assert(
    fc.asyncProperty(lives, async (deeds) => {
      const scene = await openScene('2026-04-01T00:00:00');
      try {
        await live(scene, deeds);
      } finally {
        await scene.sandbox.close();
      }
    }),
    { numRuns: RUNS, seed: SEED },
  );
});
