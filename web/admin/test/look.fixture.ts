import type { Page } from 'playwright-core';
import { expect, it, vi } from 'vitest';
import { findFaults } from '../../../tools/browser/appearance.ts';
import { usePortal } from './portal.fixture.ts';
import type { Situation } from './situations.fixture.ts';

/** The test of a file that is about how pages look: each situation in every form. */
export function lookAtEach(situations: readonly Situation[]): void {
  // Two at a time: one loads while the other is examined.
  vi.setConfig({ maxConcurrency: 2 });
  const portal = usePortal({}, { isShared: true });
  it.concurrent.each([...situations])(
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
}

async function faultsOnEveryScreen(
  page: Page,
  { name, heading, act }: Situation,
): Promise<string[]> {
  await page.getByRole('heading', { level: 1, name: heading, exact: true }).waitFor();
  await act?.(page);
  await page.locator('[aria-busy=true]').first().waitFor({ state: 'detached' });
  const settle = (shown: Page, scheme: string): Promise<void> =>
    shown.locator(`html[data-mantine-color-scheme=${scheme}]`).waitFor();
  return findFaults(page, { name, settle });
}
