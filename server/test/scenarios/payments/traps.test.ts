/**
 * What has broken in other systems that take payments by Stripe: each test is named for what
 * happened there.
 */
import { expect, test } from 'vitest';
import { DAY_MS } from '@whisperforge/kernel/period';
import { createEffectLog } from './support/effect-log.ts';
import type { Customer } from './support/rig.ts';
import { useRig } from './support/use-rig.ts';

const rig = useRig('traps');

async function subscribe({ customerId }: Customer, said: object = {}): Promise<string> {
  const items = [{ price: rig().prices.proMonthly }];
  return (await rig().stripe.subscriptions.create({ customer: customerId, items, ...said })).id;
}

async function subscriptionsOf({ accountId }: Customer): Promise<unknown[]> {
  return rig().rows(
    `SELECT stripe_subscription_id AS id, status, cancel_at, ended_at
     FROM user_subscriptions WHERE account_id = $1 ORDER BY id`,
    [accountId],
  );
}

function instant(ms: number): Date {
  return new Date(ms);
}

test('an updated before its created leaves no subscription incomplete', async () => {
  const somebody = await rig().customer();
  const id = await subscribe(somebody);
  const { data } = await rig().stripe.events.list({ limit: 100 });
  const own = data.filter(({ data: { object } }) => JSON.stringify(object).includes(id));
  const created = own.find(({ type }) => type === 'customer.subscription.created')!;
  const updated = { ...created, id: 'evt_updated', type: 'customer.subscription.updated' };
  await rig().deliver(updated);
  await rig().work();
  await rig().deliver({
    ...created,
    data: { object: { ...created.data.object, status: 'incomplete' } },
  });
  await rig().work();
  expect(await subscriptionsOf(somebody)).toMatchObject([{ id, status: 'active' }]);
});

test('a duplicate invoice.paid grants nothing twice, nor does another event', async () => {
  const somebody = await rig().customer();
  const log = createEffectLog();
  const worker = rig().billing({ effects: [log.grantForEachPayment] });
  await subscribe(somebody);
  const events = await rig().deliverAll(somebody.customerId);
  await rig().work(worker);
  const paid = events.find(({ type }) => type === 'invoice.paid')!;
  expect(await rig().deliver(paid)).toBe(false);
  await rig().deliver({ ...paid, id: 'evt_paid_again' });
  await rig().deliver({ ...paid, id: 'evt_payment_succeeded', type: 'invoice.payment_succeeded' });
  await rig().work(worker);
  const grants = await rig().rows('SELECT source_id FROM grants WHERE account_id = $1', [
    somebody.accountId,
  ]);
  expect(grants).toHaveLength(1);
  // The later looks have found nothing new, so that no effect has seen the payment again.
  expect(log.invoices).toHaveLength(1);
});

test('a cancellation in the portal that sets only cancel_at is seen', async () => {
  const somebody = await rig().customer();
  const id = await subscribe(somebody);
  const atMs = rig().clock.nowMs() + 10 * DAY_MS;
  await rig().stripe.subscriptions.update(id, { cancel_at: atMs / 1_000 });
  await rig().deliverAll(somebody.customerId);
  await rig().work();
  expect(await subscriptionsOf(somebody)).toMatchObject([
    { id, status: 'active', cancel_at: instant(atMs), ended_at: null },
  ]);
  await rig().stripe.subscriptions.update(id, { cancel_at: '' });
  await rig().billing().projector.refresh(somebody.customerId);
  expect(await subscriptionsOf(somebody)).toMatchObject([{ cancel_at: null }]);
});

test('an incomplete subscription is none: nothing recorded, nobody failed to pay', async () => {
  const somebody = await rig().customer('pm_card_authenticationRequired');
  const log = createEffectLog();
  await subscribe(somebody, { payment_behavior: 'allow_incomplete' });
  await rig().deliverAll(somebody.customerId);
  await rig().work(rig().billing({ effects: [log.note] }));
  expect(await subscriptionsOf(somebody)).toEqual([]);
  expect(log.subscriptions).toEqual([null]);
  await rig().advanceTo(rig().clock.nowMs() + 2 * DAY_MS);
  await rig().billing().projector.refresh(somebody.customerId);
  expect(await subscriptionsOf(somebody)).toEqual([]);
});

test('of two live subscriptions from two tabs the first stays, and the other is told', async () => {
  const somebody = await rig().customer();
  const log = createEffectLog();
  const first = await subscribe(somebody);
  const second = await subscribe(somebody);
  await rig().deliverAll(somebody.customerId);
  await rig().work(rig().billing({ effects: [log.note] }));
  expect(await subscriptionsOf(somebody)).toMatchObject([{ id: first, status: 'active' }]);
  expect(log.duplicates).toEqual([[second]]);
});

test('a subscription that waited for payment takes nothing from one paid before', async () => {
  const somebody = await rig().customer('pm_card_authenticationRequired');
  const { stripe } = rig();
  const { customerId } = somebody;
  const waiting = await subscribe(somebody, { payment_behavior: 'default_incomplete' });
  const { id: card } = await stripe.paymentMethods.attach('pm_card_visa', { customer: customerId });
  await rig().advanceTo(rig().clock.nowMs() + 60_000);
  const paid = await subscribe(somebody, { default_payment_method: card });
  await rig().billing().projector.refresh(customerId);
  const { latest_invoice: invoice } = await stripe.subscriptions.retrieve(waiting);
  await rig().advanceTo(rig().clock.nowMs() + 60_000);
  await stripe.invoices.pay(invoice as string, { payment_method: card });
  const log = createEffectLog();
  await rig()
    .billing({ effects: [log.note] })
    .projector.refresh(customerId);
  expect(await subscriptionsOf(somebody)).toMatchObject([{ id: paid, status: 'active' }]);
  expect(log.duplicates).toEqual([[waiting]]);
});

test('what customer.subscription.deleted tells of is kept, with its end', async () => {
  const somebody = await rig().customer();
  const id = await subscribe(somebody);
  await rig().billing().projector.refresh(somebody.customerId);
  await rig().advanceTo(rig().clock.nowMs() + DAY_MS);
  const endedMs = rig().clock.nowMs();
  await rig().stripe.subscriptions.cancel(id);
  await rig().deliverAll(somebody.customerId);
  await rig().work();
  expect(await subscriptionsOf(somebody)).toEqual([
    { id, status: 'canceled', cancel_at: null, ended_at: instant(endedMs) },
  ]);
  const again = await subscribe(somebody);
  await rig().billing().projector.refresh(somebody.customerId);
  expect(await subscriptionsOf(somebody)).toMatchObject([
    { id, ended_at: instant(endedMs) },
    { id: again, status: 'active', ended_at: null },
  ]);
});

test('a customer deleted at Stripe has no subscription, and keeps the history', async () => {
  const somebody = await rig().customer();
  const id = await subscribe(somebody);
  await rig().billing().projector.refresh(somebody.customerId);
  await rig().stripe.customers.del(somebody.customerId);
  await rig().billing().projector.refresh(somebody.customerId);
  expect(await subscriptionsOf(somebody)).toMatchObject([{ id, status: 'canceled' }]);
});

test('an event embeds what was so once, and only what is so now is written', async () => {
  const somebody = await rig().customer();
  const id = await subscribe(somebody);
  await rig().stripe.subscriptions.cancel(id);
  const events = await rig().deliverAll(somebody.customerId);
  const stale = events.find(({ type }) => type === 'customer.subscription.created')!;
  await rig().work();
  await rig().deliver({ ...stale, id: 'evt_stale', created: stale.created + 1_000 });
  await rig().work();
  expect(await subscriptionsOf(somebody)).toMatchObject([{ id, status: 'canceled' }]);
  const told = await rig().rows(
    `SELECT payload FROM outbox_events WHERE account_id = $1 AND topic = 'access.changed'`,
    [somebody.accountId],
  );
  // Whoever hears of a change asks how things stand; the news itself does not say.
  expect(told).toEqual([
    { payload: { action: 'access.subscription_recorded', subject: { kind: 'subscription', id } } },
  ]);
});
