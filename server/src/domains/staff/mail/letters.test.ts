import { expect, test } from 'vitest';
import { openStaffBrowser } from '../../../../test/support/staff-browser.ts';
import { useTestServer } from '../../../../test/support/server.ts';
import { eventually } from '../../../../test/support/eventually.ts';
import { signInStaff } from '../../../../test/support/staff.ts';
import { openDatabase } from '../../../adapters/postgres/index.ts';

const server = useTestServer({ env: { ROLE: 'all' } });

async function lettersTo(address: string): Promise<string[]> {
  const database = openDatabase({
    url: server.databaseUrl,
    schema: 'billing',
    applicationName: 'test',
  });
  try {
    const rows = await database.sql
      .selectFrom('mailbox')
      .select('text_body')
      .where('to_address', '=', address)
      .orderBy('id')
      .execute();
    return rows.map((row) => row.text_body);
  } finally {
    await database.close();
  }
}

async function linkTo(address: string, count = 1): Promise<string> {
  const letters = await eventually(async () => {
    const found = await lettersTo(address);
    return found.length < count ? undefined : found;
  });
  // Where the portal has the pages that read it.
  const page = /\/admin\/(?:invitations|password-resets\/new)#([0-9a-z]{40})/;
  return page.exec(letters.at(-1) ?? '')?.[1] ?? '';
}

const PASSWORD = 'correct horse battery';

test('whoever is invited becomes a member by the link, once, and signs in', async () => {
  const owner = await signInStaff(server, 'owner');
  const invitation = { email: 'Grace@Example.com', role: 'finance' };
  const invited = await server.request('POST', '/admin/v1/invitations', invitation, owner);
  expect(invited).toMatchObject({ status: 200, body: { email: 'grace@example.com' } });
  const token = await linkTo('grace@example.com');
  const browser = openStaffBrowser(server);
  const path = `/admin/v1/invitations/${token}`;
  expect(await browser.request('GET', path)).toMatchObject({
    body: { email: 'grace@example.com', role: 'finance' },
  });
  const accept = (password: string) =>
    browser.request('POST', `${path}/accept`, { name: 'Grace', password });
  expect(await accept('grace1234')).toMatchObject({ status: 422 });
  expect(await accept(PASSWORD)).toMatchObject({
    status: 200,
    body: { state: 'signed_in', session: { staff: { name: 'Grace', role: 'finance' } } },
  });
  expect(await accept(PASSWORD)).toMatchObject({ status: 404, body: { code: 'link_over' } });
  expect(await browser.signIn('grace@example.com', PASSWORD)).toMatchObject({ status: 200 });
  expect(await server.request('POST', '/admin/v1/invitations', invitation, owner)).toMatchObject({
    status: 409,
    body: { code: 'member_exists' },
  });
});

test('an invitation that was taken back, or is old, lets nobody in', async () => {
  const owner = await signInStaff(server, 'owner');
  const invite = (email: string) =>
    server.request<{ id: number }>(
      'POST',
      '/admin/v1/invitations',
      { email, role: 'admin' },
      owner,
    );
  const { body } = await invite('hal@example.com');
  const token = await linkTo('hal@example.com');
  const look = () => openStaffBrowser(server).request('GET', `/admin/v1/invitations/${token}`);
  expect(await look()).toMatchObject({ status: 200 });
  const path = `/admin/v1/invitations/${body.id}`;
  expect(await server.request('DELETE', path, undefined, owner)).toMatchObject({ status: 200 });
  expect(await look()).toMatchObject({ status: 404 });
  expect(await server.request('DELETE', path, undefined, owner)).toMatchObject({ status: 404 });
});

test('a link sets a password once, and ends what was open with the old one', async () => {
  const browser = openStaffBrowser(server);
  expect(await browser.signIn('grace@example.com', PASSWORD)).toMatchObject({ status: 200 });
  const ask = (email: string) =>
    openStaffBrowser(server).request('POST', '/admin/v1/password-resets', { email });
  expect(await ask('GRACE@example.com')).toMatchObject({ status: 200, body: {} });
  const token = await linkTo('grace@example.com', 2);
  const set = (password: string) =>
    openStaffBrowser(server).request('POST', `/admin/v1/password-resets/${token}`, { password });
  expect(await set('short')).toMatchObject({ status: 422, body: { code: 'password_weak' } });
  expect(await set('quite another one')).toMatchObject({ status: 200 });
  expect(await set('quite another one')).toMatchObject({ status: 404 });
  expect(await browser.request('GET', '/admin/v1/session')).toMatchObject({ status: 401 });
  expect(await browser.signIn('grace@example.com', PASSWORD)).toMatchObject({ status: 401 });
  expect(await browser.signIn('grace@example.com', 'quite another one')).toMatchObject({
    status: 200,
  });
});

test('a link that was asked for is over once the password is changed otherwise', async () => {
  const browser = openStaffBrowser(server);
  await browser.signIn('grace@example.com', 'quite another one');
  const { body } = await openStaffBrowser(server).request('POST', '/admin/v1/password-resets', {
    email: 'grace@example.com',
  });
  expect(body).toEqual({});
  const token = await linkTo('grace@example.com', 3);
  const change = { current: 'quite another one', new: 'one that nobody knows' };
  expect(await browser.request('POST', '/admin/v1/password', change)).toMatchObject({
    status: 200,
  });
  const path = `/admin/v1/password-resets/${token}`;
  const password = 'one of whoever has the mail';
  expect(await openStaffBrowser(server).request('POST', path, { password })).toMatchObject({
    status: 404,
    body: { code: 'link_over' },
  });
});

test('asking for a letter tells nobody whether the address is known', async () => {
  const ask = (email: string) =>
    openStaffBrowser(server).request('POST', '/admin/v1/password-resets', { email });
  const [known, unknown] = [await ask('grace@example.com'), await ask('nobody@example.com')];
  expect(unknown).toMatchObject({ status: known.status, body: known.body });
  await linkTo('grace@example.com', 4);
  expect(await lettersTo('nobody@example.com')).toEqual([]);
});

test('no row and no event holds the secret of a link', async () => {
  const token = await linkTo('grace@example.com', 4);
  const database = openDatabase({
    url: server.databaseUrl,
    schema: 'billing',
    applicationName: 'test',
  });
  try {
    for (const table of ['outbox_events', 'staff_password_resets', 'audit_entries'] as const) {
      const rows = await database.sql.selectFrom(table).selectAll().execute();
      expect(rows.length).toBeGreaterThan(0);
      expect(JSON.stringify(rows)).not.toContain(token);
    }
  } finally {
    await database.close();
  }
});
