import { once } from 'node:events';
import { createServer } from 'node:http';
import type { AddressInfo } from 'node:net';
import type { Browser, BrowserContextOptions, Page } from 'playwright-core';
import type Stripe from 'stripe';
import { startBrowser } from '../../../tools/browser/browser.ts';
import type { Sandbox } from '../../src/index.ts';
import { startValidated } from '../validated.fixture.ts';

/** Somebody's shop, which sends its customers to the pages of the sandbox and gets them back. */
export interface Shop {
  readonly sandbox: Sandbox;
  readonly stripe: Stripe;
  /** Where the shop is; it answers every path with a page that says `Welcome back`. */
  readonly url: string;
  /** A browser of somebody who has never been here. */
  visit(url: string, options?: BrowserContextOptions): Promise<Page>;
  addPrice(name: string, more?: Partial<Stripe.PriceCreateParams>): Promise<string>;
  openCheckout(
    params: Stripe.Checkout.SessionCreateParams,
  ): Promise<Stripe.Checkout.Session & { readonly url: string }>;
  /** Ends what visitors have open, and keeps the browser for the next. */
  leave(): Promise<void>;
  close(): Promise<void>;
}

const WELCOME = '<!doctype html><html lang="en"><title>Shop</title><h1>Welcome back</h1></html>';

/** Mind that a browser takes its own time, but the sandbox this one: noon on 23 November 2026. */
const NOON_MS = Date.UTC(2026, 10, 23, 12);

export const MONTHLY = { interval: 'month' } as const;

export async function openShop(seed: string): Promise<Shop> {
  await using opening = new AsyncDisposableStack();
  const { sandbox, stripe } = await startValidated({ seed, clock: () => NOON_MS });
  opening.defer(() => sandbox.close());
  const site = createServer((_request, response) => {
    response.setHeader('content-type', 'text/html; charset=utf-8').end(WELCOME);
  });
  opening.defer(() => {
    site.closeAllConnections();
    site.close();
  });
  site.listen(0, '127.0.0.1');
  await once(site, 'listening');
  const url = `http://127.0.0.1:${(site.address() as AddressInfo).port}`;
  const browser = await startBrowser();
  opening.defer(() => browser.close());
  const running = opening.move();
  return {
    sandbox,
    stripe,
    url,
    visit: (address, options) => visit(browser, address, options),
    async addPrice(name, more = {}) {
      const said = { currency: 'usd', unit_amount: 1500, product_data: { name } };
      return (await stripe.prices.create({ ...said, ...more })).id;
    },
    async openCheckout(params) {
      const { sessions } = stripe.checkout;
      const success_url = `${url}/done?session={CHECKOUT_SESSION_ID}`;
      const made = await sessions.create({ success_url, cancel_url: `${url}/cart`, ...params });
      return { ...made, url: made.url! };
    },
    async leave() {
      await Promise.all(browser.contexts().map((context) => context.close()));
    },
    close: () => running.disposeAsync(),
  };
}

async function visit(
  browser: Browser,
  url: string,
  options: BrowserContextOptions = {},
): Promise<Page> {
  const context = await browser.newContext(options);
  const page = await context.newPage();
  await page.goto(url);
  return page;
}

export const CARDS = {
  good: '4242 4242 4242 4242',
  declined: '4000 0000 0000 0002',
  asks: '4000 0027 6000 3184',
} as const;
