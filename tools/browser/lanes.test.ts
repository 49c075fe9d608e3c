import { once } from 'node:events';
import { createServer, type Server } from 'node:http';
import type { AddressInfo } from 'node:net';
import type { Browser, Page } from 'playwright-core';
import { afterAll, beforeAll, expect, test } from 'vitest';
import { closeContexts, keepBrowser } from './browser.ts';
import { openLanes, type Lane, type Lanes } from './lanes.ts';

let browser: Browser;
let behind: Server;
let lanes: Lanes;

beforeAll(async () => {
  browser = await keepBrowser();
  behind = createServer((_request, response) => {
    response.writeHead(200, { 'content-type': 'text/html', 'set-cookie': 'known=yes' });
    response.end('<!doctype html><title>Behind</title>');
  }).listen(0, '127.0.0.1');
  await once(behind, 'listening');
  lanes = openLanes({
    browser: () => browser,
    behind: () => `http://127.0.0.1:${(behind.address() as AddressInfo).port}`,
    context: { colorScheme: 'light' },
  });
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

const FRESH = { stored: [0, 0], cookies: 'known=yes', isDark: false, size: [1280, 720] };

async function leaveTraces({ page, url }: Lane): Promise<Page> {
  await page.goto(`${url}/`);
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
  const first = await lanes.lend(() => undefined, leaveTraces);
  await lanes.lend(
    () => undefined,
    async ({ page, url }) => {
      expect(page).toBe(first);
      expect(page.url()).toBe('about:blank');
      await page.goto(`${url}/`);
      expect(await stateOf(page)).toEqual(FRESH);
    },
  );
});

test('two at once have pages of their own, each with its answers', async () => {
  const read = (body: string) =>
    lanes.lend(
      () => ({ status: 200, contentType: 'text/plain', body }),
      async ({ page, url }) => {
        await page.goto(`${url}/`);
        return { page, said: await page.textContent('body') };
      },
    );
  const [one, other] = await Promise.all([read('one'), read('other')]);
  expect([one.said, other.said]).toEqual(['one', 'other']);
  expect(one.page).not.toBe(other.page);
});

test('a page whose look failed is not lent again', async () => {
  let failed: Page | undefined;
  const failing = lanes.lend(
    () => undefined,
    (lane) => {
      failed = lane.page;
      return Promise.reject(new Error('it looks bad'));
    },
  );
  await expect(failing).rejects.toThrow('it looks bad');
  expect(failed?.isClosed()).toBe(true);
  await lanes.lend(
    () => undefined,
    async ({ page, url }) => {
      await page.goto(`${url}/`);
      expect(page).not.toBe(failed);
    },
  );
});
