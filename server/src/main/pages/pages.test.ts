import { mkdirSync, mkdtempSync, rmSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { pathToFileURL } from 'node:url';
import { gunzipSync } from 'node:zlib';
import { afterAll, expect, test } from 'vitest';
import type { RawRoute } from '../../platform/routes.ts';
import { accountPageRoutes } from './account-pages.ts';
import { adminPageRoutes } from './admin-pages.ts';

const folder = mkdtempSync(join(tmpdir(), 'account-pages-'));
afterAll(() => rmSync(folder, { recursive: true }));

function dist(): URL {
  mkdirSync(join(folder, 'assets'), { recursive: true });
  mkdirSync(join(folder, 'embed'), { recursive: true });
  writeFileSync(join(folder, 'index.html'), '<!doctype html><meta nonce="__CSP_NONCE__">');
  writeFileSync(join(folder, 'assets/index-1a2b.js'), 'page()');
  writeFileSync(join(folder, 'embed/pricing.js'), 'prices()');
  return pathToFileURL(`${folder}/`);
}

function ask(routes: readonly RawRoute[], path: string, accepted?: string) {
  const found = routes.find((route) => route.path === path);
  return found?.handler({
    params: {},
    query: new URLSearchParams(),
    body: Buffer.alloc(0),
    session: undefined,
    requestId: 'r-1',
    nowMs: 0,
    address: '127.0.0.1',
    cookie: () => undefined,
    header: (name) => (name === 'accept-encoding' ? accepted : undefined),
  });
}

test('the page is never kept by browsers, and what is named by its content for ever', async () => {
  const routes = accountPageRoutes(dist());
  for (const view of ['', '/plans', '/return', '/change', '/cancel']) {
    const page = await ask(routes, `/account${view}`);
    expect(page).toMatchObject({ status: 200, headers: { 'cache-control': 'no-store' } });
    expect(page?.headers['content-type']).toBe('text/html; charset=utf-8');
  }
  const script = await ask(routes, '/account/assets/index-1a2b.js', 'br, gzip');
  expect(script?.headers['cache-control']).toBe('public, max-age=31536000, immutable');
  expect(script?.headers['content-encoding']).toBe('gzip');
  expect(gunzipSync(script?.body ?? '').toString()).toBe('page()');
  const plain = await ask(routes, '/account/assets/index-1a2b.js');
  expect(plain?.headers['content-encoding']).toBeUndefined();
  expect(String(plain?.body)).toBe('page()');
});

test('only the page that staff see may be within a page, and only within our own', async () => {
  const routes = accountPageRoutes(dist());
  const policyOf = async (path: string) =>
    (await ask(routes, path))?.headers['content-security-policy'];
  expect(await policyOf('/account')).toBeUndefined();
  for (const view of ['', '/plans', '/return', '/change', '/cancel']) {
    expect(await policyOf(`/account/seen/{user}${view}`)).toContain("frame-ancestors 'self'");
  }
});

test('the script for other sites may be loaded by them', async () => {
  const script = await ask(accountPageRoutes(dist()), '/embed/pricing.js');
  expect(script?.headers['cross-origin-resource-policy']).toBe('cross-origin');
});

test('pages that have not been built say how to build them', async () => {
  const routes = accountPageRoutes(new URL('nothing/', dist()));
  const page = await ask(routes, '/account');
  expect(page?.status).toBe(503);
  expect(String(page?.body)).toContain('npm run build');
});

test('each view of the portal is its page, with a nonce of that answer for styles', async () => {
  const routes = adminPageRoutes(dist());
  const nonces = new Set<string>();
  for (const view of ['/admin', '/admin/users', '/admin/users/*', '/admin/audit/*']) {
    const page = await ask(routes, view);
    expect(page).toMatchObject({ status: 200, headers: { 'cache-control': 'no-store' } });
    const nonce = /nonce="([a-z0-9]{26})"/.exec(String(page?.body))?.[1] ?? '';
    const sources = page?.headers['content-security-policy'] ?? '';
    expect(sources).toContain(`style-src 'self' 'nonce-${nonce}';`);
    expect(sources).toContain("script-src 'self';");
    expect(sources).not.toContain('unsafe');
    nonces.add(nonce);
  }
  expect(nonces.size).toBe(4);
});

test('what the portal loads is kept for ever, and its API has no page', async () => {
  const routes = adminPageRoutes(dist());
  const script = await ask(routes, '/admin/assets/index-1a2b.js', 'gzip');
  expect(script?.headers['cache-control']).toBe('public, max-age=31536000, immutable');
  expect(routes.filter(({ path }) => /^\/admin\/(?:\*|v1|oidc)/.test(path))).toEqual([]);
});
