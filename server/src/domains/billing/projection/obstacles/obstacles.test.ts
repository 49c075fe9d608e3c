import { expect, test } from 'vitest';
import { useRig } from '../../../../../test/scenarios/payments/support/use-rig.ts';
import type { Customer } from '../../../../../test/scenarios/payments/support/rig.ts';
import { recordSubscription } from '../../../access/index.ts';
import type { SubscriptionState } from '../../../subscriptions/index.ts';
import { createInspection } from '../../inbox/inspection.ts';
import { duplicatesConsumer, tellDuplicates } from '../../checkout/duplicates/duplicates.ts';
import type { Billing } from '../../index.ts';

const rig = useRig('obstacles');
const NOT_SERVED = 'which is not served; end it there';

function worker(): Billing {
  return rig().billing({ hasStaff: true, effects: [tellDuplicates] });
}

async function subscribe(customerId: string): Promise<string> {
  const items = [{ price: rig().prices.proMonthly }];
  return (await rig().stripe.subscriptions.create({ customer: customerId, items })).id;
}

/** Agreed upon with staff, and not sold by Stripe. */
async function agree(
  { accountId }: Customer,
  said: Partial<SubscriptionState> = {},
): Promise<SubscriptionState> {
  const { process, clock } = rig();
  const startedMs = clock.nowMs();
  const business = process.catalog.current().current.find(({ slug }) => slug === 'business');
  const contract: SubscriptionState = {
    planId: business!.id,
    status: 'active',
    source: 'manual',
    billingCycle: 'yearly',
    seats: 5,
    startedMs,
    period: { startMs: startedMs, endMs: startedMs + 365 * 86_400_000 },
    trialEndMs: null,
    cancelAtMs: null,
    pastDueSinceMs: null,
    scheduled: null,
    endedMs: null,
    stripeSubscriptionId: null,
    ...said,
  };
  const actor = { kind: 'system', id: 'a test' } as const;
  const context = { actor, nowMs: startedMs, reason: 'as agreed' };
  await recordSubscription(process.commands, { accountId, context }, contract);
  return contract;
}

async function eventsOf(customerId: string): Promise<unknown[]> {
  return rig().rows(
    `SELECT DISTINCT state, reason FROM stripe_events WHERE stripe_customer_id = $1`,
    [customerId],
  );
}

async function live({ accountId }: Customer): Promise<unknown[]> {
  return rig().rows(
    `SELECT plan.slug, s.source FROM user_subscriptions s
     JOIN subscription_plans plan ON plan.id = s.plan_id
     WHERE s.account_id = $1 AND s.ended_at IS NULL`,
    [accountId],
  );
}

async function told({ accountId }: Customer): Promise<unknown[]> {
  return rig().rows(
    `SELECT audience, data ->> 'text' AS text FROM mail_messages WHERE account_id = $1`,
    [accountId],
  );
}

test('a subscription at Stripe beside a contract takes nothing, and is told of once', async () => {
  const somebody = await rig().customer();
  const contract = await agree(somebody);
  const id = await subscribe(somebody.customerId);
  await rig().deliverAll(somebody.customerId);
  await rig().work(worker());
  const reason =
    `${id} lives at Stripe, and the account has business here (manual); ` +
    'end one of the two, and replay';
  expect(await eventsOf(somebody.customerId)).toEqual([{ state: 'failed', reason }]);
  expect(await live(somebody)).toEqual([{ slug: 'business', source: 'manual' }]);
  await worker().projector.refresh(somebody.customerId);
  expect(await told(somebody)).toEqual([{ audience: 'staff', text: `${reason}.` }]);
  // What was paid is on record, and goes on being charged: nobody but a person ends it.
  const invoices = await rig().rows('SELECT status FROM invoices WHERE account_id = $1', [
    somebody.accountId,
  ]);
  expect(invoices).toEqual([{ status: 'paid' }]);
  expect((await rig().stripe.subscriptions.retrieve(id)).status).toBe('active');

  await rig().advanceTo(rig().clock.nowMs() + 1_000);
  await agree(somebody, { ...contract, status: 'canceled', endedMs: rig().clock.nowMs() });
  const { database } = rig();
  await createInspection({ database }).replay({ kind: 'failed' });
  await rig().work(worker());
  expect(await live(somebody)).toEqual([{ slug: 'pro', source: 'stripe' }]);
  expect(await eventsOf(somebody.customerId)).toEqual([{ state: 'done', reason: null }]);
});

test('two subscriptions at Stripe beside a contract are none of them canceled', async () => {
  const somebody = await rig().customer();
  await agree(somebody);
  const both = [await subscribe(somebody.customerId), await subscribe(somebody.customerId)];
  await rig().deliverAll(somebody.customerId);
  await rig().work(worker());
  const found = await rig().rows(
    `SELECT 1 FROM outbox_events WHERE account_id = $1 AND topic = ANY($2)`,
    [somebody.accountId, duplicatesConsumer({ ...rig(), refresh: () => Promise.resolve() }).topics],
  );
  expect(found).toEqual([]);
  for (const id of both) {
    expect((await rig().stripe.subscriptions.retrieve(id)).status).toBe('active');
  }
});

test('a contract that was to end by now makes room for a subscription at Stripe', async () => {
  const somebody = await rig().customer();
  await agree(somebody, { cancelAtMs: rig().clock.nowMs() + 1_000 });
  await rig().advanceTo(rig().clock.nowMs() + 2_000);
  await subscribe(somebody.customerId);
  await worker().projector.refresh(somebody.customerId);
  expect(await live(somebody)).toEqual([{ slug: 'pro', source: 'stripe' }]);
});

test('a second customer of an account who pays is seen, told of once, and not served', async () => {
  const somebody = await rig().customer();
  await subscribe(somebody.customerId);
  await rig().deliverAll(somebody.customerId);
  await rig().work(worker());
  const { stripe } = rig();
  const metadata = { account_id: String(somebody.accountId) };
  const { id: second } = await stripe.customers.create({ metadata });
  const { id: card } = await stripe.paymentMethods.attach('pm_card_visa', { customer: second });
  await rig().deliverAll(second);
  await rig().work(worker());
  const known = `account ${somebody.accountId} is ${somebody.customerId} at Stripe`;
  expect(await eventsOf(second)).toEqual([
    { state: 'ignored', reason: `${known}; ${second} has nothing that lives` },
  ]);
  expect(await told(somebody)).toEqual([]);

  const { id } = await stripe.subscriptions.create({
    customer: second,
    items: [{ price: rig().prices.businessMonthly }],
    default_payment_method: card,
  });
  await rig().deliverAll(second);
  await rig().work(worker());
  await worker().projector.refresh(second);
  const reason = `${known}, and its second customer ${second} has ${id}, ${NOT_SERVED}`;
  expect(await eventsOf(second)).toContainEqual({ state: 'failed', reason });
  expect(await told(somebody)).toEqual([{ audience: 'staff', text: `A${reason.slice(1)}.` }]);
  expect(await live(somebody)).toEqual([{ slug: 'pro', source: 'stripe' }]);

  await stripe.subscriptions.cancel(id);
  const { database } = rig();
  await createInspection({ database }).replay({ kind: 'customer', customerId: second });
  await rig().work(worker());
  expect(await eventsOf(second)).toEqual([
    { state: 'ignored', reason: `${known}; ${second} has nothing that lives` },
  ]);
});
