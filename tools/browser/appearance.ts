import { join } from 'node:path';
import axe from 'axe-core';
import { errors, type Page } from 'playwright-core';

type Scheme = 'light' | 'dark';

export interface Looked {
  /** What pictures of it are called. */
  readonly name: string;
  /** Waits until the page has taken on a scheme, where it does that by script. */
  readonly settle?: (page: Page, scheme: Scheme) => Promise<void>;
  /** Where the page's own server has axe, as `Barriers` says it. */
  readonly axeUrl?: string | undefined;
}

const WIDTHS = [1280, 390];
/** Where somebody wants to look at the pages themselves. */
const shots = process.env['SCREENSHOTS'];

/** What is wrong with a page on wide and narrow screens, in light and dark; it is loaded once. */
export async function findFaults(page: Page, { name, settle, axeUrl }: Looked): Promise<string[]> {
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
    const asked = scheme === 'dark' ? { rule: 'color-contrast' } : {};
    wrong.push(...(await findBarriers(page, { ...asked, axeUrl })));
  }
  return wrong;
}

/** What scripts lay out takes on another width a few frames after the page itself. */
const MOST_SETTLING_MS = 2_000;

async function isTooWide(page: Page): Promise<boolean> {
  const fits = (): boolean => {
    const { scrollWidth, clientWidth } = document.documentElement;
    return scrollWidth <= clientWidth;
  };
  try {
    await page.waitForFunction(fits, undefined, { timeout: MOST_SETTLING_MS });
    return false;
  } catch (error) {
    if (error instanceof errors.TimeoutError) return true;
    throw error;
  }
}

const STANDARD = ['wcag2a', 'wcag2aa', 'wcag21aa', 'wcag22aa', 'best-practice'];
/** Rules of these whose findings keep nobody from anything, so that they need not be looked for. */
export const MILD_RULES = [
  'aria-allowed-role',
  'aria-deprecated-role',
  'empty-heading',
  'empty-table-header',
  'form-field-multiple-labels',
  'heading-order',
  'html-xml-lang-mismatch',
  'image-redundant-alt',
  'landmark-banner-is-top-level',
  'landmark-contentinfo-is-top-level',
  'landmark-main-is-top-level',
  'landmark-no-duplicate-banner',
  'landmark-no-duplicate-contentinfo',
  'landmark-no-duplicate-main',
  'landmark-one-main',
  'landmark-unique',
  'meta-viewport',
  'meta-viewport-large',
  'no-autoplay-audio',
  'page-has-heading-one',
  'presentation-role-conflict',
  'region',
  'scope-attr-valid',
  'server-side-image-map',
  'skip-link',
  'table-duplicate-name',
];
const WITHOUT_MILD = Object.fromEntries(MILD_RULES.map((id) => [id, { enabled: false }]));

export interface Barriers {
  /** Only this one is looked for, by its name at axe. */
  readonly rule?: string;
  /** Only there, as a selector. */
  readonly within?: string;
  /** Where the page's own server has axe: a browser keeps what it has compiled of a file. */
  readonly axeUrl?: string | undefined;
}

/**
 * What axe finds by WCAG 2.2 AA that keeps people from using a page. Axe is brought to a page once,
 * which takes it longer than what it is asked there; there are no frames for which it would have to
 * gather what it finds.
 */
export async function findBarriers(page: Page, barriers: Barriers = {}): Promise<string[]> {
  const { rule, within, axeUrl } = barriers;
  if (!(await page.evaluate(() => 'axe' in globalThis))) {
    await (axeUrl === undefined ? page.evaluate(axe.source) : page.addScriptTag({ url: axeUrl }));
  }
  const chosen: axe.RunOptions =
    rule === undefined
      ? { runOnly: { type: 'tag', values: STANDARD }, rules: WITHOUT_MILD }
      : { runOnly: { type: 'rule', values: [rule] } };
  const options: axe.RunOptions = { ...chosen, resultTypes: ['violations'] };
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
