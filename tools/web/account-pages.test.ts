import { readFileSync, statSync } from 'node:fs';
import { fileURLToPath } from 'node:url';
import { expect, test } from 'vitest';
import { ensureAccountPages } from './account-pages.ts';

const dist = (name: string): string =>
  fileURLToPath(new URL(`../../web/account/dist/${name}`, import.meta.url));

test('pages that are up to date are not built again', async () => {
  const before = statSync(dist('.sources')).mtimeMs;
  const said: string[] = [];
  await ensureAccountPages((line) => said.push(line));
  expect(said).toEqual([]);
  expect(statSync(dist('.sources')).mtimeMs).toBe(before);
});

test('the page brings no script and no style within itself, which its policy forbids', () => {
  const page = readFileSync(dist('index.html'), 'utf8');
  expect(page).not.toMatch(/<script(?![^>]*\bsrc=)|<style|\sstyle=|\son\w+=/);
  expect(page).toContain('/account/assets/');
});
