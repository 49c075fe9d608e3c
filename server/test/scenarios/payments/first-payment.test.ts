import { expect, test } from 'vitest';
import { useBillingScene } from '../../support/billing.ts';
import { eventually } from '../../support/eventually.ts';

const scene = useBillingScene({ seed: 'first payment' });

test('what a customer buys at Stripe is theirs without anybody asking', async () => {
  const { server, stripe } = scene;
  const user = await server.request<{ account: string }>('PUT', '/v1/users/u-1', {
    email: 'u-1@example.com',
  });
  const customer = await stripe.customers.create({ metadata: { account_id: user.body.account } });
  const { id: method } = await stripe.paymentMethods.attach('pm_card_visa', {
    customer: customer.id,
  });
  const { id: product } = await stripe.products.create({ name: 'Pro' });
  const { id: price } = await stripe.prices.create({
    product,
    currency: 'usd',
    unit_amount: 1_900,
    recurring: { interval: 'month' },
    metadata: { wf_price: 'pro:1:monthly:usd' },
  });
  const subscription = await stripe.subscriptions.create({
    customer: customer.id,
    default_payment_method: method,
    items: [{ price }],
  });
  const plan = async (): Promise<unknown> => (await server.request('GET', '/v1/users/u-1')).body;
  await eventually(async () => {
    const found = (await plan()) as { plan: string };
    return found.plan === 'pro' ? found : undefined;
  });
  expect(await plan()).toMatchObject({ plan: 'pro', status: 'active' });
  await stripe.subscriptions.cancel(subscription.id);
  await eventually(async () => {
    const found = (await plan()) as { plan: string };
    return found.plan === 'free' ? found : undefined;
  });
});
