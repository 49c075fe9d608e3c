import { mkdirSync, mkdtempSync, readdirSync, rmSync, symlinkSync, writeFileSync } from 'node:fs';
import { tmpdir, userInfo } from 'node:os';
import { join } from 'node:path';
import { afterEach, beforeEach, expect, test } from 'vitest';
import { closeContexts, keepBrowser, startBrowser } from './browser.ts';
import { unpackChromium } from './unpacked.ts';

let folder: string;

beforeEach(() => {
  folder = mkdtempSync(join(tmpdir(), 'whisperforge-unpack-test-'));
});
afterEach(() => rmSync(folder, { recursive: true }));

test('many can unpack at once, after one that was killed, and get a whole browser', async () => {
  const { executable } = await unpackChromium();
  const own = executable.split('/').at(-3)!;
  mkdirSync(join(folder, own, 'begun'), { recursive: true });
  writeFileSync(join(folder, own, 'begun', 'chromium'), 'half of it');
  const all = await Promise.all(Array.from({ length: 4 }, () => unpackChromium(folder)));
  expect(new Set(all.map((each) => each.executable)).size).toBe(1);
  expect(readdirSync(join(folder, own)).toSorted()).toEqual(['lock.sqlite', 'ready']);
  const ready = readdirSync(join(folder, own, 'ready'));
  expect(ready).toEqual(expect.arrayContaining(['al2023', 'chromium', 'fonts', 'fonts.conf']));
  await using browser = await startBrowser(folder);
  const page = await browser.newPage();
  await page.setContent('<h1>Here</h1>');
  expect(await page.getByRole('heading').textContent()).toBe('Here');
});

test('nothing is run from a folder that is somebody else’s, or leads there', async () => {
  const { executable } = await unpackChromium();
  const own = executable.split('/').at(-3)!;
  expect(own).toContain(String(userInfo().uid));
  symlinkSync(tmpdir(), join(folder, own));
  await expect(unpackChromium(folder)).rejects.toThrow('somebody else');
});

test('the browser of a process is given back empty, and is another once it has ended', async () => {
  const browser = await keepBrowser();
  await browser.newContext();
  await closeContexts(browser);
  expect(browser.contexts()).toEqual([]);
  expect(await keepBrowser()).toBe(browser);
  await browser.close();
  const next = await keepBrowser();
  expect(next).not.toBe(browser);
  expect(next.isConnected()).toBe(true);
});
