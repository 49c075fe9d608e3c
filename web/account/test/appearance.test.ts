import { join } from 'node:path';
import { AxeBuilder } from '@axe-core/playwright';
import type { Page } from 'playwright-core';
import { expect, it } from 'vitest';
import { useAccountPages } from './account-pages.fixture.ts';
import { SITUATIONS } from './situations.fixture.ts';

const pages = useAccountPages();
const WIDTHS = [1280, 390];
/** Where somebody wants to look at the pages themselves. */
const shots = process.env['SCREENSHOTS'];

it.each(SITUATIONS)(
  'fits every screen and is accessible in light and dark: $name',
  async ({ name, path, answers, heading, act }) => {
    const page = await pages.open(path, answers);
    const faults: string[] = [];
    page.on('console', (message) => {
      if (message.type() === 'error') faults.push(message.text());
    });
    await page.getByRole('heading', { level: 1, name: heading, exact: true }).waitFor();
    await act?.(page);
    await page.locator('[aria-busy=true]:not(main)').waitFor({ state: 'detached' });
    const wrong: string[] = [];
    for (const colorScheme of ['light', 'dark'] as const) {
      await page.emulateMedia({ colorScheme });
      for (const width of WIDTHS) {
        await page.setViewportSize({ width, height: 900 });
        if (await isTooWide(page)) wrong.push(`scrolled sideways at ${width} px`);
        if (shots !== undefined) {
          const file = join(shots, `${name}-${width}-${colorScheme}.png`);
          await page.screenshot({ path: file, fullPage: true });
        }
      }
      // Nothing but the colours is another in the dark.
      const rules = colorScheme === 'dark' ? ['color-contrast'] : undefined;
      wrong.push(...(await gravelyWrong(page, rules)));
    }
    expect(wrong).toEqual([]);
    // The policy of the page forbids what it did not bring along; a breach is said there.
    expect(faults.filter((text) => /Content Security Policy|Uncaught/.test(text))).toEqual([]);
  },
);

async function isTooWide(page: Page): Promise<boolean> {
  return page.evaluate(() => {
    const { scrollWidth, clientWidth } = document.documentElement;
    return scrollWidth > clientWidth;
  });
}

/** What axe finds by WCAG 2.2 AA that keeps people from using a page. */
async function gravelyWrong(page: Page, rules?: string[]): Promise<string[]> {
  const tags = ['wcag2a', 'wcag2aa', 'wcag21aa', 'wcag22aa', 'best-practice'];
  const axe = new AxeBuilder({ page });
  const { violations } = await (rules ? axe.withRules(rules) : axe.withTags(tags)).analyze();
  return violations
    .filter(({ impact }) => impact === 'serious' || impact === 'critical')
    .map(({ id, nodes }) => `${id}: ${nodes.map(({ html }) => html).join(', ')}`);
}
