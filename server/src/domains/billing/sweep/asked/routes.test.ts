import { afterAll, beforeAll, expect, test } from 'vitest';
import { createTestDatabase, type TestDatabase } from '../../../../../test/support/database.ts';
import { startTestServer, type StartedTestServer } from '../../../../../test/support/server.ts';
import { signInStaff, type SignedInStaff } from '../../../../../test/support/staff.ts';
import {
  openApplication,
  openSilentStripe,
  type OperatedApplication,
  type SilentStripe,
} from '../../../../../test/support/stripe-operations.ts';

let testDatabase: TestDatabase;
let stripe: SilentStripe;
let app: OperatedApplication;
let server: StartedTestServer;
let admin: SignedInStaff;

beforeAll(async () => {
  testDatabase = await createTestDatabase();
  stripe = await openSilentStripe('asked');
  app = await openApplication(testDatabase.url, stripe);
  server = await startTestServer(testDatabase.url, { clock: stripe.clock });
  admin = await signInStaff(server, 'admin');
});
afterAll(async () => {
  await server.close();
  await app.close();
  await stripe.close();
  await testDatabase.drop();
});

const PATH = '/admin/v1/reconciliations';

const ask = (isDry: boolean, as = admin) =>
  server.request<{ id: number; state: string }>(
    'POST',
    PATH,
    { dry_run: isDry, reason: 'after the outage' },
    as,
  );

const read = async (id: number) =>
  (await server.request('GET', `${PATH}/${id}`, undefined, admin)).body;

/** As a worker goes round. */
async function work(): Promise<number> {
  const name = 'reconciliations that staff have asked for';
  const round = app.rounds.find((each) => each.name === name)!;
  return round.work(AbortSignal.any([]));
}

test('staff see what differs from Stripe, and have it made right on request', async () => {
  const user = await server.request<{ account: string }>('PUT', '/v1/users/u-1', {
    email: 'u-1@example.com',
  });
  const metadata = { account_id: user.body.account };
  const customer = await stripe.customer({ email: 'u-1@example.com', metadata });
  const price = await stripe.price({ lookupKey: 'pro:1:monthly:usd', amountMinor: 1_900 });
  await stripe.subscribe({ customer, items: [{ price }] });

  expect(await ask(true, await signInStaff(server, 'support'))).toMatchObject({ status: 403 });
  const dry = await ask(true);
  expect(dry.body).toMatchObject({ state: 'waiting', dry_run: true });
  expect(await ask(false)).toMatchObject({
    status: 409,
    body: { code: 'reconciliation_under_way' },
  });
  expect(await work()).toBe(1);
  expect(await read(dry.body.id)).toMatchObject({
    state: 'different',
    different: 1,
    mended: 0,
    customers: [{ stripe_customer_id: customer, is_mended: false, differences: [{}] }],
  });
  expect(await work()).toBe(0);

  const wet = await ask(false);
  await work();
  expect(await read(wet.body.id)).toMatchObject({ state: 'mended', different: 1, mended: 1 });
  const plan = await server.request('GET', '/v1/users/u-1');
  expect(plan.body).toMatchObject({ plan: 'pro' });
});

test('one that Stripe does not answer says so, and the next may be asked for', async () => {
  await stripe.fail({ kind: 'server_error', path: '/v1/customers', count: 50 });
  const failed = await ask(true);
  await work();
  const answer = await read(failed.body.id);
  expect(answer).toMatchObject({ state: 'failed', compared: null, customers: [] });
  await fetch(`${stripe.sandbox.url}/_sandbox/failures`, { method: 'DELETE' });
  const next = await ask(true);
  await work();
  expect(await read(next.body.id)).toMatchObject({ state: 'equal', different: 0, fault: null });
});
