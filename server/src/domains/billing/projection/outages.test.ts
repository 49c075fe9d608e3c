import { expect, test } from 'vitest';
import { endLeases, endWaits } from '../../../../test/scenarios/payments/support/leases.ts';
import { KEY, SECRET } from '../../../../test/scenarios/payments/support/rig.ts';
import { useRig } from '../../../../test/scenarios/payments/support/use-rig.ts';
import { randomFrom, type Random } from '../../../../test/scenarios/support/random.ts';
import { eventually } from '../../../../test/support/eventually.ts';
import { createStripeGateway } from '../../../adapters/stripe/index.ts';
import { AppError, DATABASE_UNAVAILABLE } from '../../../platform/errors.ts';

const rig = useRig('outages');

const CUSTOMERS = 16;
const MOST_ROUNDS = 200;

/** Everybody subscribes and half of them cancel; Stripe has told all of it. */
async function prepare(): Promise<void> {
  const { stripe, prices } = rig();
  const since = Math.floor(rig().clock.nowMs() / 1_000);
  for (let number = 0; number < CUSTOMERS; number += 1) {
    const { customerId } = await rig().customer();
    const items = [{ price: prices.proMonthly }];
    const { id } = await stripe.subscriptions.create({ customer: customerId, items });
    if (number % 2 === 0) await stripe.subscriptions.cancel(id);
  }
  const events = await stripe.events
    .list({ limit: 100, created: { gte: since } })
    .autoPagingToArray({ limit: 9_999 });
  for (const event of events) await rig().deliver(event);
}

async function found(): Promise<unknown> {
  const [counts] = await rig().rows(
    `SELECT
      (SELECT count(*)::int FROM user_subscriptions WHERE ended_at IS NULL) AS live,
      (SELECT count(*)::int FROM user_subscriptions WHERE ended_at IS NOT NULL) AS ended,
      (SELECT count(*)::int FROM invoices WHERE status = 'paid') AS invoices,
      (SELECT count(*)::int FROM audit_entries
        WHERE action = 'access.subscription_recorded') AS audited,
      (SELECT count(*)::int FROM outbox_events WHERE topic = 'access.changed') AS told,
      (SELECT count(*)::int FROM stripe_events WHERE state NOT IN ('done', 'ignored')) AS waiting`,
  );
  return counts;
}

/** After so many times that everybody subscribed. */
function all(times: number): unknown {
  const [half, whole] = [(CUSTOMERS / 2) * times, CUSTOMERS * times];
  return { live: half, ended: half, invoices: whole, audited: whole, told: whole, waiting: 0 };
}

const KINDS = [
  'rate_limit',
  'server_error',
  'timeout_after_commit',
  'reset_after_commit',
  'reset_before_commit',
];
/** What a look asks for, of which eight are under way at once. */
const PATHS = ['/v1/customers/*', '/v1/subscriptions', '/v1/invoices', '/v1/checkout/sessions'];
const LOOKS = 8;
const FAILING = 0.2;

/** Of the calls of a round so many fail, each in some way. */
async function disturb(random: Random, looks: number): Promise<void> {
  await rig().control('failures');
  for (const path of PATHS) {
    for (let look = 0; look < looks; look += 1) {
      if (!random.chance(FAILING)) continue;
      const kind = random.pick(KINDS);
      await rig().control('failures', { kind, path, method: 'GET', retry_after: 0 });
    }
  }
}

async function countDue(): Promise<number> {
  return (await rig().rows('SELECT 1 FROM billing_customers WHERE due_at IS NOT NULL')).length;
}

/** Works until nobody is due, and nobody waits for another attempt. */
async function workThrough(): Promise<void> {
  do await rig().work();
  while ((await endWaits(rig())) > 0);
}

test('a Stripe of which every fifth call fails delays the news, and loses nothing', async () => {
  await prepare();
  const random = randomFrom(20);
  const gateway = createStripeGateway({
    secretKey: KEY,
    apiBase: rig().sandbox.url,
    webhookSecrets: [SECRET],
    networkRetries: 0,
    timeoutMs: 250,
  });
  const worker = rig().billing({ gateway });
  let rounds = 0;
  let due = CUSTOMERS;
  for (; rounds < MOST_ROUNDS && due > 0; rounds += 1) {
    await disturb(random, Math.min(LOOKS, due));
    await worker.projector.work(new AbortController().signal);
    await endWaits(rig());
    due = await countDue();
  }
  await rig().control('failures');
  // A machine with much to do may have taken longer than the worker waits: those wait once more.
  await workThrough();
  expect(rig().failures.length).toBeGreaterThan(0);
  expect(await found()).toEqual(all(1));
});

test('a Postgres that ends every connection again and again loses nothing', async () => {
  await rig().advanceTo(rig().clock.nowMs() + 1_000);
  await prepare();
  const random = randomFrom(21);
  const worker = rig().billing();
  for (let round = 0; round < 12; round += 1) {
    const working = worker.projector
      .work(new AbortController().signal)
      .then(() => undefined)
      .catch((error: unknown) => error);
    for (let pause = random.between(1, 30); pause > 0; pause -= 1) await rig().rows('SELECT 1');
    await rig().rows(
      `SELECT pg_terminate_backend(pid) FROM pg_stat_activity
       WHERE application_name = 'rig' AND datname = current_database()`,
    );
    await working;
    await endLeases(rig());
    await endWaits(rig());
  }
  // Those that were still under way may have met the last of it, and wait to be tried again. So may
  // who takes a connection first whose end nobody has heard of yet.
  await eventually(() =>
    workThrough().then(
      () => true,
      (fault: unknown) => {
        if (!(fault instanceof AppError) || fault.code !== DATABASE_UNAVAILABLE.code) throw fault;
        return undefined;
      },
    ),
  );
  expect(await found()).toEqual(all(2));
});

test('a Stripe that knows no customer any more cancels nobody', async () => {
  const before = await rig().rows('SELECT * FROM user_subscriptions ORDER BY id');
  await rig().control('reset', {});
  const customers = await rig().rows<{ id: string }>(
    'SELECT stripe_customer_id AS id FROM billing_customers',
  );
  const { projector } = rig().billing();
  for (const { id } of customers) {
    await expect(projector.refresh(id)).rejects.toThrow(`Stripe knows no customer ${id}`);
  }
  expect(await rig().rows('SELECT * FROM user_subscriptions ORDER BY id')).toEqual(before);
});
