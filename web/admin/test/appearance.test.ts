import { join } from 'node:path';
import { AxeBuilder } from '@axe-core/playwright';
import type { Page } from 'playwright-core';
import { expect, it, vi } from 'vitest';
import { OPERATIONS_SITUATIONS } from './operations.fixture.ts';
import { usePortal } from './portal.fixture.ts';
import { SITUATIONS, type Situation } from './situations.fixture.ts';

// Two at a time: one loads while the other is examined.
vi.setConfig({ maxConcurrency: 2 });
const portal = usePortal({}, { isShared: true });
const WIDTHS = [1280, 390];
/** Where somebody wants to look at the pages themselves. */
const shots = process.env['SCREENSHOTS'];

it.concurrent.each([...SITUATIONS, ...OPERATIONS_SITUATIONS])(
  'fits every screen, is accessible in light and dark, and asks nobody else: $name',
  async (situation) => {
    const faults: string[] = [];
    const foreign: string[] = [];
    const page = await portal.open(situation.path, situation.answers, {
      isStill: true,
      watch(opened) {
        opened.on('console', (message) => {
          if (message.type() === 'error') faults.push(message.text());
        });
        opened.on('request', (request) => {
          if (new URL(request.url()).origin !== portal.server.url) foreign.push(request.url());
        });
      },
    });
    try {
      expect(await faultsOnEveryScreen(page, situation)).toEqual([]);
    } finally {
      await page.context().close();
    }
    expect(foreign).toEqual([]);
    // The policy of the page forbids what it did not bring along; a breach is said there.
    expect(faults.filter((text) => /Content Security Policy|Uncaught/.test(text))).toEqual([]);
  },
);

/** Goes through schemes and widths in place: the page is loaded once. */
async function faultsOnEveryScreen(
  page: Page,
  { name, heading, act }: Situation,
): Promise<string[]> {
  await page.getByRole('heading', { level: 1, name: heading, exact: true }).waitFor();
  await act?.(page);
  await page.locator('[aria-busy=true]').first().waitFor({ state: 'detached' });
  const wrong: string[] = [];
  for (const colorScheme of ['light', 'dark'] as const) {
    await page.emulateMedia({ colorScheme });
    await page.locator(`html[data-mantine-color-scheme=${colorScheme}]`).waitFor();
    for (const width of WIDTHS) {
      await page.setViewportSize({ width, height: 900 });
      if (await isTooWide(page)) wrong.push(`scrolled sideways at ${width} px`);
      if (shots === undefined) continue;
      const file = join(shots, `${name}-${width}-${colorScheme}.png`);
      await page.screenshot({ path: file, animations: 'disabled' });
    }
    // Nothing but the colours is another in the dark.
    const rules = colorScheme === 'dark' ? ['color-contrast'] : undefined;
    wrong.push(...(await gravelyWrong(page, rules)));
  }
  return wrong;
}

async function isTooWide(page: Page): Promise<boolean> {
  return page.evaluate(() => {
    const { scrollWidth, clientWidth } = document.documentElement;
    return scrollWidth > clientWidth;
  });
}

/** What axe finds by WCAG 2.2 AA that keeps people from using a page. */
async function gravelyWrong(page: Page, rules?: string[]): Promise<string[]> {
  const tags = ['wcag2a', 'wcag2aa', 'wcag21aa', 'wcag22aa', 'best-practice'];
  // There are no frames of others, for which alone axe would gather its findings on a second page.
  const axe = new AxeBuilder({ page }).setLegacyMode().options({ resultTypes: ['violations'] });
  const { violations } = await (rules ? axe.withRules(rules) : axe.withTags(tags)).analyze();
  return violations
    .filter(({ impact }) => impact === 'serious' || impact === 'critical')
    .map(({ id, nodes }) => `${id}: ${nodes.map(({ html }) => html).join(', ')}`);
}
