import type { Browser } from 'playwright-core';
import { afterEach, beforeAll, expect, test } from 'vitest';
import { closeContexts, keepBrowser } from '../../../../../tools/browser/browser.ts';
import { customerOn, type Customer } from '../../../../../web/account/test/customer.fixture.ts';
import { useBillingScene } from '../../../support/billing.ts';

const CARD = '4242 4242 4242 4242';
const scene = useBillingScene({ seed: 'account pages' });
let browser: Browser;

beforeAll(async () => {
  browser = await keepBrowser();
});
afterEach(() => closeContexts(browser));

let users = 0;

/** Somebody new, whom the app has sent to their account. */
async function arrive(): Promise<{ user: string; customer: Customer }> {
  users += 1;
  const user = `visitor-${users}`;
  const { server } = scene;
  await server.request('PUT', `/v1/users/${user}`, { email: `${user}@example.com`, name: 'Ada' });
  const page = await (
    await browser.newContext({ locale: 'en-US', timezoneId: 'Europe/Berlin' })
  ).newPage();
  page.setDefaultTimeout(20_000);
  const customer = customerOn(page, server.url);
  await customer.enter(await linkFor(user));
  return { user, customer };
}

async function linkFor(user: string): Promise<string> {
  const made = await scene.server.request<{ url: string }>('POST', '/v1/account-links', {
    user,
    return_url: 'http://127.0.0.1:4000/back',
  });
  expect(made.status).toBe(200);
  return made.body.url;
}

async function subscribe(customer: Customer, plan: string): Promise<void> {
  await customer.order({ plan, cycle: 'Monthly' });
  await customer.pay(CARD);
  await customer.sees('Thank you');
}

test('a link works once, and knows its customer afterwards', async () => {
  const { user, customer } = await arrive();
  await customer.page.getByText(`${user}@example.com`).waitFor();
  const link = await linkFor(user);
  await customer.enter(link);
  await customer.page.goto(link);
  await customer.sees('This link cannot be used any more');
  // A used link takes no session away.
  await customer.go('/account');
  await customer.sees('Account');
  expect(new URL(customer.page.url()).search).toBe('');
});

test('a plan is bought for the price that was shown, and is in force on return', async () => {
  const { user, customer } = await arrive();
  await customer.order({ plan: 'Pro', cycle: 'Yearly' });
  expect(await customer.amountDue()).toBe('$182.40');
  await customer.pay(CARD);
  await customer.sees('Thank you');
  await customer.page.getByText('You are on Pro.').waitFor();
  const back = customer.page.getByRole('main').getByRole('link', { name: 'Back to the app' });
  expect(await back.getAttribute('href')).toBe('http://127.0.0.1:4000/back');
  await customer.go('/account');
  await expect
    .poll(() => customer.meter('Audio minutes').getAttribute('aria-valuetext'))
    .toBe('0 of 300 minutes used, 300 left');
  const next = customer.page.getByRole('region', { name: 'Next invoice' });
  expect(await next.getByRole('row', { name: /^Total/ }).textContent()).toBe('Total$182.40');
  await customer.page.getByRole('cell', { name: 'Paid' }).waitFor();
  const known = await scene.server.request<{ plan: string }>('GET', `/v1/users/${user}`);
  expect(known.body).toMatchObject({ plan: 'pro' });
});

test('the meter shows what the app reports, without a reload', async () => {
  const { user, customer } = await arrive();
  const track = { user, event: 'audio_processed', amount: 12.5 };
  expect((await scene.server.request('POST', '/v1/track', track)).status).toBe(200);
  await expect
    .poll(() => customer.meter('Audio minutes').getAttribute('aria-valuetext'), { timeout: 20_000 })
    .toBe('12.5 of 60 minutes used, 47.5 left');
});

test('an upgrade charges what was previewed, and is in force at once', async () => {
  const { user, customer } = await arrive();
  await subscribe(customer, 'Pro');
  await customer.preview({ plan: 'Business', cycle: 'Monthly' });
  expect(await customer.amountDue()).toBe('$30.00');
  await customer.press('Pay $30.00 and change');
  await customer.page.getByText('You are on Business now.').waitFor();
  const known = await scene.server.request<{ plan: string }>('GET', `/v1/users/${user}`);
  expect(known.body).toMatchObject({ plan: 'business' });
});

test('a smaller plan is scheduled with what it takes away, and can be undone', async () => {
  const { customer } = await arrive();
  await subscribe(customer, 'Business');
  await customer.preview({ plan: 'Pro', cycle: 'Monthly' });
  await customer.page.getByText('What you give up on').waitFor();
  await customer.confirmChange();
  await customer.page.getByText(/^Business becomes Pro on /).waitFor();
  await customer.press('Undo the change');
  await customer.page.getByText('It stays as it is.').waitFor();
  expect(await customer.page.getByText(/^Business becomes Pro on /).count()).toBe(0);
});

test('a cancellation asks why, keeps what is paid for, and can be undone', async () => {
  const { user, customer } = await arrive();
  await subscribe(customer, 'Pro');
  await customer.cancel('I do not use it enough');
  await customer.page.getByText(/^Pro ends on /).waitFor();
  const known = await scene.server.request<{ plan: string }>('GET', `/v1/users/${user}`);
  expect(known.body).toMatchObject({ plan: 'pro' });
  await customer.press('Keep Pro');
  await customer.page.getByText('It stays as it is.').waitFor();
});

test('a pack is bought once, and adds to what is left', async () => {
  const { customer } = await arrive();
  await customer.press('Buy 100 audio minutes');
  await customer.pay(CARD);
  await customer.sees('Thank you');
  await customer.go('/account');
  await expect
    .poll(() => customer.meter('Audio minutes').getAttribute('aria-valuetext'))
    .toBe('0 of 160 minutes used, 160 left');
});

test('a checkout that was left can be begun again, and buys nothing by itself', async () => {
  const { user, customer } = await arrive();
  await customer.order({ plan: 'Pro', cycle: 'Monthly' });
  await customer.press('Continue to payment');
  await customer.page.getByLabel('Card number').waitFor();
  await customer.page.getByRole('link', { name: 'Back' }).click();
  await customer.sees('Account');
  const known = await scene.server.request<{ plan: string }>('GET', `/v1/users/${user}`);
  expect(known.body).toMatchObject({ plan: 'free' });
  await subscribe(customer, 'Pro');
});
