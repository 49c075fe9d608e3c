import { afterAll, beforeAll, expect, it } from 'vitest';
import { findFaults } from '../../../tools/browser/appearance.ts';
import { checkoutPages, otherPages, portalPages } from './pages.fixture.ts';
import { openShop, type Shop } from './shop.fixture.ts';

let shop: Shop;

beforeAll(async () => {
  shop = await openShop('browser appearance');
});
afterAll(() => shop?.close());

const GROUPS = [
  ['checkout', checkoutPages],
  ['portal', portalPages],
  ['other', otherPages],
] as const;

/** Axe takes its time, and others may want the processor, too. */
const TIMEOUT_MS = 180_000;

it.each(GROUPS)(
  '%s pages fit every screen, and are accessible',
  async (_name, listPages) => {
    const found: string[] = [];
    for (const { name, url, act } of await listPages(shop)) {
      const page = await shop.visit(url);
      await act?.(page);
      const wrong = await findFaults(page, { name });
      found.push(...wrong.map((what) => `${name}: ${what}`));
      await shop.leave();
    }
    expect(found).toEqual([]);
  },
  TIMEOUT_MS,
);
