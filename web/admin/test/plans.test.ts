import type { Locator, Page } from 'playwright-core';
import { expect, test } from 'vitest';
import { startTestServer } from '../../../server/test/support/server.ts';
import { subscribeByContract } from './plans-subscribers.fixture.ts';
import { READING } from './plans.fixture.ts';
import { usePortal } from './portal.fixture.ts';
import { PRICED } from './pricing-answers.fixture.ts';
import { signIn } from './steps.fixture.ts';

// Nobody is moved until a worker is started, so that what waits can be looked at and stopped.
const portal = usePortal();
const PATIENTLY = { timeout: 10_000 };
const FIRMS = Array.from({ length: 12 }, (_, index) => `firm-${index}`);

const heading = (page: Page, name: string) =>
  page.getByRole('heading', { level: 1, name }).waitFor();

async function confirm(page: Page, verb: string, reason: string): Promise<void> {
  const drawer = page.getByRole('dialog');
  await drawer.getByLabel('Reason').fill(reason);
  await drawer.getByRole('button', { name: verb, exact: true }).click();
}

async function save(page: Page, reason: string): Promise<void> {
  await page.getByRole('textbox', { name: 'Reason' }).fill(reason);
  await page.getByRole('button', { name: 'Save the draft' }).click();
}

const isFocused = (field: Locator): Promise<boolean> =>
  field.evaluate((element) => element === document.activeElement);

/** By keys alone: what is written is what the first entry is called. */
async function runFromPalette(page: Page, name: string): Promise<void> {
  await page.keyboard.press('Control+k');
  const palette = page.getByRole('dialog', { name: 'Search users, pages and deeds' });
  await expect.poll(() => isFocused(palette.getByRole('textbox')), PATIENTLY).toBe(true);
  await page.keyboard.type(name);
  await palette.getByRole('button', { name }).waitFor();
  await page.keyboard.press('Enter');
  await palette.waitFor({ state: 'detached' });
}

async function limitOf(user: string): Promise<number | undefined> {
  const { body } = await portal.server.request<{ data: { feature: string; limit: number }[] }>(
    'GET',
    `/v1/users/${user}/usage`,
  );
  return body.data.find(({ feature }) => feature === 'audio_minutes')?.limit;
}

test('a draft is foreseen, published, and moved to with a stop in the middle', async () => {
  const { server } = portal;
  await subscribeByContract(server, 'business', FIRMS);
  const page = await portal.open('/plans/versions/business');
  await signIn(page, 'Business');
  await page.getByRole('button', { name: 'Edit in a draft' }).click();
  await confirm(page, 'Begin the draft', 'More minutes for Business');
  await heading(page, 'Draft of Business');

  const minutes = page.getByRole('textbox', { name: 'Limit of Audio minutes' });
  await minutes.fill('many');
  await save(page, 'More minutes for Business');
  await page
    .getByText(/^Must be an amount/)
    .first()
    .waitFor();
  await expect.poll(() => isFocused(minutes), PATIENTLY).toBe(true);
  await minutes.fill('1200');
  await page.getByRole('button', { name: 'Save the draft' }).click();
  await page.getByRole('button', { name: 'Saved' }).waitFor();

  await page.getByText('Difference', { exact: true }).click();
  await page.getByRole('row', { name: 'Audio minutes 1,000 1,200' }).waitFor();
  await page.getByText('Effects', { exact: true }).click();
  const version = page.getByRole('region', { name: 'Version 1' });
  await version.getByText('12 by contract').waitFor();
  await version
    .getByRole('row', { name: 'USD 12 subscribers $4,800.00 $4,800.00 $0.00' })
    .waitFor();
  await page.getByRole('searchbox', { name: 'User' }).fill('firm-3');
  const example = page.getByRole('region', { name: 'An example' });
  await example.getByRole('link', { name: 'firm-3' }).waitFor();
  await example.getByRole('row', { name: 'Audio minutes 1,000 1,200' }).waitFor();

  await page.getByRole('button', { name: 'Publish' }).click();
  await page.getByRole('button', { name: 'Preview' }).click();
  await page.getByRole('dialog').getByText('version 2').waitFor();
  await confirm(page, 'Publish', 'As announced in January');
  await page.getByRole('dialog', { name: 'Move subscribers of version 1' }).waitFor();
  expect(await limitOf('firm-3')).toBe(1_000);

  await page.getByRole('radio', { name: 'Now' }).check();
  await page.getByRole('button', { name: 'Preview' }).click();
  await page.getByRole('dialog').getByText('12 subscribers').first().waitFor();
  await confirm(page, 'Move them', 'As announced in January');
  await heading(page, 'Business: version 1 to 2');
  const bar = page.getByRole('progressbar', { name: 'Settled' });
  await expect
    .poll(() => bar.getAttribute('aria-valuetext'), PATIENTLY)
    .toBe('0 of 12 subscribers');
  await page.getByRole('button', { name: 'Stop' }).click();
  await confirm(page, 'Stop it', 'Not before the mail is out');
  await page.getByText('Stopped', { exact: true }).waitFor();
  await page.getByRole('button', { name: 'Resume' }).click();
  await confirm(page, 'Go on', 'The mail is out');

  const worker = await startTestServer(server.databaseUrl, {
    clock: server.clock,
    env: { ROLE: 'worker' },
  });
  try {
    await page.getByText('Done', { exact: true }).waitFor({ timeout: 90_000 });
  } finally {
    await worker.close();
  }
  await expect
    .poll(() => bar.getAttribute('aria-valuetext'), PATIENTLY)
    .toBe('12 of 12 subscribers');
  await page.getByRole('row', { name: /^firm-3 Moved/ }).waitFor();
  expect(await limitOf('firm-3')).toBe(1_200);

  await page.goto(`${server.url}/admin/plans/versions/business`);
  await page.getByRole('link', { name: 'Who changed it, and why' }).click();
  await page.getByRole('row', { name: /staff \d+ plan\.published plan business/ }).waitFor();
});

test('two who edit one draft both keep what they have changed', async () => {
  const first = await portal.open('/plans/versions/pro');
  await signIn(first, 'Pro');
  await first.getByRole('button', { name: 'Edit in a draft' }).click();
  await confirm(first, 'Begin the draft', 'Prices of the spring');
  await heading(first, 'Draft of Pro');
  const second = await portal.open('/plans/drafts/pro');
  await signIn(second, 'Draft of Pro');
  await second.getByRole('textbox', { name: 'Limit of Audio minutes' }).fill('400');
  const asked = second.waitForEvent('dialog').then(async (dialog) => {
    await dialog.dismiss();
    return dialog.message();
  });
  await second.getByRole('link', { name: 'Features', exact: true }).click();
  expect(await asked).toBe('What you have changed is not saved. Leave it?');

  await first.getByRole('textbox', { name: 'Price of a month, USD' }).fill('21.00');
  await save(first, 'Dearer');
  await first.getByRole('button', { name: 'Saved' }).waitFor();
  await save(second, 'More minutes');
  const conflict = second.getByRole('dialog', { name: 'Somebody changed this meanwhile' });
  await conflict.getByRole('row', { name: 'Monthly prices, usd 19.00 21.00' }).waitFor();
  await conflict.getByRole('button', { name: 'Look again' }).click();
  await second.getByRole('button', { name: 'Save the draft' }).click();
  await second.getByRole('button', { name: 'Saved' }).waitFor();
  await second.getByText('Difference', { exact: true }).click();
  const difference = second.getByRole('region', { name: 'Difference' });
  await difference.getByRole('row', { name: 'Audio minutes 300 400' }).waitFor();
  await difference.getByRole('row', { name: 'Price, yearly, USD $182.40 $201.60' }).waitFor();
  expect(await difference.getByRole('row').count()).toBe(4);
});

test('a feature is added by keys alone, and stands in the catalogue', async () => {
  const page = await portal.open('/');
  await signIn(page);
  const { keyboard } = page;
  await runFromPalette(page, 'Features');
  await heading(page, 'Features');
  await runFromPalette(page, 'Add a feature');
  const drawer = page.getByRole('dialog', { name: 'Add a feature' });
  await expect
    .poll(() => isFocused(drawer.getByRole('textbox', { name: 'Key' })), PATIENTLY)
    .toBe(true);
  await keyboard.type('speaker_labels');
  await keyboard.press('Tab');
  await keyboard.press('Tab');
  await keyboard.type('Speaker labels');
  await keyboard.press('Enter');
  await expect.poll(() => isFocused(drawer.getByLabel('Reason')), PATIENTLY).toBe(true);
  await keyboard.type('Sold from April on');
  await keyboard.press('Tab');
  await keyboard.press('Tab');
  await keyboard.press('Enter');
  await page.getByRole('row', { name: /^Speaker labels/ }).waitFor();
});

test('whoever may only read is shown what a draft changes, and offered no deed', async () => {
  const page = await portal.open('/plans/drafts/pro', { ...PRICED, 'GET session': READING });
  await page.getByRole('row', { name: /^Audio minutes 300/ }).waitFor();
  const deeds = page.getByRole('main').getByRole('button');
  expect(await deeds.count()).toBe(0);
  await page.getByRole('link', { name: 'Features', exact: true }).click();
  await page.getByRole('row', { name: /^Audio minutes/ }).waitFor();
  expect(await deeds.count()).toBe(0);
  await page.getByRole('link', { name: 'Pricing' }).click();
  await heading(page, 'Pricing rules');
  await page.getByText('Spring in Germany and Austria').waitFor();
  expect(await deeds.count()).toBe(0);
});
