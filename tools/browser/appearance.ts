import { join } from 'node:path';
import axe from 'axe-core';
import type { Page } from 'playwright-core';

type Scheme = 'light' | 'dark';

export interface Looked {
  /** What pictures of it are called. */
  readonly name: string;
  /** Waits until the page has taken on a scheme, where it does that by script. */
  readonly settle?: (page: Page, scheme: Scheme) => Promise<void>;
}

const WIDTHS = [1280, 390];
/** Where somebody wants to look at the pages themselves. */
const shots = process.env['SCREENSHOTS'];

/** What is wrong with a page on wide and narrow screens, in light and dark; it is loaded once. */
export async function findFaults(page: Page, { name, settle }: Looked): Promise<string[]> {
  const wrong: string[] = [];
  for (const scheme of ['light', 'dark'] as const) {
    await page.emulateMedia({ colorScheme: scheme });
    await settle?.(page, scheme);
    for (const width of WIDTHS) {
      await page.setViewportSize({ width, height: 900 });
      if (await isTooWide(page)) wrong.push(`scrolled sideways at ${width} px`);
      if (shots === undefined) continue;
      const path = join(shots, `${name}-${width}-${scheme}.png`);
      await page.screenshot({ path, fullPage: true, animations: 'disabled' });
    }
    // Nothing but the colours is another in the dark.
    wrong.push(...(await findBarriers(page, scheme === 'dark' ? { rule: 'color-contrast' } : {})));
  }
  return wrong;
}

async function isTooWide(page: Page): Promise<boolean> {
  return page.evaluate(() => {
    const { scrollWidth, clientWidth } = document.documentElement;
    return scrollWidth > clientWidth;
  });
}

const STANDARD = ['wcag2a', 'wcag2aa', 'wcag21aa', 'wcag22aa', 'best-practice'];

/**
 * What axe finds by WCAG 2.2 AA that keeps people from using a page. Axe is brought to a page once,
 * which takes it longer than what it is asked there; there are no frames for which it would have to
 * gather what it finds.
 */
export async function findBarriers(
  page: Page,
  { rule, within }: { readonly rule?: string; readonly within?: string } = {},
): Promise<string[]> {
  if (!(await page.evaluate(() => 'axe' in globalThis))) await page.evaluate(axe.source);
  const runOnly: axe.RunOnly =
    rule === undefined ? { type: 'tag', values: STANDARD } : { type: 'rule', values: [rule] };
  const options: axe.RunOptions = { runOnly, resultTypes: ['violations'] };
  const violations = await page.evaluate(
    async ([part, asked]) => {
      const here = globalThis as unknown as { readonly axe: typeof axe };
      return (await here.axe.run(part ?? document, asked)).violations;
    },
    [within, options] as const,
  );
  return violations
    .filter(({ impact }) => impact === 'serious' || impact === 'critical')
    .map(({ id, nodes }) => `${id}: ${nodes.map(({ html }) => html).join(', ')}`);
}
