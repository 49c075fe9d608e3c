import { afterAll, beforeAll, expect, test } from 'vitest';
import {
  openDatabase,
  type PostgresDatabase,
} from '../../../server/src/adapters/postgres/index.ts';
import { usePortal } from './portal.fixture.ts';
import { signIn } from './steps.fixture.ts';

const portal = usePortal();
let database: PostgresDatabase;

beforeAll(() => {
  const url = portal.server.databaseUrl;
  database = openDatabase({ url, schema: 'billing', applicationName: 'test' });
});
afterAll(() => database.close());

test('a webhook that failed is found, looked at and replayed with a reason', async () => {
  const at = '2026-03-10T11:00:00.000Z';
  const customer = { stripe_customer_id: 'cus_1' };
  await database.sql.insertInto('billing_customers').values(customer).execute();
  const payload = '{"id":"evt_broken","object":"event"}';
  const failed = { state: 'failed', reason: 'no such plan', payload, ...customer };
  await database.sql
    .insertInto('stripe_events')
    .values({ id: 'evt_broken', type: 'invoice.paid', created_at: at, received_at: at, ...failed })
    .execute();

  const page = await portal.open('/operations');
  await signIn(page, 'Operations');
  await page.getByRole('link', { name: 'Inbox' }).click();
  await page.getByRole('combobox', { name: 'State' }).selectOption('failed');
  await page.getByText('invoice.paid').click();
  const whole = page.getByRole('dialog', { name: 'invoice.paid' });
  await whole.getByText('"object": "event"').waitFor();
  expect(new URL(page.url()).search).toBe('?state=failed&event=evt_broken');
  await whole.getByRole('button', { name: 'Replay it' }).click();
  const drawer = page.getByRole('dialog', { name: 'Replay 1 event' });
  await drawer.getByRole('button', { name: 'Preview' }).click();
  await drawer.getByText('1 event will be handled once more').waitFor();
  await drawer.getByRole('textbox', { name: 'Reason' }).fill('The plan is there now');
  await drawer.getByRole('button', { name: 'Replay' }).click();
  await page.getByText('What was replayed is among those that wait').waitFor();
  const row = await database.sql
    .selectFrom('stripe_events')
    .select(['state', 'reason'])
    .where('id', '=', 'evt_broken')
    .executeTakeFirst();
  expect(row).toEqual({ state: 'stored', reason: null });
});

test('a key is made, told once, and refused once it is revoked', async () => {
  const { server } = portal;
  const page = await portal.open('/settings');
  await signIn(page, 'Secret keys');
  await page.getByRole('button', { name: 'New key' }).click();
  await page.getByRole('textbox', { name: 'Name' }).fill('Importer');
  await page.getByRole('textbox', { name: 'Reason' }).fill('For the import');
  await page.getByRole('button', { name: 'Make the key' }).click();
  const made = page.getByRole('dialog', { name: 'Importer' });
  const secret = await made.getByText(/^wf_test_/).textContent();
  const ask = async () => {
    const { status } = await server.request('GET', '/v1/users/nobody', undefined, { secret });
    return status;
  };
  expect(await ask()).toBe(404);
  await made.getByRole('button', { name: 'I have kept it' }).click();
  await made.waitFor({ state: 'detached' });
  expect(await page.content()).not.toContain(secret);

  await page.getByRole('button', { name: 'Revoke Importer' }).click();
  const drawer = page.getByRole('dialog', { name: 'Revoke Importer' });
  await drawer.getByRole('textbox', { name: 'Reason' }).fill('The import is over');
  await drawer.getByRole('button', { name: 'Revoke' }).click();
  await page.getByText('Importer is revoked').waitFor();
  await expect.poll(ask, { timeout: 10_000 }).toBe(401);
});
