import { once } from 'node:events';
import { createServer, type Server } from 'node:http';
import type { AddressInfo } from 'node:net';
import type { Browser, Page } from 'playwright-core';
import { afterAll, beforeAll, expect, test } from 'vitest';
import { closeContexts, keepBrowser } from './browser.ts';
import { openLanes, VIEWPORT, type Lane, type Lanes, type LaneWishes } from './lanes.ts';

let browser: Browser;
let behind: Server;
let lanes: Lanes;
let url: string;

beforeAll(async () => {
  browser = await keepBrowser();
  behind = createServer((_request, response) => {
    response.writeHead(200, { 'content-type': 'text/html', 'set-cookie': 'known=yes' });
    response.end('<!doctype html><title>Behind</title>');
  }).listen(0, '127.0.0.1');
  await once(behind, 'listening');
  lanes = openLanes({
    browser: () => Promise.resolve(browser),
  });
  url = `http://127.0.0.1:${(behind.address() as AddressInfo).port}`;
});
afterAll(async () => {
  await lanes[Symbol.asyncDispose]();
  await closeContexts(browser);
  behind.closeAllConnections();
  behind.close();
});

const stateOf = (page: Page): Promise<unknown> =>
  page.evaluate(() => ({
    stored: [localStorage.length, sessionStorage.length],
    cookies: document.cookie,
    isDark: matchMedia('(prefers-color-scheme: dark)').matches,
    size: [innerWidth, innerHeight],
  }));

/** To which the server behind answers. */
const wishes = (more: Partial<LaneWishes> = {}): LaneWishes => ({
  behind: url,
  answering: () => undefined,
  ...more,
});

const FRESH = {
  stored: [0, 0],
  cookies: 'known=yes',
  isDark: false,
  size: [VIEWPORT.width, VIEWPORT.height],
};

async function leaveTraces({ page }: Lane): Promise<Page> {
  await page.goto('/');
  await page.evaluate(() => {
    localStorage.setItem('a', '1');
    sessionStorage.setItem('b', '2');
    document.cookie = 'more=1';
  });
  await page.emulateMedia({ colorScheme: 'dark' });
  await page.setViewportSize({ width: 390, height: 900 });
  return page;
}

test('one after the other uses the same page, and finds nothing of who came before', async () => {
  const first = await lanes.lend(wishes(), leaveTraces);
  await lanes.lend(wishes(), async ({ page }) => {
    expect(page).toBe(first);
    expect(page.url()).toBe('about:blank');
    await page.goto('/');
    expect(await stateOf(page)).toEqual(FRESH);
  });
});

test('two at once have pages of their own, each with its answers', async () => {
  const read = (body: string) =>
    lanes.lend(
      wishes({ answering: () => ({ status: 200, contentType: 'text/plain', body }) }),
      async ({ page }) => {
        await page.goto('/');
        return { page, said: await page.textContent('body') };
      },
    );
  const [one, other] = await Promise.all([read('one'), read('other')]);
  expect([one.said, other.said]).toEqual(['one', 'other']);
  expect(one.page).not.toBe(other.page);
});

test('a page whose look failed is not lent again', async () => {
  let failed: Page | undefined;
  const failing = lanes.lend(wishes(), (lane) => {
    failed = lane.page;
    return Promise.reject(new Error('it looks bad'));
  });
  await expect(failing).rejects.toThrow('it looks bad');
  expect(failed?.isClosed()).toBe(true);
  await lanes.lend(wishes(), async ({ page }) => {
    await page.goto('/');
    expect(page).not.toBe(failed);
  });
});

test('a page of one’s own is nobody’s before or after, and leaves nothing to others', async () => {
  const common = await lanes.lend(wishes(), leaveTraces);
  const own = await lanes.lend(wishes({ isOwn: true }), leaveTraces);
  expect(own).not.toBe(common);
  expect(own.isClosed()).toBe(true);
  await lanes.lend(wishes(), async ({ page }) => {
    await page.goto('/');
    expect(page).toBe(common);
    expect(await stateOf(page)).toEqual(FRESH);
  });
});

test('a page that has gone elsewhere is not lent again', async () => {
  const away = await lanes.lend(wishes(), async ({ page }) => {
    await page.goto(url);
    return page;
  });
  expect(away.isClosed()).toBe(true);
});

test('another server may come to stand behind a page, and axe is there with either', async () => {
  const other = createServer((_request, response) => response.end('another'));
  other.listen(0, '127.0.0.1');
  await once(other, 'listening');
  const read = async ({ page, axeUrl }: Lane): Promise<unknown> => {
    await page.goto('/');
    await page.addScriptTag({ url: axeUrl });
    return page.evaluate(() => [document.title, 'axe' in globalThis]);
  };
  try {
    expect(await lanes.lend(wishes(), read)).toEqual(['Behind', true]);
    const elsewhere = `http://127.0.0.1:${(other.address() as AddressInfo).port}`;
    expect(await lanes.lend(wishes({ behind: elsewhere }), read)).toEqual(['', true]);
  } finally {
    other.closeAllConnections();
    other.close();
  }
});
