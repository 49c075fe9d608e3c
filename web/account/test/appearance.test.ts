import { expect, it } from 'vitest';
import { findFaults } from '../../../tools/browser/appearance.ts';
import { useAccountPages } from './account-pages.fixture.ts';
import { SITUATIONS } from './situations.fixture.ts';

const pages = useAccountPages();

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
    expect(await findFaults(page, { name })).toEqual([]);
    // The policy of the page forbids what it did not bring along; a breach is said there.
    expect(faults.filter((text) => /Content Security Policy|Uncaught/.test(text))).toEqual([]);
  },
);
