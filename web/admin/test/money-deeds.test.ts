import type { Page } from 'playwright-core';
import { expect, test } from 'vitest';
import { DAY_MS } from '@whisperforge/kernel/period';
import { useBillingScene } from '../../../server/test/support/billing.ts';
import { staffScene } from '../../../server/src/domains/billing/staff-api/scene.fixture.ts';
import { OWNER, usePortal } from './portal.fixture.ts';
import { signIn } from './steps.fixture.ts';

const scene = useBillingScene({ seed: 'the portal and each deed', env: OWNER });
const staff = staffScene(scene);
const portal = usePortal({}, { scene });

/** Opens the drawer of a deed by its address, as a link does, on a page that is signed in. */
async function open(page: Page, user: string, deed: string): Promise<void> {
  await page.goto(`${scene.server.url}/admin/users/${user}?deed=${deed}`);
  await page.getByRole('dialog').waitFor();
}

async function confirm(page: Page, verb: string, done: string): Promise<void> {
  const drawer = page.getByRole('dialog');
  await drawer.getByRole('button', { name: 'Preview' }).click();
  await drawer.getByLabel('Reason').fill('As agreed by phone');
  await drawer.getByRole('button', { name: verb, exact: true }).click();
  await page.getByText(done, { exact: true }).waitFor();
  await drawer.waitFor({ state: 'detached' });
}

async function undo(page: Page): Promise<void> {
  await page.getByRole('button', { name: 'Undo' }).click();
  await page.getByText('Undone', { exact: true }).waitFor();
}

const statusOf = async (subscription: string): Promise<string> =>
  (await scene.stripe.subscriptions.retrieve(subscription)).status;

test('a pause, an end and another trial are done by their drawers and undone', async () => {
  const { subscription } = await staff.subscribed('u-turing', 'pro');
  const page = await portal.open('/users/u-turing');
  await signIn(page, 'u-turing@example.com');
  await open(page, 'u-turing', 'pause');
  await page.getByLabel('Last day of the pause').fill('2026-03-14');
  await confirm(page, 'Pause', 'The subscription is paused');
  expect(await statusOf(subscription)).toBe('paused');
  const path = '/admin/v1/users/u-turing/subscription';
  const standing = await scene.server.request('GET', path, undefined, await staff.as('finance'));
  expect(standing.body).toMatchObject({ resumes_at: '2026-03-15T00:00:00.000Z' });
  await undo(page);
  expect(await statusOf(subscription)).toBe('active');
  await open(page, 'u-turing', 'cancel');
  await confirm(page, 'Cancel it', 'It ends with its period');
  await page
    .getByRole('region', { name: 'Plan and money' })
    .getByText('Ends', { exact: true })
    .waitFor();
  await undo(page);
  const kept = await scene.stripe.subscriptions.retrieve(subscription);
  expect([kept.cancel_at, kept.cancel_at_period_end]).toEqual([null, false]);

  const endS = Math.floor((scene.clock.nowMs() + 5 * DAY_MS) / 1_000);
  const trial = { trial_end: endS, proration_behavior: 'none' } as const;
  await scene.stripe.subscriptions.update(subscription, trial);
  await scene.sandbox.settled();
  await expect
    .poll(async () => (await staff.profileOf('u-turing')) as object)
    .toMatchObject({ status: 'trialing' });
  await open(page, 'u-turing', 'trial');
  await page.getByLabel('Last day of the trial').fill('2026-02-14');
  await confirm(page, 'Extend it', 'The trial ends later');
  const moved = await scene.stripe.subscriptions.retrieve(subscription);
  expect(moved.trial_end).toBe(Date.UTC(2026, 1, 15) / 1_000);
  await undo(page);
  expect((await scene.stripe.subscriptions.retrieve(subscription)).trial_end).toBe(endS);

  const last = new Date((endS - 2 * 86_400) * 1_000).toISOString().slice(0, 10);
  await open(page, 'u-turing', 'shorten-trial');
  await page.getByLabel('Last day of the trial').fill(last);
  await confirm(page, 'Shorten it', 'The trial ends sooner');
  const shortened = await scene.stripe.subscriptions.retrieve(subscription);
  expect(shortened.trial_end).toBe(Date.parse(last) / 1_000 + 86_400);
});

test('a part of an invoice is given back and its receipt sent, from the list', async () => {
  const { customer } = await staff.subscribed('u-johnson', 'pro');
  const page = await portal.open('/users/u-johnson');
  await signIn(page, 'u-johnson@example.com');
  const invoices = page.getByRole('region', { name: 'Invoices' });
  await invoices.getByRole('button', { name: /^Deeds for/ }).click();
  await page.getByRole('menuitem', { name: 'Refund' }).click();
  const drawer = page.getByRole('dialog');
  await drawer.getByRole('radio', { name: 'A part of it' }).check();
  await drawer.getByRole('textbox', { name: 'Amount' }).fill('20');
  await drawer.getByText(/at most 19\.00/).waitFor();
  await drawer.getByRole('textbox', { name: 'Amount' }).fill('5');
  await confirm(page, 'Refund', '$5.00 are given back');
  const [charge] = (await scene.stripe.charges.list({ customer })).data;
  expect(charge?.amount_refunded).toBe(500);
  await invoices.getByText('$5.00 back').waitFor();
  await invoices.getByRole('button', { name: /^Deeds for/ }).click();
  await page.getByRole('menuitem', { name: 'Send the receipt again' }).click();
  await confirm(page, 'Send it', 'The receipt is on its way to u-johnson@example.com');
  const mails = await staff.query(
    `SELECT 1 FROM mail_messages WHERE kind = 'receipt' AND key LIKE 'receipt:%:%'`,
  );
  expect(mails).toHaveLength(1);
});

test('what Stripe told is replayed, and its customer is unlinked and linked', async () => {
  const { customer } = await staff.subscribed('u-vaughan', 'pro');
  const page = await portal.open('/users/u-vaughan?kinds=webhook');
  await signIn(page, 'u-vaughan@example.com');
  const timeline = page.getByRole('region', { name: 'Timeline' });
  await timeline.getByRole('button', { name: 'Replay' }).first().click();
  const replay = page.getByRole('dialog', { name: 'Replay 1 event' });
  await replay.getByRole('button', { name: 'Preview' }).click();
  await replay.getByText('1 event will be handled once more').waitFor();
  await replay.getByLabel('Reason').fill('To be sure');
  await replay.getByRole('button', { name: 'Replay' }).click();
  await page.getByText('What was replayed is among those that wait').waitFor();
  await open(page, 'u-vaughan', 'cancel');
  await page.getByRole('radio', { name: 'Now' }).check();
  await confirm(page, 'Cancel it', 'The subscription has ended');
  const linked = async (): Promise<unknown> =>
    (await staff.query(`SELECT 1 FROM accounts WHERE stripe_customer_id = $1`, [customer])).length;
  await open(page, 'u-vaughan', 'unlink');
  await confirm(page, 'Unlink', 'The customer of Stripe is unlinked');
  expect(await linked()).toBe(0);
  await open(page, 'u-vaughan', 'relink');
  await page.getByRole('textbox', { name: 'Customer at Stripe' }).fill(customer);
  await confirm(page, 'Link', 'The customer of Stripe is linked');
  expect(await linked()).toBe(1);
});

test('a change whose payment fails is told with the invoice that is open', async () => {
  const { customer, subscription } = await staff.subscribed('u-germain', 'pro');
  const card = await scene.stripe.paymentMethods.attach('pm_card_chargeCustomerFail', { customer });
  await scene.stripe.subscriptions.update(subscription, { default_payment_method: card.id });
  await scene.advanceTo(scene.clock.nowMs() + 60_000);
  const page = await portal.open('/users/u-germain?deed=plan');
  await signIn(page, 'u-germain@example.com');
  const drawer = page.getByRole('dialog');
  await drawer.getByRole('combobox', { name: 'Plan' }).selectOption('business');
  await confirm(page, 'Change it', 'It takes effect once it is paid');
  const link = page.getByRole('link', { name: 'The invoice that is open' });
  const [invoice] = (await scene.stripe.invoices.list({ subscription, limit: 1 })).data;
  expect(await link.getAttribute('href')).toBe(invoice?.hosted_invoice_url);
  expect(await staff.profileOf('u-germain')).toMatchObject({ plan: 'pro' });
});

test('a smaller plan is offered for the end of the period, and withdrawn by its undo', async () => {
  const { subscription } = await staff.subscribed('u-hypatia', 'business');
  const page = await portal.open('/users/u-hypatia?deed=plan');
  await signIn(page, 'u-hypatia@example.com');
  await page.getByRole('dialog').getByRole('combobox', { name: 'Plan' }).selectOption('pro');
  await confirm(page, 'Change it', 'Pro comes with the next period');
  await page.getByRole('region', { name: 'Plan and money' }).getByText('Changes').waitFor();
  expect((await scene.stripe.subscriptions.retrieve(subscription)).schedule).not.toBeNull();
  await undo(page);
  expect((await scene.stripe.subscriptions.retrieve(subscription)).schedule).toBeNull();
});
