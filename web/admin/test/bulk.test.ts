import { expect, test } from 'vitest';
import { usePortal } from './portal.fixture.ts';
import { signIn, tellOfUser } from './steps.fixture.ts';

const portal = usePortal({ ROLE: 'all' });

async function mayUse(user: string, minutes: number): Promise<boolean> {
  const asked = { user, feature: 'audio_minutes', amount: minutes };
  const { body } = await portal.server.request<{ allowed: boolean }>('POST', '/v1/check', asked);
  return body.allowed;
}

test('a filtered list is boosted by the keyboard alone, and only those who are shown', async () => {
  for (const id of ['one', 'two', 'three']) {
    const email = `${id}@firm.example`;
    await tellOfUser(portal.server, { id: `firm-${id}`, email, name: `Firm ${id}` });
  }
  const email = 'else@other.example';
  await tellOfUser(portal.server, { id: 'other', email, name: 'Somebody else' });
  const page = await portal.open('/users?q=firm.example');
  await signIn(page);
  // The list is told of them a moment after they have come.
  const listed = async (): Promise<number> => {
    await page.reload();
    await page.getByRole('heading', { level: 1, name: 'Users' }).waitFor();
    await page.locator('[aria-busy=true]').first().waitFor({ state: 'detached' });
    return page.getByRole('link', { name: /^Firm / }).count();
  };
  await expect.poll(listed, { timeout: 60_000 }).toBe(3);
  await page.getByRole('button', { name: 'Do to all' }).press('Enter');
  await page.getByRole('menuitem', { name: 'Boost a quota' }).press('Enter');
  const drawer = page.getByRole('dialog', { name: 'Boost a quota' });
  await drawer.getByLabel('Quota').selectOption({ label: 'Audio minutes' });
  await drawer.getByLabel('How much more for each').fill('100');
  await page.keyboard.press('Enter');
  await drawer.getByText('It will be done to 3 users').waitFor();
  await drawer.getByRole('textbox', { name: 'Reason' }).fill('The outage of Sunday');
  await drawer.getByRole('button', { name: 'Boost' }).press('Enter');
  await page.getByRole('heading', { level: 1, name: 'Boost: 3 users' }).waitFor();
  await page.getByText('100 %').waitFor();
  await page.getByRole('link', { name: 'Firm two' }).waitFor();
  expect(await mayUse('firm-one', 150)).toBe(true);
  expect(await mayUse('firm-three', 150)).toBe(true);
  expect(await mayUse('other', 150)).toBe(false);

  await page.getByRole('button', { name: 'Undo' }).press('Enter');
  const undo = page.getByRole('dialog', { name: 'Undo: Boost' });
  await undo.getByRole('button', { name: 'Preview' }).press('Enter');
  await undo.getByText('It will be taken back from 3 users').waitFor();
  await undo.getByRole('textbox', { name: 'Reason' }).fill('It was another Sunday');
  await undo.getByRole('button', { name: 'Undo it' }).press('Enter');
  await page.getByRole('heading', { level: 1, name: 'Boost, undone: 3 users' }).waitFor();
  await page.getByText('100 %').waitFor();
  await page.getByRole('link', { name: /^bulk deed / }).press('Enter');
  await page.getByRole('heading', { level: 1, name: 'Boost: 3 users' }).waitFor();
  await page.getByText('undone by').waitFor();
  // What it has covered until the instant of its end stays covered.
  portal.server.clock.advanceBy(1_000);
  expect(await mayUse('firm-one', 150)).toBe(false);
});
