import { AxeBuilder } from '@axe-core/playwright';
import type { Page } from 'playwright-core';
import { afterAll, beforeAll, expect, it } from 'vitest';
import { checkoutPages, otherPages, portalPages } from './pages.fixture.ts';
import { openShop, type Shop } from './shop.fixture.ts';

let shop: Shop;

beforeAll(async () => {
  shop = await openShop('browser appearance');
});
afterAll(() => shop?.close());

const WIDTHS = [1280, 390];

const GROUPS = [
  ['checkout', checkoutPages],
  ['portal', portalPages],
  ['other', otherPages],
] as const;

/** Axe takes its time, and others may want the processor, too. */
const TIMEOUT_MS = 180_000;

it.each(GROUPS)(
  '%s pages fit every screen, and are accessible',
  async (_name, listPages) => {
    const found: string[] = [];
    for (const { name, url, act } of await listPages(shop)) {
      const page = await shop.visit(url);
      await act?.(page);
      await page.emulateMedia({ colorScheme: 'light' });
      for (const width of WIDTHS) {
        await page.setViewportSize({ width, height: 900 });
        if (await isTooWide(page)) found.push(`${name} is scrolled sideways at ${width} px`);
      }
      const wrong = await gravelyWrong(page);
      await page.emulateMedia({ colorScheme: 'dark' });
      // Nothing but the colours is another in the dark.
      wrong.push(...(await gravelyWrong(page, ['color-contrast'])));
      found.push(...wrong.map((what) => `${name}: ${what}`));
      await shop.leave();
    }
    expect(found).toEqual([]);
  },
  TIMEOUT_MS,
);

async function isTooWide(page: Page): Promise<boolean> {
  return page.evaluate(() => {
    const { scrollWidth, clientWidth } = document.documentElement;
    return scrollWidth > clientWidth;
  });
}

/** What axe finds that keeps people from using a page. */
async function gravelyWrong(page: Page, rules?: string[]): Promise<string[]> {
  const axe = new AxeBuilder({ page });
  const { violations } = await (rules === undefined ? axe : axe.withRules(rules)).analyze();
  return violations
    .filter(({ impact }) => impact === 'serious' || impact === 'critical')
    .map(({ id, nodes }) => `${id}: ${nodes.map(({ html }) => html).join(', ')}`);
}
