import { expect, test } from 'vitest';
import { startValidated } from './validated.fixture.ts';

test('what the sandbox answers and tells of customers and clocks is as declared', async () => {
  const { sandbox, stripe } = await startValidated({ seed: 'validated' });
  const clock = await stripe.testHelpers.testClocks.create({ frozen_time: 1_700_000_000 });
  const customer = await stripe.customers.create({ test_clock: clock.id, metadata: { a: '1' } });
  await stripe.customers.update(customer.id, { name: 'Ada', shipping: null });
  await stripe.testHelpers.testClocks.advance(clock.id, { frozen_time: 1_700_000_100 });
  await sandbox.settled();
  await stripe.customers.del(customer.id);
  const deleted = await stripe.customers.retrieve(customer.id);
  expect(deleted.deleted).toBe(true);
  await stripe.events.list({ limit: 100 });
  await expect(stripe.customers.update(customer.id, {})).rejects.toThrow('No such customer');
  await sandbox.close();
});
