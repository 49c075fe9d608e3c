import { expect, it, onTestFinished } from 'vitest';
import { openScene, priceOf } from './scene.fixture.ts';

const LARGEST = 999_999_999_999;

it('refuses items that come to more than can be charged, also behind a trial', async () => {
  const scene = await openScene('2026-01-31T10:00:00');
  onTestFinished(() => scene.sandbox.close());
  const { stripe, customer } = scene;
  const [one, other] = [await priceOf(scene, LARGEST), await priceOf(scene, 1)];
  const tooMuch = { statusCode: 400, code: 'amount_too_large', param: 'items' };
  for (const more of [{}, { trial_period_days: 7 }]) {
    const items = [{ price: one }, { price: other }];
    const made = stripe.subscriptions.create({ customer, items, ...more });
    await expect(made).rejects.toMatchObject(tooMuch);
  }
  const { items } = await stripe.subscriptions.create({ customer, items: [{ price: one }] });
  const [item] = items.data;
  const doubled = stripe.subscriptionItems.update(item!.id, { quantity: 2 });
  await expect(doubled).rejects.toMatchObject(tooMuch);
});
