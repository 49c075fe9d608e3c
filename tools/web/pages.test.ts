import { readFileSync, statSync } from 'node:fs';
import { fileURLToPath } from 'node:url';
import { expect, test } from 'vitest';
import { ensurePages } from './pages.ts';

const APPS = ['account', 'admin'];

const dist = (app: string, name: string): string =>
  fileURLToPath(new URL(`../../web/${app}/dist/${name}`, import.meta.url));

test('pages that are up to date are not built again', async () => {
  const builtAt = (): number[] => APPS.map((app) => statSync(dist(app, '.sources')).mtimeMs);
  const before = builtAt();
  const said: string[] = [];
  await ensurePages((line) => said.push(line));
  expect(said).toEqual([]);
  expect(builtAt()).toEqual(before);
});

test.each(APPS)('web/%s brings no script and no style within its page', (app) => {
  const page = readFileSync(dist(app, 'index.html'), 'utf8');
  expect(page).not.toMatch(/<script(?![^>]*\bsrc=)|<style|\sstyle=|\son\w+=/);
  expect(page).toContain(`/${app}/assets/`);
});
