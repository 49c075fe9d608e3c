import { sql } from 'kysely';
import { afterAll, beforeAll, expect, test } from 'vitest';
import { formatInstant } from '@whisperforge/kernel/clock';
import { createStripeGateway } from '../../../adapters/stripe/index.ts';
import { createTestDatabase, type TestDatabase } from '../../../../test/support/database.ts';
import { STRIPE_KEY } from '../../../../test/support/billing.ts';
import {
  openApplication,
  openSilentStripe,
  type OperatedApplication,
  type SilentStripe,
} from '../../../../test/support/stripe-operations.ts';
import { furnish, type Furnished } from './furnish.fixture.ts';
import type { Database } from '../../../platform/database.ts';
import { AppError } from '../../../platform/errors.ts';
import { createProcess } from '../../../../test/simulation/process.ts';
import type { PaymentGateway } from '../gateway/gateway.ts';
import { createProjector } from '../projection/projector.ts';
import { createImporter, type ImportReport, type ImportRequest } from './import.ts';
import { USUAL_SOURCE } from './user-source.ts';

const CUSTOMERS = 100;
const GONE = { code: 'process_gone', kind: 'unavailable' } as const;

let stripe: SilentStripe;
let known: Furnished;
const databases: TestDatabase[] = [];
const applications: OperatedApplication[] = [];

beforeAll(async () => {
  stripe = await openSilentStripe('an account in use');
  known = await furnish(stripe, CUSTOMERS);
});
afterAll(async () => {
  for (const app of applications) await app.close();
  for (const database of databases) await database.drop();
  await stripe.close();
});

async function open(): Promise<OperatedApplication> {
  const database = await createTestDatabase();
  databases.push(database);
  const app = await openApplication(database.url, stripe);
  applications.push(app);
  return app;
}

const request = (more: Partial<ImportRequest> = {}): ImportRequest => ({
  isDry: false,
  isResumed: false,
  userFrom: USUAL_SOURCE,
  map: [`${known.oldPrice}=pro:yearly`, `${known.foreignPrice}=none`],
  ...more,
});

/** All that an import writes, in words that are the same in every database. */
async function written(app: OperatedApplication): Promise<unknown> {
  const { rows: subscriptions } = await sql`
    SELECT u.external_id, p.slug, p.version, s.status, s.billing_cycle, s.seats, s.started_at,
      s.current_period_start, s.current_period_end, s.trial_end, s.cancel_at, s.past_due_since,
      s.ended_at, s.stripe_subscription_id
    FROM user_subscriptions s JOIN users u ON u.id = s.user_id
      JOIN subscription_plans p ON p.id = s.plan_id
    ORDER BY s.stripe_subscription_id
  `.execute(app.database.sql);
  const { rows: changes } = await sql`
    SELECT u.external_id, c.subscription_key, c.effective_at, c.cause, c.status, c.currency,
      (SELECT jsonb_agg(item - 'planId') FROM jsonb_array_elements(c.items) AS item) AS items,
      c.discounts, cardinality(c.plan_ids) AS plans, c.supersedes IS NULL AS is_first
    FROM subscription_changes c JOIN users u ON u.account_id = c.account_id
    ORDER BY c.subscription_key, c.effective_at, c.id
  `.execute(app.database.sql);
  const { rows: invoices } = await sql`
    SELECT u.external_id, i.stripe_invoice_id, i.status, i.total_minor, i.amount_paid_minor, i.lines
    FROM invoices i JOIN users u ON u.account_id = i.account_id ORDER BY i.stripe_invoice_id
  `.execute(app.database.sql);
  const { rows: users } = await sql`
    SELECT u.external_id, u.email, u.signed_up_at, a.stripe_customer_id, a.currency,
      u.subscription_status
    FROM users u JOIN accounts a ON a.id = u.account_id ORDER BY u.external_id
  `.execute(app.database.sql);
  return { subscriptions, changes, invoices, users };
}

/** Mails about what is past; that a trial is going to end may be told. */
const mails = async (app: OperatedApplication): Promise<number> => {
  const now = formatInstant(stripe.clock.nowMs());
  const { rows } = await sql<{ n: number }>`
    SELECT count(*) AS n FROM mail_messages WHERE due_at <= ${now}
  `.execute(app.database.sql);
  return rows[0]?.n ?? 0;
};

let whole: OperatedApplication;

test('a dry run says what would come in and what would not, and leaves nothing', async () => {
  whole = await open();
  const unmapped = await whole.stripe.importer.run(request({ isDry: true, map: [] }));
  expect(unmapped.unknownPrices).toEqual([
    { priceId: known.oldPrice, customers: known.customersOfOldPrice },
    { priceId: known.foreignPrice, customers: 1 },
  ]);
  const { waiting, done, skipped } = unmapped;
  expect({ waiting, done, skipped }).toEqual({
    waiting: CUSTOMERS - known.customersOfOldPrice,
    done: 0,
    skipped: known.skipped.size + known.customersOfOldPrice,
  });
  expect(await written(whole)).toEqual({ subscriptions: [], changes: [], invoices: [], users: [] });
  const { rows } = await sql`SELECT FROM stripe_import_customers`.execute(whole.database.sql);
  expect(rows).toEqual([]);
});

test('everybody comes in with the whole past, which nobody is told of', async () => {
  const report = await whole.stripe.importer.run(request());
  expect(report).toMatchObject({ done: CUSTOMERS, waiting: 0, skipped: known.skipped.size });
  const reasons = new Map(report.skippedCustomers.map((each) => [each.customerId, each.reason]));
  for (const [id, reason] of known.skipped) expect(reasons.get(id)).toMatch(reason);
  expect(await mails(whole)).toBe(0);
  const { rows } = await sql<{ status: string }>`
    SELECT status FROM user_subscriptions GROUP BY 1 ORDER BY 1
  `.execute(whole.database.sql);
  expect(rows.map(({ status }) => status)).toEqual(['active', 'canceled', 'past_due', 'trialing']);
  const compared = await whole.stripe.reconciler.run({ startedBy: 'cli', applies: false });
  expect(compared).toMatchObject({ outcome: 'equal', compared: CUSTOMERS });
});

test('done again it changes nothing', async () => {
  const before = await written(whole);
  const again = await whole.stripe.importer.run(request());
  expect(again).toMatchObject({ done: CUSTOMERS, skipped: known.skipped.size });
  expect(await written(whole)).toEqual(before);
  expect(await mails(whole)).toBe(0);
});

test('broken off again and again and gone on with, it comes to the same', async () => {
  const app = await open();
  const report = await untilDone(app, [19, 90, 180, 250, 320]);
  expect(report).toMatchObject({ done: CUSTOMERS, skipped: known.skipped.size });
  expect(await written(app)).toEqual(await written(whole));
  await expect(app.stripe.importer.run(request({ isResumed: true }))).rejects.toMatchObject({
    code: 'import_missing',
  });
});

/** Each attempt is broken off at one of these calls to Stripe or to the database. */
async function untilDone(
  { database }: OperatedApplication,
  breaks: readonly number[],
): Promise<ImportReport> {
  const { clock, sandbox } = stripe;
  let calls = 0;
  const breakOff = (): void => {
    calls += 1;
    if (breaks.includes(calls)) throw new AppError(GONE, { message: 'the process is gone' });
  };
  const real = createStripeGateway({
    secretKey: STRIPE_KEY,
    apiBase: sandbox.url,
    webhookSecrets: [],
  });
  const gateway: PaymentGateway = {
    ...real,
    async retrieveCustomer(id) {
      breakOff();
      return real.retrieveCustomer(id);
    },
  };
  const breaking: Database = {
    ...database,
    async transaction(work) {
      const done = await database.transaction(work);
      // What was committed stays, and whoever did it never hears of it.
      breakOff();
      return done;
    },
  };
  const process = createProcess(breaking, clock);
  await process.catalog.load();
  const access = process.commands;
  const parts = { database: breaking, gateway, clock, access, effects: [] };
  const importer = createImporter({
    ...parts,
    catalog: process.catalog,
    accounts: process.accounts,
    projector: createProjector(parts),
  });
  for (let attempt = 0; attempt <= breaks.length; attempt += 1) {
    try {
      const isResumed = attempt > 0;
      const report = await importer.run(request({ isResumed }));
      expect(attempt).toBe(breaks.length);
      return report;
    } catch (error) {
      expect(String(error)).toContain('the process is gone');
      // As if the thirty seconds were over for which a process that is gone holds a customer.
      await sql`UPDATE billing_customers SET leased_until = NULL`.execute(database.sql);
    }
  }
  throw new Error('it broke more often than it was to');
}
