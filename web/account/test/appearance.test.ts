import type { ConsoleMessage } from 'playwright-core';
import { expect, it } from 'vitest';
import { useTestServer } from '../../../server/test/support/server.ts';
import { findFaults } from '../../../tools/browser/appearance.ts';
import { keepLanes, type Lane } from '../../../tools/browser/lanes.ts';
import { answerOf } from './account-pages.fixture.ts';
import { SITUATIONS, type Situation } from './situations.fixture.ts';

const server = useTestServer();

it.each(SITUATIONS)(
  'fits every screen and is accessible in light and dark: $name',
  async (situation) => {
    const { wrong, said } = await keepLanes().lend(
      {
        behind: server.url,
        answering: ({ method, path }) => answerOf(situation.answers ?? {}, method, path),
      },
      (lane) => lookAt(lane, situation),
    );
    expect(wrong).toEqual([]);
    // The policy of the page forbids what it did not bring along; a breach is said there.
    expect(said.filter((text) => /Content Security Policy|Uncaught/.test(text))).toEqual([]);
  },
);

async function lookAt({ page, url, axeUrl }: Lane, { name, path, heading, act }: Situation) {
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
    return { wrong: await findFaults(page, { name, axeUrl }), said };
  } finally {
    page.off('console', listen);
  }
}
