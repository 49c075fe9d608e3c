import pg from 'pg';
import { expect, test } from 'vitest';
import { useBillingScene } from '../../../../test/support/billing.ts';
import { eventually } from '../../../../test/support/eventually.ts';

const scene = useBillingScene({ seed: 'dropped' });

/** As the schedule would, without waiting for the minute. */
async function tick(job: string): Promise<void> {
  const client = new pg.Client({ connectionString: scene.server.databaseUrl });
  await client.connect();
  try {
    await client.query('SELECT billing_worker.add_job($1)', [job]);
  } finally {
    await client.end();
  }
}

/** By which ways the customer's events have come. */
async function foundBy(): Promise<string[]> {
  const client = new pg.Client({ connectionString: scene.server.databaseUrl });
  await client.connect();
  try {
    const { rows } = await client.query<{ found_by: string }>(
      'SELECT DISTINCT found_by FROM billing.stripe_events WHERE stripe_customer_id IS NOT NULL',
    );
    return rows.map((row) => row.found_by);
  } finally {
    await client.end();
  }
}

test('where every webhook is lost, what was bought is theirs with the next sweep', async () => {
  const { server, stripe, sandbox } = scene;
  await scene.control('chaos', { drop: 1 });
  const user = await server.request<{ account: string }>('PUT', '/v1/users/u-1', {
    email: 'u-1@example.com',
  });
  const customer = await stripe.customers.create({ metadata: { account_id: user.body.account } });
  const { id: method } = await stripe.paymentMethods.attach('pm_card_visa', {
    customer: customer.id,
  });
  const { id: product } = await stripe.products.create({ name: 'Pro' });
  const price = await stripe.prices.create({
    product,
    currency: 'usd',
    unit_amount: 1_900,
    recurring: { interval: 'month' },
    metadata: { wf_price: 'pro:1:monthly:usd' },
  });
  await stripe.subscriptions.create({
    customer: customer.id,
    default_payment_method: method,
    items: [{ price: price.id }],
  });
  await sandbox.settled();
  const plan = async (): Promise<string> => {
    const { body } = await server.request<{ plan: string }>('GET', '/v1/users/u-1');
    return body.plan;
  };
  // The schedule may have swept by itself before this does.
  await tick('stripe_sweep');
  await eventually(async () => (await plan()) === 'pro' || undefined);
  expect(await foundBy()).toEqual(['sweep']);
});
