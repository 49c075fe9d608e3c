import { sql } from 'kysely';
import { afterAll, afterEach, beforeAll, beforeEach, expect, test } from 'vitest';
import { createTestDatabase, type TestDatabase } from '../../../../../test/support/database.ts';
import {
  openApplication,
  openSilentStripe,
  type OperatedApplication,
  type SilentStripe,
} from '../../../../../test/support/stripe-operations.ts';

const DAY_MS = 86_400_000;
let testDatabase: TestDatabase;
let stripe: SilentStripe;
let app: OperatedApplication;
let customers: string[];

beforeAll(async () => {
  stripe = await openSilentStripe('reconcile');
});
afterAll(() => stripe.close());

let price: string | undefined;

beforeEach(async () => {
  testDatabase = await createTestDatabase();
  app = await openApplication(testDatabase.url, stripe);
  price ??= await stripe.price({ lookupKey: 'pro:1:monthly:usd', amountMinor: 1_900 });
  customers = [];
  for (let each = 0; each < 3; each += 1) customers.push(await subscriber(`u-${each}`));
  expect(await run(true)).toMatchObject({ outcome: 'mended', compared: 0, mended: 3 });
});
afterEach(async () => {
  for (const id of customers) await stripe.stripe.customers.del(id).catch(() => undefined);
  await app.close();
  await testDatabase.drop();
});

const run = (applies: boolean) => app.stripe.reconciler.run({ startedBy: 'cli', applies });

/** A customer of Stripe's who says of which account they are, which nobody has noted yet. */
async function subscriber(externalId: string): Promise<string> {
  const email = `${externalId}@example.com`;
  const { rows } = await sql<{ id: number }>`
    WITH account AS (
      INSERT INTO accounts (currency, quota_anchor, created_at)
      VALUES ('usd', '2026-01-01', '2026-01-01') RETURNING id
    )
    INSERT INTO users (external_id, account_id, email, signed_up_at, created_at, updated_at)
    SELECT ${externalId}, id, ${email}, '2026-01-01', '2026-01-01', '2026-01-01' FROM account
    RETURNING account_id AS id
  `.execute(app.database.sql);
  const id = String(rows[0]?.id);
  await sql`
    UPDATE accounts SET owner_user_id = (SELECT id FROM users WHERE account_id = ${id}::bigint)
    WHERE id = ${id}::bigint
  `.execute(app.database.sql);
  await sql`
    INSERT INTO quota_anchors (account_id, effective_at) VALUES (${id}::bigint, '2026-01-01')
  `.execute(app.database.sql);
  const customer = await stripe.customer({ email, metadata: { account_id: id } });
  await stripe.subscribe({ customer, items: [{ price: price ?? '' }] });
  return customer;
}

async function live(): Promise<unknown[]> {
  const { rows } = await sql`
    SELECT accounts.stripe_customer_id AS customer, status
    FROM user_subscriptions JOIN accounts ON accounts.id = account_id
    WHERE ended_at IS NULL ORDER BY 1
  `.execute(app.database.sql);
  return rows;
}

test('where all is as Stripe has it, nothing differs and nothing is written', async () => {
  const { rows: before } = await sql`SELECT count(*) FROM audit_entries`.execute(app.database.sql);
  expect(await run(true)).toMatchObject({ outcome: 'equal', compared: 3, customers: [] });
  const { rows: after } = await sql`SELECT count(*) FROM audit_entries`.execute(app.database.sql);
  expect(after).toEqual(before);
});

test('a drift is told with what is on record and what Stripe says, and mended', async () => {
  const [drifted = ''] = customers;
  await sql`
    UPDATE user_subscriptions SET status = 'past_due', past_due_since = '2026-01-15',
      current_period_end = '2026-01-20'
    WHERE account_id = (SELECT id FROM accounts WHERE stripe_customer_id = ${drifted})
  `.execute(app.database.sql);
  await sql`
    DELETE FROM invoices
    WHERE account_id = (SELECT id FROM accounts WHERE stripe_customer_id = ${drifted})
  `.execute(app.database.sql);

  const dry = await run(false);
  expect(dry).toMatchObject({ outcome: 'different', different: 1, mended: 0 });
  const differences = dry.customers[0]?.differences ?? [];
  expect(differences.map(({ what, recorded, found }) => [what, recorded, found])).toEqual([
    ['status', 'past_due', 'active'],
    ['period end', '2026-01-20T00:00:00.000Z', '2026-02-15T12:00:00.000Z'],
    ['past due since', '2026-01-15T00:00:00.000Z', ''],
    ['is missing', '', 'paid'],
  ]);
  expect(await run(false)).toMatchObject({ different: 1 });

  expect(await run(true)).toMatchObject({ outcome: 'mended', different: 1, mended: 1 });
  expect(await run(false)).toMatchObject({ outcome: 'equal' });
});

test('what nobody told of is found: a cancellation, a customer who was never noted', async () => {
  const [canceled = ''] = customers;
  const { data } = await stripe.stripe.subscriptions.list({ customer: canceled });
  await stripe.stripe.subscriptions.cancel(data[0]?.id ?? '');
  customers.push(await subscriber('u-new'));
  const report = await run(true);
  expect(report).toMatchObject({ outcome: 'mended', different: 2, mended: 2, disappearing: 0 });
  expect(await live()).toHaveLength(3);
});

test('a live subscription of prices that are no plan is left to a person', async () => {
  const [first = ''] = customers;
  const { data } = await stripe.stripe.subscriptions.list({ customer: first });
  const item = data[0]?.items.data[0]?.id ?? '';
  const foreign = await stripe.price({ amountMinor: 700 });
  await stripe.stripe.subscriptions.update(data[0]?.id ?? '', {
    items: [{ id: item, price: foreign }],
  });
  const report = await run(true);
  expect(report).toMatchObject({ outcome: 'different', different: 1 });
  expect(report.customers[0]?.differences).toContainEqual({
    about: `price ${foreign}`,
    what: 'is of no plan',
    recorded: '',
    found: 'sold',
  });
  expect(await live()).toHaveLength(3);
});

test('one customer alone is compared and mended', async () => {
  const [, second = ''] = customers;
  await sql`UPDATE user_subscriptions SET seats = 9`.execute(app.database.sql);
  const alone = { startedBy: 'cli', applies: true, customerId: second } as const;
  expect(await app.stripe.reconciler.run(alone)).toMatchObject({ compared: 1, mended: 1 });
  expect(await run(false)).toMatchObject({ different: 2 });
});

test('one who is deleted at Stripe loses the subscription; two stop it until allowed', async () => {
  const [first = '', second = '', third = ''] = customers;
  await stripe.stripe.customers.del(first);
  expect(await run(true)).toMatchObject({ outcome: 'mended', disappearing: 1 });
  expect(await live()).toHaveLength(2);

  await stripe.stripe.customers.del(second);
  await stripe.stripe.customers.del(third);
  expect(await run(true)).toMatchObject({ outcome: 'stopped', mended: 0 });
  expect(await live()).toHaveLength(2);
  const allowed = { startedBy: 'cli', applies: true, allowed: 2 } as const;
  expect(await app.stripe.reconciler.run(allowed)).toMatchObject({ outcome: 'mended', mended: 2 });
  expect(await live()).toHaveLength(0);
});

test('a Stripe that knows nobody cancels nobody: the job stops, and says so', async () => {
  const empty = await openSilentStripe('another account', { clock: stripe.clock });
  const elsewhere = await openApplication(testDatabase.url, empty);
  try {
    const before = await live();
    const job = elsewhere.jobs.find(({ name }) => name === 'stripe_reconcile');
    await job?.run({ nowMs: stripe.clock.nowMs(), signal: new AbortController().signal });
    expect(await live()).toEqual(before);
    const { rows: events } = await sql<{ payload: unknown }>`
      SELECT payload FROM outbox_events WHERE topic = 'billing.reconciliation_stopped'
    `.execute(app.database.sql);
    expect(events).toHaveLength(1);
    expect(events[0]?.payload).toMatchObject({ most_disappearing: 1 });
    const { rows: mails } = await sql`
      SELECT kind FROM mail_messages WHERE audience = 'staff'
    `.execute(app.database.sql);
    expect(mails).toEqual([{ kind: 'staff_attention' }]);
    const { lastReconciliation } = await app.stripe.inspection.status();
    expect(lastReconciliation).toMatchObject({ outcome: 'stopped', mended: 0 });
  } finally {
    await elsewhere.close();
    await empty.close();
  }
});

test('a Stripe that stumbles is asked again', async () => {
  await stripe.fail({ kind: 'server_error', method: 'GET', count: 3 });
  await stripe.fail({ kind: 'rate_limit', method: 'GET', count: 3, retry_after: 0 });
  expect(await run(false)).toMatchObject({ outcome: 'equal', compared: 3 });
});

test('time that passes at Stripe is a difference that is mended', async () => {
  await stripe.advanceTo(stripe.clock.nowMs() + 40 * DAY_MS);
  const report = await run(true);
  expect(report).toMatchObject({ outcome: 'mended', different: 3 });
  expect(await run(false)).toMatchObject({ outcome: 'equal' });
});
