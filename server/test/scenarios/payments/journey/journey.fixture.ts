import { join } from 'node:path';
import type { Browser, Locator, Page } from 'playwright-core';
import { expect } from 'vitest';
import { eventually } from '../../../support/eventually.ts';
import type { BillingScene } from '../../../support/billing.ts';

export const GOOD_CARD = '4242424242424242';

/** What the app asks of its server side, and what its user does on the pages. */
export interface Traveller {
  readonly page: Page;
  check(amount: number): Promise<Checked>;
  use(amount: number): Promise<void>;
  /** The user as the app sees them, once they are as expected. */
  becomes(expected: Partial<Standing>): Promise<Standing>;
  /** Opens the account page the way the app sends its users there. */
  openAccount(path?: string): Promise<void>;
  /** What the account page says above all else, by its title. */
  banner(title: string | RegExp): Locator;
  /** For whoever wants to look at the page: a picture in the folder that `SCREENSHOTS` names. */
  picture(name: string): Promise<void>;
  /** Pays on Stripe's page for a checkout, and comes back. */
  payAtCheckout(card?: string): Promise<void>;
}

interface Checked {
  readonly allowed: boolean;
  readonly reason: string;
  readonly plan: string;
  readonly limit: number;
  readonly remaining: number;
  readonly upgrade?: string;
}

interface Standing {
  readonly plan: string;
  readonly status: string;
  readonly restriction: string | null;
}

/** Somebody who signs up, in a browser of their own. */
export async function signUp(
  scene: BillingScene,
  browser: Browser,
  user: string,
): Promise<Traveller> {
  const { server } = scene;
  const context = await browser.newContext({ locale: 'en-US', timezoneId: 'UTC' });
  const page = await context.newPage();
  page.setDefaultTimeout(20_000);
  const email = `${user}@example.com`;
  expect((await server.request('PUT', `/v1/users/${user}`, { email })).status).toBe(200);
  const standing = async (): Promise<Standing> =>
    (await server.request<Standing>('GET', `/v1/users/${user}`)).body;
  return {
    page,
    async check(amount) {
      const body = { user, feature: 'audio_minutes', amount };
      return (await server.request<Checked>('POST', '/v1/check', body)).body;
    },
    async use(amount) {
      const body = { user, event: 'audio_processed', amount };
      expect((await server.request('POST', '/v1/track', body)).status).toBe(200);
    },
    becomes: (expected) =>
      eventually(async () => {
        const found = await standing();
        const isSo = Object.entries(expected).every(
          ([name, value]) => found[name as keyof Standing] === value,
        );
        return isSo ? found : undefined;
      }),
    async openAccount(path = '/account') {
      const body = { user, return_url: `${server.url}/docs` };
      const link = await server.request<{ url: string }>('POST', '/v1/account-links', body);
      await page.goto(link.body.url);
      await page.getByRole('heading', { level: 1, name: 'Account' }).waitFor();
      if (path !== '/account') await page.goto(server.url + path);
    },
    banner: (title) => page.getByRole('region', { name: title }),
    async picture(name) {
      const folder = process.env['SCREENSHOTS'];
      if (folder === undefined) return;
      await page.screenshot({ path: join(folder, `journey-${name}.png`), fullPage: true });
    },
    async payAtCheckout(card = GOOD_CARD) {
      await page.waitForURL(`${scene.sandbox.url}/**`);
      await page.getByLabel('Card number').fill(card);
      await page.getByLabel('Name on the card').fill('A Traveller');
      await page.getByRole('button', { name: /^(Pay|Subscribe|Start)/ }).click();
      await page.waitForURL(`${server.url}/account/return**`);
    },
  };
}
