import { expect, test } from 'vitest';
import { useRig } from '../../../../test/scenarios/payments/support/use-rig.ts';
import { PROVIDER_UNAVAILABLE } from '../index.ts';
import { createNaming } from './name-customers.ts';

const rig = useRig('naming');

/** Delivers what tells of payments alone, as to an endpoint that listens to nothing else. */
async function deliverPayments(): Promise<string[]> {
  const { data } = await rig().stripe.events.list({ type: 'invoice_payment.paid', limit: 100 });
  for (const event of data) await rig().deliver(event);
  return data.map(({ id }) => id);
}

async function stored(ids: readonly string[]): Promise<unknown[]> {
  return rig().rows(
    `SELECT stripe_customer_id AS customer, state, reason FROM stripe_events WHERE id = ANY($1)`,
    [ids],
  );
}

async function buy(customerId: string): Promise<void> {
  const items = [{ price: rig().prices.proMonthly }];
  await rig().stripe.subscriptions.create({ customer: customerId, items });
}

test('a payment that names its invoice alone has the customer looked at', async () => {
  const { customerId, accountId } = await rig().customer();
  await buy(customerId);
  const ids = await deliverPayments();
  expect(await stored(ids)).toEqual([{ customer: null, state: 'stored', reason: null }]);
  await rig().work();
  expect(await stored(ids)).toEqual([{ customer: customerId, state: 'done', reason: null }]);
  const live = await rig().rows('SELECT status FROM user_subscriptions WHERE account_id = $1', [
    accountId,
  ]);
  expect(live).toEqual([{ status: 'active' }]);
});

test('of an invoice that is on record Stripe is not asked whose it is', async () => {
  const { customerId } = await rig().customer();
  await buy(customerId);
  await rig().billing().projector.refresh(customerId);
  const ids = await deliverPayments();
  const { database, clock } = rig();
  const gateway = { retrieveInvoice: () => Promise.reject(new Error('nobody is asked')) };
  const naming = createNaming({ database, clock, gateway });
  expect(await naming.work(new AbortController().signal)).toBe(1);
  await rig().work();
  expect(await stored(ids)).toContainEqual({ customer: customerId, state: 'done', reason: null });
});

test('while Stripe does not say whose it is, it waits, and nothing else does', async () => {
  const { customerId } = await rig().customer();
  await buy(customerId);
  await rig().control('failures', { kind: 'server_error', path: '/v1/invoices/*', count: 3 });
  const ids = await deliverPayments();
  const naming = rig().billing().naming.work(new AbortController().signal);
  await expect(naming).rejects.toMatchObject({ code: PROVIDER_UNAVAILABLE.code });
  expect(await stored(ids)).toContainEqual({ customer: null, state: 'stored', reason: null });
  await rig().control('failures');
  await rig().work();
  expect(await stored(ids)).toContainEqual({ customer: customerId, state: 'done', reason: null });
});

test('a payment of an invoice that nobody has is ignored, with the reason', async () => {
  const object = { id: 'inpay_1', object: 'invoice_payment', invoice: 'in_of_nobody' };
  const event = { id: 'evt_of_nobody', object: 'event', type: 'invoice_payment.paid' };
  const said = { api_version: null, created: 1_768_000_000, livemode: false, data: { object } };
  await rig().deliver({ ...event, ...said });
  await rig().work();
  expect(await stored([event.id])).toEqual([
    { customer: null, state: 'ignored', reason: 'nobody has in_of_nobody' },
  ]);
});
