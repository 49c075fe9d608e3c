import type { Locator } from 'playwright-core';
import { expect, test } from 'vitest';
import { eventually } from '../../../server/test/support/eventually.ts';
import { signInStaff } from '../../../server/test/support/staff.ts';
import { openStaffBrowser } from '../../../server/test/support/staff-browser.ts';
import { OWNER, usePortal } from './portal.fixture.ts';
import { signIn, tellOfUser } from './steps.fixture.ts';

const portal = usePortal({ ROLE: 'all' });

test('whoever is signed out elsewhere signs in again and is back at the same view', async () => {
  const page = await portal.open('/users?q=somebody&plan=pro');
  await signIn(page);
  expect(new URL(page.url()).search).toBe('?q=somebody&plan=pro');
  const search = page.getByRole('searchbox', { name: 'Search' });
  const shown = () => new URL(page.url()).searchParams.get('q');
  await search.fill('somebody else');
  await expect.poll(shown).toBe('somebody else');
  const other = openStaffBrowser(portal.server);
  await other.signIn(OWNER.ADMIN_EMAIL, OWNER.ADMIN_PASSWORD);
  const path = '/admin/v1/sessions';
  type Sessions = { data: { id: number; is_this: boolean }[] };
  const { body } = await other.request<Sessions>('GET', path);
  for (const { id, is_this: isThis } of body.data) {
    if (!isThis) await other.request('DELETE', `${path}/${id}`);
  }
  await search.fill('somebody else again');
  await page.getByRole('heading', { level: 1, name: 'Sign in' }).waitFor();
  await signIn(page);
  // Whatever asks first notices it, and what was typed last may not be in the address by then.
  await expect.poll(shown).toMatch(/^somebody else/);
});

test('a view that was kept is opened again with its filters and columns', async () => {
  const page = await portal.open('/users?plan=pro&columns=plan,mrr');
  await signIn(page);
  await page.getByRole('button', { name: 'Views' }).click();
  await page.getByRole('menuitem', { name: 'Keep this view' }).click();
  await page.getByRole('textbox', { name: 'Name' }).fill('Paying for Pro');
  await page.getByRole('button', { name: 'Keep it' }).click();
  await page.getByRole('dialog').waitFor({ state: 'detached' });
  await page.goto(`${portal.server.url}/admin/users`);
  await page.getByRole('button', { name: 'Views' }).click();
  await page.getByRole('menuitem', { name: 'Paying for Pro', exact: true }).click();
  await expect.poll(() => new URL(page.url()).search).toBe('?plan=pro&columns=plan%2Cmrr');
});

test('a note is on the profile, on the timeline and in the audit trail', async () => {
  await tellOfUser(portal.server, { id: 'u-noa', email: 'noa@example.com', name: 'Noa' });
  const page = await portal.open('/users/u-noa');
  await signIn(page, 'Noa');
  const note = page.getByRole('textbox', { name: 'New note' });
  await note.waitFor();
  await expect.poll(() => focusByKey(note)).toBe(true);
  await page.keyboard.type('Wants the invoice by post');
  await page.getByRole('button', { name: 'Add the note' }).click();
  await page.getByRole('region', { name: 'Notes' }).getByText('Wants the invoice').waitFor();
  await page.getByRole('region', { name: 'Timeline' }).getByText('Wants the invoice').waitFor();
  await page.goto(`${portal.server.url}/admin/audit?action=directory.note_added`);
  await page.getByText('directory.note_added').click();
  const entry = page.getByRole('dialog', { name: 'directory.note_added' });
  await entry.getByText(/^note \d+$/).waitFor();
});

test('a colleague is invited and listed, and a token for a script is shown once', async () => {
  const page = await portal.open('/staff');
  await signIn(page, 'Staff');
  await page.getByRole('button', { name: 'Invite' }).click();
  await page.getByRole('textbox', { name: 'E-mail' }).fill('new@example.com');
  await page.getByRole('button', { name: 'Send the invitation' }).click();
  await page.getByRole('region', { name: 'Open invitations' }).getByText('new@example').waitFor();
  await page.goto(`${portal.server.url}/admin/me`);
  await page.getByRole('textbox', { name: 'Name of a new token' }).fill('Nightly');
  await page.getByRole('button', { name: 'Make a token' }).click();
  const secret = await page.getByText(/^wfs_\w{20,}$/).textContent();
  const { status } = await portal.server.request('GET', '/admin/v1/users', undefined, {
    secret,
  });
  expect(status).toBe(200);
  await page.getByRole('button', { name: 'Revoke' }).click();
  await page.getByText('There are none.').waitFor();
});

test('whoever was vouched for elsewhere shows a code, and reads no text of a link', async () => {
  const vouched = await portal.open('/sign-in?step=code');
  await vouched.getByRole('heading', { level: 1, name: 'Code of your app' }).waitFor();
  const refused = await portal.open('/sign-in?error=Call%20555%200100%20to%20be%20let%20in');
  await refused.getByRole('alert').getByText('did not work out').waitFor();
  expect(await refused.getByText('555').count()).toBe(0);
});

test('a member gets another role for a reason, and it is undone beside what was said', async () => {
  await signInStaff(portal.server, 'support');
  const page = await portal.open('/staff');
  await signIn(page, 'Staff');
  await page.getByRole('combobox', { name: 'Role' }).selectOption('support');
  await page.getByRole('table').getByText('Support', { exact: true }).first().click();
  const drawer = page.getByRole('dialog');
  await drawer.getByRole('combobox', { name: 'Role' }).selectOption('finance');
  await drawer.getByRole('button', { name: 'Preview' }).click();
  await drawer.getByRole('row', { name: 'Role support finance' }).waitFor();
  await drawer.getByRole('row', { name: 'Sessions ended – 1' }).waitFor();
  await drawer.getByLabel('Reason').fill('Moves to finance');
  await drawer.getByRole('button', { name: 'Save' }).click();
  await page.getByText('No members match').waitFor();
  await page.getByRole('button', { name: 'Undo' }).click();
  await page.getByRole('table').getByText('Support', { exact: true }).first().waitFor();
  await page.goto(`${portal.server.url}/admin/audit?action=staff.changed`);
  await expect.poll(() => page.getByText('staff.changed').count()).toBeGreaterThanOrEqual(2);
});

/** Keys are heard a moment after the profile is seen, so it is pressed until it does something. */
async function focusByKey(field: Locator): Promise<boolean> {
  await field.page().keyboard.press('n');
  return field.evaluate((element) => element === document.activeElement);
}

/** Where a letter sends whoever reads it: the part of its link after the portal's address. */
async function linkOfLetter(to: string, page: string): Promise<string> {
  const link = new RegExp(`/admin(${page}#[0-9a-z]{40})`);
  const read = async (path: string) => (await fetch(`${portal.server.url}/mailbox/${path}`)).text();
  return eventually(async () => {
    for (let id = 1; id <= 10; id += 1) {
      if (!(await read(String(id))).includes(to)) continue;
      const found = link.exec(await read(`${id}/html`))?.[1];
      if (found !== undefined) return found;
    }
    return undefined;
  });
}

test('the links of letters lead to where one joins, and chooses another password', async () => {
  const owner = await signInStaff(portal.server, 'owner');
  const invitation = { email: 'joining@example.com', role: 'support' };
  await portal.server.request('POST', '/admin/v1/invitations', invitation, owner);
  const joining = await portal.open(await linkOfLetter(invitation.email, '/invitations'));
  await joining.getByText('joining@example.com is invited as support.').waitFor();
  await joining.getByRole('textbox', { name: 'Name' }).fill('Jo');
  await joining.getByLabel('New password').fill('a sentence of their own');
  await joining.getByRole('button', { name: 'Accept the invitation' }).click();
  await joining.getByRole('heading', { level: 1, name: 'Users' }).waitFor();

  const { email } = invitation;
  const browser = openStaffBrowser(portal.server);
  await browser.request('POST', '/admin/v1/password-resets', { email });
  const choosing = await portal.open(await linkOfLetter(email, '/password-resets/new'));
  await choosing.getByLabel('New password').fill('another sentence of theirs');
  await choosing.getByRole('button', { name: 'Change the password' }).click();
  await choosing.getByText('The password is changed').waitFor();
  expect(await browser.signIn(email, 'another sentence of theirs')).toMatchObject({ status: 200 });
});
