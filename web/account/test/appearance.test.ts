import type { ConsoleMessage } from 'playwright-core';
import { afterAll, expect, it } from 'vitest';
import { findFaults } from '../../../tools/browser/appearance.ts';
import { openLanes, type Lane } from '../../../tools/browser/lanes.ts';
import { answerOf, CONTEXT, useAccountPages } from './account-pages.fixture.ts';
import { SITUATIONS, type Situation } from './situations.fixture.ts';

const pages = useAccountPages({ isShared: true });
const lanes = openLanes({
  browser: () => pages.browser,
  behind: () => pages.server.url,
  context: CONTEXT,
});
afterAll(() => lanes[Symbol.asyncDispose]());

it.each(SITUATIONS)(
  'fits every screen and is accessible in light and dark: $name',
  async (situation) => {
    const { wrong, said } = await lanes.lend(
      (method, path) => answerOf(situation.answers ?? {}, method, path),
      (lane) => lookAt(lane, situation),
    );
    expect(wrong).toEqual([]);
    // The policy of the page forbids what it did not bring along; a breach is said there.
    expect(said.filter((text) => /Content Security Policy|Uncaught/.test(text))).toEqual([]);
  },
);

async function lookAt({ page, url }: Lane, { name, path, heading, act }: Situation) {
  const said: string[] = [];
  const listen = (message: ConsoleMessage): void => {
    if (message.type() === 'error') said.push(message.text());
  };
  page.on('console', listen);
  try {
    page.setDefaultTimeout(30_000);
    await page.goto(url + path);
    await page.getByRole('heading', { level: 1, name: heading, exact: true }).waitFor();
    await act?.(page);
    await page.locator('[aria-busy=true]:not(main)').waitFor({ state: 'detached' });
    return { wrong: await findFaults(page, { name }), said };
  } finally {
    page.off('console', listen);
  }
}
