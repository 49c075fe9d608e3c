import type { Locator, Page } from 'playwright-core';
import { expect, test } from 'vitest';
import { startTestServer } from '../../../server/test/support/server.ts';
import { subscribeByContract } from '../../../server/test/support/subscribers.ts';
import { DIFFERENCE, DRAFT, SELLING } from './plans-answers.fixture.ts';
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

/** By the way back that is offered where a deed is told. */
async function takeBack(page: Page, told: string): Promise<void> {
  const done = page.getByRole('alert').filter({ hasText: told });
  await done.getByRole('button', { name: 'Undo' }).click();
  await page.getByRole('alert').filter({ hasText: 'Undone' }).last().waitFor();
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
  await page.getByRole('row', { name: /plan\.published plan business As announced/ }).waitFor();
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

  // What one has not saved outlives the draft that another publishes meanwhile.
  await first.getByRole('textbox', { name: 'Limit of Knowledge base files' }).fill('25');
  await first.getByRole('textbox', { name: 'Price of a month, USD' }).fill('23.00');
  await second.getByRole('button', { name: 'Publish' }).click();
  await second.getByRole('button', { name: 'Preview' }).click();
  await confirm(second, 'Publish', 'The prices of the spring');
  await heading(second, 'Pro');
  await save(first, 'More files, and dearer still');
  const ended = first.getByRole('region', { name: 'The draft has ended' });
  await ended.getByText('version 2 is on sale').waitFor();
  await ended.getByRole('row', { name: 'Monthly prices, usd 21.00 23.00' }).waitFor();
  await ended.getByRole('button', { name: 'Begin a new draft' }).click();
  await confirm(first, 'Begin the draft', 'Of what is on sale now');
  const others = ended.getByRole('region', { name: 'What others have changed' });
  await others.getByRole('row', { name: 'Features, audio minutes, limit 300 400' }).waitFor();
  await ended.getByRole('button', { name: 'Go on with both' }).click();
  await ended.waitFor({ state: 'detached' });
  await save(first, 'More files, and dearer still');
  await first.getByRole('button', { name: 'Saved' }).waitFor();
  await first.getByText('Difference', { exact: true }).click();
  const kept = first.getByRole('region', { name: 'Difference' });
  await kept.getByRole('row', { name: 'Knowledge base files 15 25' }).waitFor();
  await kept.getByRole('row', { name: 'Price, monthly, USD $21.00 $23.00' }).waitFor();
  expect(await kept.getByRole('row').count()).toBe(4);
});

test('what is confirmed is what was previewed, though others have saved since', async () => {
  let present = DRAFT;
  const page = await portal.open('/plans/drafts/pro?deed=publish', {
    ...SELLING,
    'GET plan-drafts': () => ({ data: [present], next_cursor: null }),
    'POST plan-drafts/7/publish': DIFFERENCE,
  });
  await page.getByRole('button', { name: 'Preview' }).click();
  await page.getByRole('dialog').getByText('version 4').waitFor();
  present = { ...DRAFT, version: 5, content: { ...DRAFT.content, name: 'Pro anew' } };
  // As when somebody comes back to the tab later: what is behind the drawer is read anew.
  await page.clock.setFixedTime(Date.now() + 60_000);
  await page.evaluate(() => window.dispatchEvent(new Event('visibilitychange')));
  await page.getByText('Draft of Pro anew').waitFor();
  await confirm(page, 'Publish', 'As it was previewed');
  const published = () => portal.sent.filter(({ call }) => call === 'POST plan-drafts/7/publish');
  await expect.poll(() => published().length).toBe(2);
  expect(published().map(({ body }) => body)).toMatchObject([
    { version: 4, dry_run: true },
    { version: 4, dry_run: false },
  ]);
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

test('a pack is sold, an event counts it twice, and a plan is withdrawn', async () => {
  const page = await portal.open('/plans/packs?deed=new');
  await signIn(page, 'Packs');
  const pack = page.getByRole('dialog', { name: 'New pack' });
  await pack.getByRole('textbox', { name: 'Key' }).fill('minutes_250');
  await pack.getByRole('textbox', { name: 'Name' }).fill('250 minutes');
  await pack.getByLabel('Feature').selectOption('audio_minutes');
  await pack.getByRole('textbox', { name: 'Amount' }).fill('250');
  await pack.getByRole('button', { name: 'Add the currency' }).click();
  await pack.getByRole('textbox', { name: 'Price, USD' }).fill('12.00');
  await pack.getByRole('button', { name: 'Preview' }).click();
  await pack.getByRole('row', { name: 'Amount – 250' }).waitFor();
  await confirm(page, 'Sell it', 'Asked for by many');
  const row = page.getByRole('row', { name: /^250 minutes/ });
  await row.getByText('$12.00').waitFor();
  await row.getByRole('button', { name: 'Withdraw' }).click();
  await confirm(page, 'Withdraw it', 'Sold by mistake');
  await row.getByText('Withdrawn', { exact: true }).waitFor();
  await takeBack(page, '250 minutes is sold no more');
  await row.getByRole('button', { name: 'Withdraw' }).waitFor();
  expect(await row.getByText('Withdrawn', { exact: true }).count()).toBe(0);

  await page.getByRole('link', { name: 'Events', exact: true }).click();
  await page.getByRole('row', { name: /^Audio minutes/ }).click();
  const event = page.getByRole('dialog', { name: 'Change Audio minutes' });
  await event.getByRole('textbox', { name: 'Factor of 1' }).fill('2');
  await event.getByRole('button', { name: 'Preview' }).click();
  await event.getByRole('row', { name: /Adds, audio minutes, amount × 1 × 2/ }).waitFor();
  await confirm(page, 'Change it', 'Counted double from April on');
  await page.getByText('Its amount × 2 to Audio minutes').waitFor();
  await takeBack(page, 'Audio minutes is changed');
  await page.getByText('Its amount × 2 to Audio minutes').waitFor({ state: 'detached' });

  await page.goto(`${portal.server.url}/admin/plans/versions/enterprise?deed=withdraw`);
  await page.getByRole('button', { name: 'Preview' }).click();
  await page.getByRole('dialog').getByText('0 subscribers').waitFor();
  await confirm(page, 'Withdraw it', 'Not offered any more');
  await page.getByText('Withdrawn', { exact: true }).waitFor();
  expect(await page.getByRole('button', { name: 'Withdraw' }).count()).toBe(0);
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
