import { expect, test } from 'vitest';
import { USERS, WELL } from './answers.fixture.ts';
import { usePortal } from './portal.fixture.ts';

const portal = usePortal();

test('users who are only called about as was sought are said to be', async () => {
  let isSimilar = true;
  const page = await portal.open('/users?q=lovelaec', {
    ...WELL,
    'GET users': () => ({ data: USERS, next_cursor: null, is_similar: isSimilar }),
  });
  const notice = page.getByRole('status').filter({ hasText: 'Nobody is called “lovelaec”.' });
  await notice.waitFor();
  await page.keyboard.press('Control+k');
  const palette = page.getByRole('dialog', { name: 'Search users, pages and deeds' });
  await palette.getByRole('textbox').fill('lovelaec');
  // What a group is called is written by the style sheet, where no text is.
  const group = palette.locator('.mantine-Spotlight-actionsGroup').last();
  const label = () => group.evaluate((of) => getComputedStyle(of, '::before').content);
  await expect.poll(label).toBe('"Users called about so"');
  await page.keyboard.press('Escape');

  isSimilar = false;
  await page.goto(`${portal.server.url}/admin/users?q=lovelace`);
  await page.getByRole('row', { name: /Ada Lovelace/ }).waitFor();
  expect(await notice.count()).toBe(0);
  expect(await page.getByText('Nobody is called').count()).toBe(0);
});
