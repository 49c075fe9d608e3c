import { expect, test } from 'vitest';
import { createInspection } from '../inbox/inspection.ts';
import { endLeases, endWaits } from '../../../../test/scenarios/payments/support/leases.ts';
import type { Customer } from '../../../../test/scenarios/payments/support/rig.ts';
import { useRig } from '../../../../test/scenarios/payments/support/use-rig.ts';
import { PROVIDER_UNAVAILABLE, type Effect, type PaymentGateway } from '../index.ts';

const rig = useRig('projector');

/** The real gateway, whose answer about a customer is held back until it is let go. */
function gated(): { gateway: PaymentGateway; asked: Promise<void>; letGo: () => void } {
  const asked = Promise.withResolvers<void>();
  const gate = Promise.withResolvers<void>();
  const { gateway } = rig();
  return {
    asked: asked.promise,
    letGo: () => gate.resolve(),
    gateway: {
      ...gateway,
      async retrieveCustomer(id) {
        const retrieval = await gateway.retrieveCustomer(id);
        asked.resolve();
        await gate.promise;
        return retrieval;
      },
    },
  };
}

async function subscribe({ customerId }: Customer, price?: string): Promise<string> {
  const { stripe, prices } = rig();
  const items = [{ price: price ?? prices.proMonthly }];
  return (await stripe.subscriptions.create({ customer: customerId, items })).id;
}

async function effectsOn({ accountId }: Customer): Promise<unknown> {
  const of = async (table: string): Promise<number> => {
    const [row] = await rig().rows<{ n: number }>(
      `SELECT count(*)::int AS n FROM ${table} WHERE account_id = $1`,
      [accountId],
    );
    return row!.n;
  };
  return {
    subscriptions: await of('user_subscriptions'),
    invoices: await of('invoices'),
    changes: await of('subscription_changes'),
    audited: await of('audit_entries'),
    told: await of(`(SELECT * FROM outbox_events WHERE topic = 'access.changed') AS news`),
    grants: await of('grants'),
  };
}

/** What bringing an account to one paid subscription writes. */
const ONCE = { subscriptions: 1, invoices: 1, changes: 1, audited: 1, told: 1, grants: 0 };
const NOTHING = { subscriptions: 0, invoices: 0, changes: 0, audited: 0, told: 0, grants: 0 };

async function standing({ accountId }: Customer): Promise<unknown> {
  const [row] = await rig().rows(
    `SELECT s.status, plan.slug, s.ended_at IS NOT NULL AS is_over
     FROM user_subscriptions s JOIN subscription_plans plan ON plan.id = s.plan_id
     WHERE s.account_id = $1 ORDER BY s.id DESC`,
    [accountId],
  );
  return row;
}

async function eventStates(customer: Customer): Promise<unknown[]> {
  return rig().rows(
    'SELECT DISTINCT state, reason FROM stripe_events WHERE stripe_customer_id = $1',
    [customer.customerId],
  );
}

test('a holder whose lease was taken over meanwhile writes nothing', async () => {
  const somebody = await rig().customer();
  const id = await subscribe(somebody);
  const { gateway, asked, letGo } = gated();
  const slow = rig().billing({ gateway }).projector.refresh(somebody.customerId);
  await asked;
  await rig().stripe.subscriptions.cancel(id);
  await endLeases(rig());
  await rig().work();
  expect(await standing(somebody)).toEqual({ status: 'canceled', slug: 'pro', is_over: true });
  const written = await effectsOn(somebody);
  letGo();
  await slow;
  expect(await standing(somebody)).toEqual({ status: 'canceled', slug: 'pro', is_over: true });
  expect(await effectsOn(somebody)).toEqual(written);
});

test('whoever finds a customer taken is not forgotten, though no event tells of it', async () => {
  const somebody = await rig().customer();
  const { gateway, asked, letGo } = gated();
  const slow = rig().billing({ gateway }).projector.refresh(somebody.customerId);
  await asked;
  await subscribe(somebody);
  expect(await rig().billing().projector.refresh(somebody.customerId)).toBe('busy');
  letGo();
  await slow;
  expect(await standing(somebody)).toBeUndefined();
  await rig().work();
  expect(await standing(somebody)).toEqual({ status: 'active', slug: 'pro', is_over: false });
});

test('an event that comes while its customer is given up is not left lying', async () => {
  const event = (id: string): unknown => ({
    id,
    object: 'event',
    type: 'customer.updated',
    api_version: null,
    created: 1_768_000_000,
    livemode: false,
    data: { object: { id: 'cus_of_another_account', object: 'customer' } },
  });
  await rig().deliver(event('evt_first'));
  const { gateway, asked, letGo } = gated();
  const worker = rig().billing({ gateway });
  const slow = rig().work(worker);
  await asked;
  await rig().deliver(event('evt_second'));
  letGo();
  await slow;
  await rig().work();
  const stored = await rig().rows(
    'SELECT id, state, reason FROM stripe_events WHERE stripe_customer_id = $1 ORDER BY id',
    ['cus_of_another_account'],
  );
  const reason = 'Stripe knows no customer cus_of_another_account';
  expect(stored).toEqual([
    { id: 'evt_first', state: 'failed', reason },
    { id: 'evt_second', state: 'failed', reason },
  ]);
});

test('several workers at once write everything once', async () => {
  const customers = await Promise.all(Array.from({ length: 12 }, () => rig().customer()));
  for (const somebody of customers) await subscribe(somebody);
  const events = await rig().stripe.events.list({ limit: 100 }).autoPagingToArray({ limit: 999 });
  for (const event of events) await rig().deliver(event);
  const workers = [rig().billing(), rig().billing(), rig().billing()];
  await Promise.all(workers.map((worker) => rig().work(worker)));
  for (const somebody of customers) expect(await effectsOn(somebody)).toEqual(ONCE);
  // Two more looks at the same find nothing to write.
  await Promise.all(
    customers.map(({ customerId }) => rig().billing().projector.refresh(customerId)),
  );
  for (const somebody of customers) expect(await effectsOn(somebody)).toEqual(ONCE);
});

test('an effect that throws takes everything else back, and all of it is tried again', async () => {
  const somebody = await rig().customer();
  await subscribe(somebody);
  await rig().deliverAll(somebody.customerId);
  let isBroken = true;
  const grantOnce: Effect = async ({ access, invoices }) => {
    for (const { invoice } of invoices) {
      const source = { source: 'stripe_invoice', sourceId: invoice.id };
      const extra = { kind: 'boost', feature: 'audio_minutes', amount: 1_000_000n } as const;
      await access.grant({ ...extra, ...source, expiresMs: null });
    }
    if (isBroken) throw new Error('the effect is broken');
  };
  const broken = rig().billing({ effects: [grantOnce] });
  await rig().work(broken);
  expect(await effectsOn(somebody)).toEqual(NOTHING);
  expect(await eventStates(somebody)).toEqual([{ state: 'stored', reason: null }]);
  isBroken = false;
  expect(await endWaits(rig())).toBe(1);
  await rig().work(broken);
  const all = { ...ONCE, audited: 2, told: 2, grants: 1 };
  expect(await effectsOn(somebody)).toEqual(all);
  expect(await eventStates(somebody)).toEqual([{ state: 'done', reason: null }]);
  await broken.projector.refresh(somebody.customerId);
  expect(await effectsOn(somebody)).toEqual(all);
});

test('what waits is told to whoever asks, with the reason', async () => {
  const somebody = await rig().customer();
  await rig().control('failures', { kind: 'server_error', path: '/v1/subscriptions', count: 3 });
  const refused = rig().billing().projector.refresh(somebody.customerId);
  await expect(refused).rejects.toMatchObject({ code: PROVIDER_UNAVAILABLE.code });
  const [row] = await rig().rows(
    `SELECT last_error, due_at > clock_timestamp() AS waits, leased_until
     FROM billing_customers WHERE stripe_customer_id = $1`,
    [somebody.customerId],
  );
  expect(row).toEqual({
    last_error: expect.stringContaining('payment_provider_unavailable') as unknown,
    waits: true,
    leased_until: null,
  });
  await rig().control('failures');
});

test('a customer of nobody is ignored, with the reason', async () => {
  const { id: customerId } = await rig().stripe.customers.create({ email: 'else@example.com' });
  await rig().deliverAll(customerId);
  await rig().work();
  const reason = 'the customer is no account of ours';
  expect(await eventStates({ user: '', accountId: 0, customerId })).toEqual([
    { state: 'ignored', reason },
  ]);
});

test('prices that no plan has fail with the reason, and heal when they are known', async () => {
  const { stripe, prices } = rig();
  const somebody = await rig().customer();
  await subscribe(somebody, prices.foreign);
  await rig().deliverAll(somebody.customerId);
  await rig().work();
  const reason = `no plan has the prices ${prices.foreign}`;
  expect(await eventStates(somebody)).toEqual([{ state: 'failed', reason }]);
  expect(await effectsOn(somebody)).toMatchObject({ subscriptions: 0, invoices: 1 });
  const [row] = await rig().rows(
    'SELECT last_error FROM billing_customers WHERE stripe_customer_id = $1',
    [somebody.customerId],
  );
  expect(row).toEqual({ last_error: reason });
  await stripe.prices.update(prices.foreign, { metadata: { wf_price: 'pro:1:monthly:usd' } });
  const { database } = rig();
  expect(await createInspection({ database }).replay({ kind: 'failed' })).not.toEqual([]);
  await rig().work();
  expect(await eventStates(somebody)).toEqual([{ state: 'done', reason: null }]);
  expect(await standing(somebody)).toEqual({ status: 'active', slug: 'pro', is_over: false });
  await stripe.prices.update(prices.foreign, { metadata: { wf_price: '' } });
});

test('a subscription whose price became unknown ends all the same', async () => {
  const { stripe, prices } = rig();
  const somebody = await rig().customer();
  const id = await subscribe(somebody);
  await rig().billing().projector.refresh(somebody.customerId);
  const { items } = await stripe.subscriptions.retrieve(id);
  await stripe.subscriptions.update(id, {
    items: [{ id: items.data[0]!.id, price: prices.foreign }],
  });
  await rig().billing().projector.refresh(somebody.customerId);
  expect(await standing(somebody)).toEqual({ status: 'active', slug: 'pro', is_over: false });
  await stripe.subscriptions.cancel(id);
  await rig().billing().projector.refresh(somebody.customerId);
  expect(await standing(somebody)).toEqual({ status: 'canceled', slug: 'pro', is_over: true });
});
