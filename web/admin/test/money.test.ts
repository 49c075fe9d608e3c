import type { Locator } from 'playwright-core';
import { expect, test } from 'vitest';
import { useBillingScene } from '../../../server/test/support/billing.ts';
import { staffScene } from '../../../server/src/domains/billing/staff-api/scene.fixture.ts';
import { SESSION, WELL } from './answers.fixture.ts';
import { DISCOUNT_PREVIEW, REFUND_PREVIEW } from './money-answers.fixture.ts';
import { PROFILE } from './profile-answers.fixture.ts';
import { OWNER, usePortal } from './portal.fixture.ts';
import { countClicks, signIn, tellOfUser } from './steps.fixture.ts';

const scene = useBillingScene({ seed: 'the portal and money', env: OWNER });
const staff = staffScene(scene);
const portal = usePortal({}, { scene });
const MOST_CLICKS = 8;
const MOST_MS = 30_000;

test('a user is found by half an e-mail and given a discount on the next invoice', async () => {
  const { subscription } = await staff.subscribed('u-lovelace', 'pro');
  // So that it can be seen when only one of them is listed.
  await tellOfUser(scene.server, { id: 'u-other', email: 'other@example.com', name: 'Other' });
  const page = await portal.open('/');
  const clicks = await countClicks(page);
  const startedMs = performance.now();
  await page.getByLabel('E-mail').fill(OWNER.ADMIN_EMAIL);
  await page.getByRole('textbox', { name: 'Password' }).fill(OWNER.ADMIN_PASSWORD);
  await page.getByRole('button', { name: 'Sign in', exact: true }).click();
  await page.getByRole('searchbox', { name: 'Search' }).click();
  await page.keyboard.type('lovela');
  await expect.poll(() => page.getByRole('row').count()).toBe(2);
  await page.getByRole('link', { name: 'u-lovelace' }).first().click();
  await page.getByRole('heading', { level: 1, name: /^u-lovelace/ }).waitFor();
  await page.getByRole('button', { name: 'More', exact: true }).click();
  await page.getByRole('menuitem', { name: 'Give a discount' }).click();
  const drawer = page.getByRole('dialog', { name: 'Give a discount' });
  await drawer.getByRole('textbox', { name: 'Percent' }).pressSequentially('25');
  await drawer.getByRole('button', { name: 'Preview' }).click();
  await drawer.getByRole('row', { name: 'Total $14.25' }).waitFor();
  await drawer.getByRole('row', { name: /^Discounts – 25 % off until/ }).waitFor();
  await drawer.getByLabel('Reason').pressSequentially('Promised on the phone');
  await drawer.getByRole('button', { name: 'Give' }).click();
  await page.getByText('25 % off', { exact: true }).waitFor();
  const next = page.getByRole('region', { name: 'Next invoice' });
  await next.getByRole('row', { name: 'Total $14.25' }).waitFor();
  await next.getByRole('listitem').filter({ hasText: '25 % off until' }).waitFor();
  expect(performance.now() - startedMs).toBeLessThan(MOST_MS);
  expect(await clicks()).toBeLessThanOrEqual(MOST_CLICKS);
  expect((await scene.stripe.invoices.createPreview({ subscription })).total).toBe(1_425);
});

test('a change of plan is previewed to the cent, and Stripe has charged it', async () => {
  const { subscription } = await staff.subscribed('u-hopper', 'pro');
  await scene.advanceTo(scene.clock.nowMs() + 60_000);
  const page = await portal.open('/users/u-hopper');
  const clicks = await countClicks(page);
  const startedMs = performance.now();
  await signIn(page, 'u-hopper@example.com');
  await page.getByRole('button', { name: 'More', exact: true }).click();
  await page.getByRole('menuitem', { name: 'Change the plan' }).click();
  const drawer = page.getByRole('dialog', { name: 'Change the plan' });
  await drawer.getByRole('combobox', { name: 'Plan' }).selectOption('business');
  await drawer.getByRole('button', { name: 'Preview' }).click();
  await drawer.getByRole('row', { name: 'Plan Pro Business' }).waitFor();
  const total = await drawer.getByRole('row', { name: /^Total/ }).textContent();
  await drawer.getByLabel('Reason').pressSequentially('Asked for by mail');
  await drawer.getByRole('button', { name: 'Change it' }).click();
  await page.getByText('Changed to Business', { exact: true }).waitFor();
  await page.getByRole('main').getByText('Business', { exact: true }).first().waitFor();
  expect(performance.now() - startedMs).toBeLessThan(MOST_MS);
  expect(await clicks()).toBeLessThanOrEqual(MOST_CLICKS);
  const [invoice] = (await scene.stripe.invoices.list({ subscription, limit: 1 })).data;
  expect(invoice?.status).toBe('paid');
  expect(total).toBe(`Total$${(invoice!.amount_paid / 100).toFixed(2)}`);
  const { items } = await scene.stripe.subscriptions.retrieve(subscription);
  expect(items.data.map(({ price }) => price.lookup_key)).toEqual([
    expect.stringContaining('business'),
  ]);
});

test('of two who are at one user at once, the second sees what the first has done', async () => {
  const { subscription } = await staff.subscribed('u-curie', 'pro');
  const title = 'u-curie@example.com';
  const [first, second] = await Promise.all([
    portal.open('/users/u-curie?deed=discount'),
    portal.open('/users/u-curie?deed=cancel'),
  ]);
  await signIn(first, title);
  await signIn(second, title);
  await second.getByRole('button', { name: 'Preview' }).click();
  await second.getByLabel('Reason').fill('Wants to leave');
  await first.getByRole('textbox', { name: 'Percent' }).fill('10');
  await first.getByRole('button', { name: 'Preview' }).click();
  await first.getByLabel('Reason').fill('To keep them');
  await first.getByRole('button', { name: 'Give' }).click();
  await first.getByText('10 % off', { exact: true }).waitFor();
  await second.getByRole('button', { name: 'Cancel it' }).click();
  const conflict = second.getByRole('dialog', { name: 'Somebody changed this meanwhile' });
  await conflict.getByRole('row', { name: /^Discounts – 10 % off until/ }).waitFor();
  const present = await scene.stripe.subscriptions.retrieve(subscription);
  expect([present.discounts.length, present.cancel_at]).toEqual([1, null]);
  await conflict.getByRole('button', { name: 'Look again' }).click();
  await second.getByRole('button', { name: 'Preview' }).click();
  await second.getByLabel('Reason').fill('Wants to leave, discount or not');
  await second.getByRole('button', { name: 'Cancel it' }).click();
  await second.getByText('It ends with its period', { exact: true }).waitFor();
  const after = await scene.stripe.subscriptions.retrieve(subscription);
  expect(after.discounts.length).toBe(1);
  expect(after.cancel_at ?? after.cancel_at_period_end).toBeTruthy();
});

test("the customer's own page is shown as they see it, and nothing can be done in it", async () => {
  const { subscription } = await staff.subscribed('u-noether', 'pro');
  const page = await portal.open('/users/u-noether');
  await signIn(page, 'u-noether@example.com');
  await page.getByRole('link', { name: 'Their account page' }).click();
  await page.getByRole('heading', { level: 1, name: /^The page of u-noether/ }).waitFor();
  const own = page.frameLocator('iframe');
  await own.getByText('You see this page as staff.').waitFor();
  await own.getByRole('region', { name: 'Plan' }).getByText('Pro').waitFor();
  await own.getByRole('region', { name: 'Invoices' }).getByText('$19.00').waitFor();
  await own.getByRole('link', { name: 'Cancel subscription' }).click();
  await own.getByRole('heading', { level: 1, name: /cancel/i }).waitFor();
  // Read anew, it is still the page of the same customer.
  await own.locator(':root').evaluate(() => globalThis.location.reload());
  await own.getByText('You see this page as staff.').waitFor();
  await own.getByRole('heading', { level: 1, name: /cancel/i }).waitFor();
  await own.getByRole('radio').first().check();
  await own.getByRole('button', { name: /cancel/i }).click();
  await own.getByRole('alert').getByText('You see this page as staff.').waitFor();
  await own.getByRole('link', { name: 'Account' }).click();
  await own.getByRole('button', { name: /payment method/ }).click();
  await own.getByRole('alert').getByText('You see this page as staff.').first().waitFor();
  const present = await scene.stripe.subscriptions.retrieve(subscription);
  expect([present.status, present.cancel_at]).toEqual(['active', null]);
});

test('a discount is given by keys alone, from the palette', async () => {
  const page = await portal.open('/users/u_3f81a2', {
    ...WELL,
    'POST users/u_3f81a2/discounts': { ...DISCOUNT_PREVIEW, version: 8, undo: null },
  });
  const { keyboard } = page;
  await page.getByRole('heading', { level: 1, name: 'Ada Lovelace' }).waitFor();
  await keyboard.press('Control+k');
  const search = page.getByRole('textbox', { name: 'Search users, pages and deeds' });
  await expect.poll(() => isFocused(search)).toBe(true);
  await keyboard.type('give a disc');
  await page.getByRole('button', { name: 'Give a discount' }).waitFor();
  await keyboard.press('Enter');
  const drawer = page.getByRole('dialog', { name: 'Give a discount' });
  await expect.poll(() => isFocused(drawer.getByRole('textbox', { name: 'Percent' }))).toBe(true);
  await keyboard.type('25');
  await keyboard.press('Enter');
  await expect.poll(() => isFocused(drawer.getByLabel('Reason'))).toBe(true);
  await keyboard.type('By keys alone');
  await keyboard.press('Tab');
  await keyboard.press('Tab');
  expect(await isFocused(drawer.getByRole('button', { name: 'Give' }))).toBe(true);
  await keyboard.press('Enter');
  await page.getByText('25 % off', { exact: true }).waitFor();
  const said = { percent_off: 25, months: 3, version: 7 };
  const call = 'POST users/u_3f81a2/discounts';
  expect(portal.sent).toEqual([
    { call, body: { ...said, reason: 'Preview', dry_run: true } },
    { call, body: { ...said, reason: 'By keys alone' } },
  ]);
});

test('what the page has read anew since the preview is not what was looked at', async () => {
  let reads = 0;
  const profile = () => {
    reads += 1;
    return reads === 1 ? PROFILE : { ...PROFILE, name: 'Ada King', version: 8 };
  };
  const path = 'users/u_3f81a2/subscription/pause';
  const answers = { ...WELL, 'GET users/u_3f81a2': profile, [`POST ${path}`]: REFUND_PREVIEW };
  const page = await portal.open('/users/u_3f81a2?deed=pause', answers, {
    watch: (opened) => void opened.clock.install(),
  });
  await page.getByRole('button', { name: 'Preview' }).click();
  await page.getByLabel('Reason').fill('They are on leave');
  await page.clock.fastForward(11_000);
  await expect.poll(() => page.locator('h1').textContent()).toBe('Ada King');
  await page.getByRole('button', { name: 'Pause', exact: true }).click();
  await page.getByText('The subscription is paused').waitFor();
  expect(portal.sent.map(({ body }) => body)).toEqual([
    { version: 7, reason: 'Preview', dry_run: true },
    { version: 7, reason: 'They are on leave' },
  ]);
});

function isFocused(at: Locator): Promise<boolean> {
  return at.evaluate((element) => element === document.activeElement);
}

const MENUS = [
  { may: [], offers: [] },
  { may: ['access.write'], offers: ['Boost a quota …', 'Give a plan …', 'Restrict …'] },
  { may: ['receipts.write'], offers: [] },
  {
    may: ['money.write'],
    offers: ['Change the plan …', 'Give a discount …', 'Pause …', 'Cancel …'],
  },
];

test('what the role does not allow is not offered', async () => {
  for (const { may, offers } of MENUS) {
    const page = await portal.open('/users/u_3f81a2', {
      ...WELL,
      'GET session': { ...SESSION, permissions: ['users.read', 'money.read', ...may] },
    });
    await page.getByRole('button', { name: 'More', exact: true }).click();
    await page.getByRole('menu').waitFor();
    expect(await page.getByRole('menuitem').allTextContents()).toEqual(offers);
    await page.keyboard.press('Escape');
    const invoices = page.getByRole('region', { name: 'Invoices' });
    await invoices.getByText('WF-0017').waitFor();
    const hasDeeds = may.some((each) => each === 'money.write' || each === 'receipts.write');
    expect(await invoices.getByRole('button', { name: /^Deeds for/ }).count()).toBe(
      hasDeeds ? 1 : 0,
    );
    await page.context().close();
  }
});
