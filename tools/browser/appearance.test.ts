import axe from 'axe-core';
import type { Browser, Page } from 'playwright-core';
import { afterAll, beforeAll, expect, test } from 'vitest';
import { findBarriers, findFaults, MILD_RULES } from './appearance.ts';
import { closeContexts, keepBrowser } from './browser.ts';

let browser: Browser;
let page: Page;

beforeAll(async () => {
  browser = await keepBrowser();
  page = await browser.newPage();
});
afterAll(() => closeContexts(browser));

const show = (body: string, style = ''): Promise<void> =>
  page.setContent(`<!doctype html><html lang="en"><head><title>Page</title>
    <style>${style}</style></head><body><main><h1>Page</h1>${body}</main></body></html>`);

test('a page that fits and can be read by all has no faults', async () => {
  await show('<p>Words</p>');
  expect(await findFaults(page, { name: 'good' })).toEqual([]);
});

test('what is too wide, cannot be told apart in the dark, or has no name is found', async () => {
  const dark = '@media (prefers-color-scheme: dark) { p { color: #777; background: #888 } }';
  await show('<p>Words</p><div style="width: 600px">x</div><button></button>', dark);
  const found = await findFaults(page, { name: 'bad' });
  expect(found.map((fault) => fault.split(':')[0])).toEqual([
    'scrolled sideways at 390 px',
    'button-name',
    'scrolled sideways at 390 px',
    'color-contrast',
  ]);
});

test('only what is asked about is looked at', async () => {
  await show('<section></section><button></button>');
  expect(await findBarriers(page, { within: 'section' })).toEqual([]);
  expect(await findBarriers(page, { within: 'button' })).toHaveLength(1);
});

test('what is not looked for would be no barrier by what axe itself says of it', () => {
  const { _audit: audit } = axe as unknown as {
    readonly _audit: {
      readonly rules: readonly { readonly id: string; readonly impact: string }[];
    };
  };
  const mild = audit.rules.filter(({ id }) => MILD_RULES.includes(id));
  expect(mild).toHaveLength(MILD_RULES.length);
  expect(new Set(mild.map(({ impact }) => impact))).toEqual(new Set(['minor', 'moderate']));
});
