import type { Browser } from 'playwright-core';
import { afterAll, beforeAll, expect, test } from 'vitest';
import { formatInstant } from '@whisperforge/kernel/clock';
import { addMonths, DAY_MS } from '@whisperforge/kernel/period';
import { closeContexts, keepBrowser } from '../../../../../tools/browser/browser.ts';
import { runCli } from '../../../../src/main/cli.ts';
import { useBillingScene } from '../../../support/billing.ts';
import { eventually } from '../../../support/eventually.ts';
import { GOOD_CARD, signUp, type Traveller } from './journey.fixture.ts';

const scene = useBillingScene({ seed: 'journey', env: { GRACE_DAYS: '7' } });
let browser: Browser;
let traveller: Traveller;

beforeAll(async () => {
  browser = await keepBrowser();
  traveller = await signUp(scene, browser, 'traveller');
});
afterAll(() => closeContexts(browser));

const press = (name: string | RegExp) => traveller.page.getByRole('button', { name }).click();
const heading = (name: string | RegExp) =>
  traveller.page.getByRole('heading', { level: 1, name }).waitFor();

async function makeCode(code: string): Promise<void> {
  const lines: string[] = [];
  const env = { DATABASE_URL: scene.server.databaseUrl, NODE_ENV: 'test' };
  // The command lives by the machine's clock, and the scene by one of its own.
  const from = ['--from', formatInstant(scene.clock.nowMs())];
  const args = ['promotions', 'create', code, '--name', 'Spring', '--percent', '25', ...from];
  const print = (line: string): void => void lines.push(line);
  const done = await runCli([...args, '--reason', 'spring'], { env, print });
  expect(done, lines.join('\n')).toBe(0);
}

/** As the account page writes the day of an instant. */
const dayOf = (ms: number): string =>
  new Intl.DateTimeFormat('en-US', { dateStyle: 'long', timeZone: 'UTC' }).format(ms);

async function customerOf(): Promise<string> {
  const { data } = await scene.stripe.customers.list();
  return data[0]?.id ?? '';
}

async function invoices() {
  const { data } = await scene.stripe.invoices.list({ customer: await customerOf() });
  return data;
}

/** The card that will be charged next time. */
async function holdCard(card: string): Promise<void> {
  const customer = await customerOf();
  const { id } = await scene.stripe.paymentMethods.attach(card, { customer });
  await scene.stripe.customers.update(customer, {
    invoice_settings: { default_payment_method: id },
  });
  const { data } = await scene.stripe.subscriptions.list({ customer });
  for (const subscription of data) {
    await scene.stripe.subscriptions.update(subscription.id, { default_payment_method: id });
  }
}

test('free has 60 minutes, and refuses the 61st with the plan that would allow it', async () => {
  expect(await traveller.check(60)).toMatchObject({ allowed: true, plan: 'free', limit: 60 });
  await traveller.use(60);
  expect(await traveller.check(1)).toMatchObject({
    allowed: false,
    reason: 'quota_exceeded',
    upgrade: 'pro',
  });
});

test('Pro for a year with a 25 % code costs what the quote says, and holds at once', async () => {
  await makeCode('SPRING25');
  const { page } = traveller;
  await traveller.openAccount('/account/plans');
  await page.getByRole('radio', { name: /Yearly/ }).check();
  await page.getByRole('link', { name: 'Choose Pro' }).click();
  await page.getByRole('textbox', { name: 'Promotion code' }).fill('spring25');
  await press('Apply');
  await press('Continue to payment');
  await traveller.payAtCheckout();
  await traveller.becomes({ plan: 'pro', status: 'active' });
  // $182.40 a year, of which a quarter is given.
  expect((await invoices()).map(({ status, total }) => ({ status, total }))).toEqual([
    { status: 'paid', total: 13_680 },
  ]);
  expect(await traveller.check(1)).toMatchObject({ allowed: true, plan: 'pro', limit: 300 });
  await page
    .getByRole('link', { name: /account/i })
    .first()
    .waitFor();
});

test('Business costs exactly what its preview says', async () => {
  await scene.advanceTo(addMonths(scene.clock.nowMs(), 3));
  const { page } = traveller;
  await traveller.openAccount();
  await page.getByRole('link', { name: 'Change plan' }).click();
  await page.getByRole('link', { name: 'Change to Business' }).click();
  const pay = page.getByRole('button', { name: /^Pay \$/ });
  const said = /\$([\d,]+)\.(\d\d)/.exec((await pay.textContent()) ?? '');
  const shownMinor = Number(`${said?.[1]?.replaceAll(',', '')}${said?.[2]}`);
  await pay.click();
  await traveller.becomes({ plan: 'business', status: 'active' });
  const [newest] = await invoices();
  expect(newest).toMatchObject({ status: 'paid', total: shownMinor });
  expect(await traveller.check(1)).toMatchObject({ plan: 'business', limit: 1_000 });
});

test('a renewal that fails keeps access for the days of grace, and says so', async () => {
  await holdCard('pm_card_chargeCustomerFail');
  const { data } = await scene.stripe.subscriptions.list({ customer: await customerOf() });
  const endMs = (data[0]?.items.data[0]?.current_period_end ?? 0) * 1_000;
  await scene.advanceTo(endMs + DAY_MS / 2);
  await traveller.becomes({ plan: 'business', status: 'past_due' });
  expect(await traveller.check(1)).toMatchObject({ allowed: true, plan: 'business' });
  const mailbox = await eventually(async () => {
    const text = await (await fetch(`${scene.server.url}/mailbox`)).text();
    return /Your payment of [^<]* failed/.test(text) ? text : undefined;
  });
  expect(mailbox).toContain('traveller@example.com');
  await traveller.openAccount();
  const banner = traveller.banner('The last payment for Business did not go through');
  // Grace begins with the period that was not paid for.
  expect(await banner.textContent()).toContain(
    `You keep Business until ${dayOf(endMs + 7 * DAY_MS)}`,
  );
  await banner.getByRole('link', { name: 'Pay now' }).waitFor();
  await traveller.picture('past-due');
});

test('after the grace it is limited to the free plan, and nothing is deleted', async () => {
  await scene.advanceTo(scene.clock.nowMs() + 7 * DAY_MS);
  await traveller.becomes({ restriction: 'past_due' });
  const refused = await traveller.check(61);
  expect(refused).toMatchObject({ allowed: false, limit: 60 });
  const { body } = await scene.server.request<{ data: unknown[] }>(
    'GET',
    '/v1/users/traveller/invoices',
  );
  expect(body.data.length).toBeGreaterThanOrEqual(3);
  await traveller.openAccount();
  const banner = traveller.banner('Business is limited until it is paid');
  expect(await banner.textContent()).toContain('What Free grants applies now; nothing of yours');
  await traveller.picture('restricted');
});

test('paying restores it at once', async () => {
  const { page } = traveller;
  await traveller.openAccount();
  await page.getByRole('link', { name: 'Pay now' }).click();
  await page.waitForURL(`${scene.sandbox.url}/**`);
  await page.getByLabel('Card number').fill(GOOD_CARD);
  await page.getByRole('button', { name: /^Pay/ }).click();
  await traveller.becomes({ plan: 'business', status: 'active', restriction: null });
  expect(await traveller.check(61)).toMatchObject({ allowed: true, limit: 1_000 });
  await traveller.openAccount();
  await page.getByRole('region', { name: 'Plan', exact: true }).getByText('Active').waitFor();
  expect(await traveller.banner(/limited|did not go through/).count()).toBe(0);
  await traveller.picture('paid');
});

test('a cancellation asks why, lasts to the end of the period, and ends there', async () => {
  await holdCard('pm_card_visa');
  const { page } = traveller;
  await traveller.openAccount();
  await page.getByRole('link', { name: 'Cancel subscription' }).click();
  await heading(/Cancel/);
  await page.getByRole('radio').first().check();
  await press(/^Cancel/);
  await eventually(async () => {
    const { data } = await scene.stripe.subscriptions.list({ customer: await customerOf() });
    return data[0]?.cancel_at_period_end || data[0]?.cancel_at ? true : undefined;
  });
  expect(await traveller.check(1)).toMatchObject({ allowed: true, plan: 'business' });
  const { data } = await scene.stripe.subscriptions.list({ customer: await customerOf() });
  const endMs = (data[0]?.items.data[0]?.current_period_end ?? 0) * 1_000;
  await scene.advanceTo(endMs);
  await traveller.becomes({ plan: 'free' });
});

test('who comes back buys again, without a second trial or free year', async () => {
  const { page } = traveller;
  await traveller.openAccount('/account/plans');
  await page.getByRole('radio', { name: /Monthly/ }).check();
  await page.getByRole('link', { name: 'Choose Pro' }).click();
  await press('Continue to payment');
  await traveller.payAtCheckout();
  await traveller.becomes({ plan: 'pro', status: 'active' });
  const [newest] = await invoices();
  expect(newest).toMatchObject({ status: 'paid', total: 1_900 });
});
