import type { Page } from 'playwright-core';
import { expect, test } from 'vitest';
import { AREAS } from '../src/shell/areas.ts';
import { WELL } from './answers.fixture.ts';
import { OWNER, usePortal } from './portal.fixture.ts';
import { signIn, tellOfUser } from './steps.fixture.ts';

const portal = usePortal({ ROLE: 'all' });

/** What has the focus, as a screen reader says it. */
function focused(page: Page): Promise<string> {
  return page.evaluate(() => {
    const { activeElement: at, body } = document;
    if (at === body) return '';
    return at?.getAttribute('aria-label') ?? at?.textContent ?? '';
  });
}

test('from the sign-in to a boost nothing but keys is needed', async () => {
  await tellOfUser(portal.server, { id: 'u-kay', email: 'kay@example.com', name: 'Kay' });
  const page = await portal.open('/');
  const { keyboard } = page;
  await page.getByLabel('E-mail').waitFor();
  await keyboard.type(OWNER.ADMIN_EMAIL);
  await keyboard.press('Tab');
  await keyboard.type(OWNER.ADMIN_PASSWORD);
  await keyboard.press('Enter');
  await page.getByRole('heading', { level: 1, name: 'Users' }).waitFor();
  await keyboard.press('Control+k');
  const search = page.getByRole('textbox', { name: 'Search users, pages and deeds' });
  await expect.poll(() => search.evaluate(isFocused)).toBe(true);
  await keyboard.type('kay@');
  await page.getByRole('button', { name: /^Kay/ }).waitFor();
  await keyboard.press('Enter');
  await page.getByRole('heading', { level: 1, name: 'Kay' }).waitFor();
  await expect.poll(() => focused(page)).toBe('Kay');
  await keyboard.press('b');
  const drawer = page.getByRole('dialog', { name: 'Boost a quota' });
  const amount = drawer.getByRole('textbox', { name: 'How much more' });
  await expect.poll(() => amount.evaluate(isFocused)).toBe(true);
  await keyboard.press('Enter');
  await drawer.getByLabel('Reason').waitFor();
  await expect.poll(() => drawer.getByLabel('Reason').evaluate(isFocused)).toBe(true);
  await keyboard.type('By keys alone');
  await keyboard.press('Tab');
  await keyboard.press('Tab');
  expect(await focused(page)).toBe('Boost');
  await keyboard.press('Enter');
  await page.getByText('100 audio minutes are added').waitFor();
});

function isFocused(element: Element): boolean {
  return element === document.activeElement;
}

test('lists are gone through by j and k, opened by Enter, and searched by a slash', async () => {
  const page = await portal.open('/users', WELL);
  const { keyboard } = page;
  await page.getByRole('link', { name: 'Ada Lovelace' }).waitFor();
  await keyboard.press('/');
  expect(await page.getByRole('searchbox', { name: 'Search' }).evaluate(isFocused)).toBe(true);
  await page.getByRole('searchbox', { name: 'Search' }).blur();
  await keyboard.press('j');
  await keyboard.press('j');
  await keyboard.press('k');
  await keyboard.press('x');
  await page.getByText('1 user selected').waitFor();
  await keyboard.press('Enter');
  await page.getByRole('heading', { level: 1, name: 'Ada Lovelace' }).waitFor();
});

test('areas are reached by g and a letter, and a question mark tells the shortcuts', async () => {
  const page = await portal.open('/users', WELL);
  const { keyboard } = page;
  await page.getByRole('link', { name: 'Ada Lovelace' }).waitFor();
  await keyboard.press('g');
  await keyboard.press('a');
  await page.getByRole('heading', { level: 1, name: 'Audit' }).waitFor();
  await expect.poll(() => focused(page)).toBe('Audit');
  expect(await page.title()).toBe('Audit · WhisperForge staff');
  await keyboard.press('?');
  const sheet = page.getByRole('dialog', { name: 'Keyboard shortcuts' });
  await sheet.waitFor();
  await keyboard.press('Escape');
  await sheet.waitFor({ state: 'detached' });
  await keyboard.press('g');
  await keyboard.press('u');
  await page.getByRole('heading', { level: 1, name: 'Users' }).waitFor();
});

test('the first Tab of a view leads past the navigation', async () => {
  const page = await portal.open('/audit', WELL);
  await page.getByRole('heading', { level: 1, name: 'Audit' }).waitFor();
  await page.keyboard.press('Tab');
  expect(await focused(page)).toBe('Skip to the content');
  await page.keyboard.press('Enter');
  expect(await page.evaluate(() => document.activeElement?.id)).toBe('content');
});

/** Presses a key until what is called so has the focus. */
async function reach(page: Page, key: 'Tab' | 'Shift+Tab', name: string): Promise<void> {
  const passed: string[] = [];
  for (let presses = 0; presses < MOST_PRESSES; presses += 1) {
    await page.keyboard.press(key);
    const at = await focused(page);
    if (at === name) return;
    passed.push(at);
  }
  throw new Error(`${name} is not reached by ${key}, which passes ${passed.join(', ')}`);
}

const MOST_PRESSES = 40;

/** A view is read from its title on, and whoever comes by keys goes on from there. */
async function arrive(page: Page, path: string): Promise<void> {
  await expect.poll(() => new URL(page.url()).pathname).toBe(path);
  await expect.poll(() => page.evaluate(() => document.activeElement?.tagName)).toBe('H1');
}

test('every area and each of its views is reached by Tab and Enter', async () => {
  const page = await portal.open('/users');
  await signIn(page);
  const seen: string[] = [];
  for (const { name, to } of AREAS) {
    if (name !== 'Users') {
      await reach(page, 'Shift+Tab', name);
      await page.keyboard.press('Enter');
      await arrive(page, `/admin${to}`);
    }
    const views = page.locator('main nav.views a:not([aria-current=page])');
    const others = await views.evaluateAll((links) =>
      links.map((link) => [link.textContent, link.getAttribute('href')] as const),
    );
    for (const [view, href] of others) {
      await reach(page, 'Tab', view);
      await page.keyboard.press('Enter');
      await arrive(page, new URL(href ?? '', page.url()).pathname);
      seen.push(view);
    }
  }
  expect(seen).toEqual(expect.arrayContaining(['Packs', 'Tester', 'Jobs', 'Templates']));
});

test('what a key opens another closes, and the focus is where it was', async () => {
  const page = await portal.open('/plans');
  await signIn(page, 'Plans');
  const { keyboard } = page;
  const opened = async (opener: string, title: string): Promise<void> => {
    await reach(page, 'Tab', opener);
    await keyboard.press('Enter');
    const drawer = page.getByRole('dialog', { name: title });
    await drawer.waitFor();
    // Nobody leaves it by Tab while it is open.
    for (let presses = 0; presses < 12; presses += 1) await keyboard.press('Tab');
    expect(await drawer.evaluate((element) => element.contains(document.activeElement))).toBe(true);
    // The list of the field that one stands in closes first.
    await keyboard.press('Escape');
    if (await drawer.isVisible()) await keyboard.press('Escape');
    await drawer.waitFor({ state: 'detached' });
    await expect.poll(() => focused(page)).toBe(opener);
  };
  await opened('New plan', 'New plan');
  await keyboard.press('g');
  await keyboard.press('r');
  await arrive(page, '/admin/pricing');
  await opened('New rule', 'New rule');
  await keyboard.press('Control+k');
  const palette = page.getByRole('dialog', { name: 'Search users, pages and deeds' });
  await palette.waitFor();
  await keyboard.type('pack');
  await page.getByRole('button', { name: 'Packs' }).waitFor();
  await keyboard.press('Escape');
  await palette.waitFor({ state: 'detached' });
  await expect.poll(() => focused(page)).toBe('New rule');
});
