import { once } from 'node:events';
import { createServer, type Server } from 'node:http';
import type { AddressInfo } from 'node:net';
import { afterAll, beforeAll, expect, it } from 'vitest';
import { findBarriers } from '../../../tools/browser/appearance.ts';
import { useAccountPages } from './account-pages.fixture.ts';

const pages = useAccountPages();
let site: Server;

/** Somebody else's page, on another origin, with a policy that allows no styles of its own. */
function sitePage(element: string): string {
  const script = `<script async src="${pages.server.url}/embed/pricing.js"></script>`;
  const head = '<meta charset="utf-8"><title>Site</title>';
  return `<!doctype html><html lang="en"><head>${head}</head>
    <body><h1>Our prices</h1><h2>Plans</h2>${element}${script}</body></html>`;
}

const policy = (): string =>
  `default-src 'none'; script-src ${pages.server.url}; connect-src ${pages.server.url}`;

let element = '<wf-pricing></wf-pricing>';

beforeAll(async () => {
  site = createServer((_request, response) => {
    response.setHeader('content-type', 'text/html; charset=utf-8');
    response.setHeader('content-security-policy', policy());
    response.setHeader('set-cookie', 'site=1');
    response.end(sitePage(element));
  });
  site.listen(0, '127.0.0.1');
  await once(site, 'listening');
});
afterAll(() => {
  site?.closeAllConnections();
  site?.close();
});

async function visit(html: string) {
  element = html;
  const context = await pages.browser.newContext({ locale: 'en-US' });
  const page = await context.newPage();
  await page.goto(`http://localhost:${(site.address() as AddressInfo).port}/`);
  return page;
}

it('shows prices on a site of another origin, with links to where they are bought', async () => {
  const page = await visit(
    '<wf-pricing data-currency="USD" data-cycle="yearly" ' +
      'data-buy-url="https://app.example.com/buy?plan={plan}&cycle={billing_cycle}"></wf-pricing>',
  );
  const pro = page.getByRole('link', { name: 'Choose Pro' });
  expect(await pro.getAttribute('href')).toBe('https://app.example.com/buy?plan=pro&cycle=yearly');
  const card = page.getByRole('listitem').filter({ hasText: 'Choose Pro' });
  expect(await card.textContent()).toMatch(/\$182\.40 a year\$15\.20 a month/);
  const monthly = page.getByRole('button', { name: 'Monthly' });
  await monthly.press('Enter');
  await card.getByText('$19').waitFor();
  expect(await monthly.evaluate((node) => node.matches(':focus'))).toBe(true);
  expect(await pro.getAttribute('href')).toContain('cycle=monthly');
});

it('sends no cookie, loads one small file, and is styled under the strictest policy', async () => {
  const sent: (string | undefined)[] = [];
  element = '<wf-pricing></wf-pricing>';
  const context = await pages.browser.newContext();
  await context.addCookies([{ name: 'wf_session', value: 'x', url: pages.server.url }]);
  const page = await context.newPage();
  page.on('request', (request) => {
    if (request.url().endsWith('/v1/plans')) {
      sent.push((request.headers() as Record<string, string>)['cookie']);
    }
  });
  await page.goto(`http://localhost:${(site.address() as AddressInfo).port}/`);
  await page.getByRole('heading', { name: 'Pro' }).waitFor();
  expect(sent).toEqual([undefined]);
  const loaded = await fetch(`${pages.server.url}/embed/pricing.js`);
  expect(loaded.headers.get('access-control-allow-origin')).toBe('*');
  expect(loaded.headers.get('set-cookie')).toBeNull();
  expect((await loaded.text()).length).toBeLessThan(8 * 1024);
  const display = await page
    .locator('wf-pricing ul')
    .evaluate((node) => getComputedStyle(node).display);
  expect(display).toBe('grid');
});

it('is accessible in light and dark, and narrow', async () => {
  const page = await visit(
    '<wf-pricing data-buy-url="https://app.example.com/{plan}"></wf-pricing>',
  );
  await page.getByRole('link', { name: 'Choose Pro' }).waitFor();
  await page.setViewportSize({ width: 390, height: 800 });
  const { scroll, client } = await page.evaluate(() => {
    const { scrollWidth, clientWidth } = document.documentElement;
    return { scroll: scrollWidth, client: clientWidth };
  });
  expect(scroll).toBe(client);
  for (const colorScheme of ['light', 'dark'] as const) {
    await page.emulateMedia({ colorScheme });
    expect(await findBarriers(page, { within: 'wf-pricing' })).toEqual([]);
  }
});

it('follows no address but those of the web, and says when prices cannot be loaded', async () => {
  const script = await visit('<wf-pricing data-buy-url="javascript:alert(1)"></wf-pricing>');
  await script.getByRole('heading', { name: 'Pro' }).waitFor();
  expect(await script.getByRole('link').count()).toBe(0);
  const page = await visit('<wf-pricing data-api="http://127.0.0.1:9"></wf-pricing>');
  await page.getByText('The prices cannot be loaded').waitFor();
  await page.getByRole('button', { name: 'Try again' }).waitFor();
});
