import { expect, test } from 'vitest';
import { openStripeScene } from './stripe.fixture.ts';

const ITEMS = 14;

test('more lines than a preview brings along are previewed to their whole sum', async () => {
  const scene = await openStripeScene('long');
  const { stripe, gateway, clock } = scene;
  const customer = await scene.payingCustomer('1');
  const recurring = { interval: 'year' } as const;
  const made = (amount: number, name: string) =>
    stripe.prices.create({
      currency: 'usd',
      unit_amount: amount,
      recurring,
      product_data: { name },
    });
  const [pro, business] = [await made(19_000, 'Pro'), await made(49_000, 'Business')];
  const { id, items } = await stripe.subscriptions.create({
    customer,
    items: [{ price: pro.id }],
  });
  for (let month = 1; month <= ITEMS; month += 1) {
    const description = `Minutes beyond the plan, ${month}`;
    const item = { customer, subscription: id, currency: 'usd', amount: 100, description };
    await stripe.invoiceItems.create(item);
  }
  const renewal = await gateway.previewRenewal(id);
  expect(renewal).toMatchObject({ subtotalMinor: 19_000 + ITEMS * 100 });
  const change = await gateway.previewChange({
    customerId: customer,
    subscriptionId: id,
    items: [{ kind: 'set', itemId: items.data[0]!.id, priceId: business.id, quantity: 1 }],
    couponId: null,
    prorationMs: clock.nowMs(),
    endsTrial: false,
  });
  for (const { lines, subtotalMinor } of [renewal!, change]) {
    expect(lines.reduce((sum, { amountMinor }) => sum + amountMinor, 0)).toBe(subtotalMinor);
  }
});
