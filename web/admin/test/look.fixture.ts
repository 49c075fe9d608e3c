import type { ConsoleMessage, Page, Request } from 'playwright-core';
import { expect, it, vi } from 'vitest';
import { useTestServer } from '../../../server/test/support/server.ts';
import { findFaults } from '../../../tools/browser/appearance.ts';
import { keepLanes, type Lane } from '../../../tools/browser/lanes.ts';
import { answerOf, PATIENCE_MS, OWNER } from './portal.fixture.ts';
import type { Situation } from './situations.fixture.ts';

/** The test of a file that is about how pages look: each situation in every form. */
export function lookAtEach(situations: readonly Situation[]): void {
  // Two at a time: one loads while the other is examined.
  vi.setConfig({ maxConcurrency: 2 });
  const server = useTestServer({ env: OWNER });
  it.concurrent.each([...situations])(
    'fits every screen, is accessible in light and dark, and asks nobody else: $name',
    async (situation) => {
      const seen = await keepLanes().lend(
        {
          behind: server.url,
          answering: ({ method, path }) => answerOf(situation.answers, method, path),
        },
        (lane) => lookAt(lane, situation),
      );
      expect(seen.faults).toEqual([]);
      expect(seen.foreign).toEqual([]);
      // The policy of the page forbids what it did not bring along; a breach is said there.
      const said = seen.said.filter((text) => /Content Security Policy|Uncaught/.test(text));
      expect(said).toEqual([]);
    },
  );
}

interface Seen {
  /** What is wrong with how it looks. */
  readonly faults: readonly string[];
  /** What was asked for elsewhere. */
  readonly foreign: readonly string[];
  /** The errors on its console. */
  readonly said: readonly string[];
}

async function lookAt({ page, url, axeUrl }: Lane, situation: Situation): Promise<Seen> {
  const said: string[] = [];
  const foreign: string[] = [];
  const listen = (message: ConsoleMessage): void => {
    if (message.type() === 'error') said.push(message.text());
  };
  const hear = (thrown: Error): void => {
    said.push(`Uncaught ${thrown.message}`);
  };
  const watch = (request: Request): void => {
    if (new URL(request.url()).origin !== url) foreign.push(request.url());
  };
  page.on('console', listen).on('pageerror', hear).on('request', watch);
  try {
    page.setDefaultTimeout(PATIENCE_MS);
    await page.goto(`${url}/admin${situation.path}`);
    return { faults: await faultsOnEveryScreen(page, axeUrl, situation), foreign, said };
  } finally {
    page.off('console', listen).off('pageerror', hear).off('request', watch);
  }
}

async function faultsOnEveryScreen(
  page: Page,
  axeUrl: string,
  { name, heading, act }: Situation,
): Promise<string[]> {
  await page.getByRole('heading', { level: 1, name: heading, exact: true }).waitFor();
  await act?.(page);
  await page.locator('[aria-busy=true]').first().waitFor({ state: 'detached' });
  const settle = (shown: Page, scheme: string): Promise<void> =>
    shown.locator(`html[data-mantine-color-scheme=${scheme}]`).waitFor();
  return findFaults(page, { name, settle, axeUrl });
}
