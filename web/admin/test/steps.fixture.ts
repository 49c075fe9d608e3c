import type { Page } from 'playwright-core';
import type { TestServer } from '../../../server/test/support/server.ts';
import { OWNER } from './portal.fixture.ts';

/** Signs the first owner in by the keyboard, and arrives where the address had led. */
export async function signIn(page: Page, title = 'Users'): Promise<void> {
  await page.getByLabel('E-mail').fill(OWNER.ADMIN_EMAIL);
  await page.getByRole('textbox', { name: 'Password' }).fill(OWNER.ADMIN_PASSWORD);
  await page.keyboard.press('Enter');
  await page.getByRole('heading', { level: 1, name: title }).waitFor();
}

/** Somebody whom the app has told of. */
export async function tellOfUser(
  server: TestServer,
  user: { readonly id: string; readonly email: string; readonly name: string },
): Promise<void> {
  const { id, ...details } = user;
  const { status } = await server.request('PUT', `/v1/users/${id}`, details);
  if (status !== 200) throw new Error(`the user is answered with ${status}`);
}

/** Counts the presses of the mouse in a page, as a person would. */
export async function countClicks(page: Page): Promise<() => Promise<number>> {
  await page.addInitScript(() => {
    const key = 'clicks';
    document.addEventListener(
      'pointerdown',
      () => sessionStorage.setItem(key, String(Number(sessionStorage.getItem(key) ?? '0') + 1)),
      true,
    );
  });
  await page.reload();
  return () => page.evaluate(() => Number(sessionStorage.getItem('clicks') ?? '0'));
}
