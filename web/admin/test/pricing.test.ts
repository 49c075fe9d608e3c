import type { Page } from 'playwright-core';
import { expect, test } from 'vitest';
import { usePortal } from './portal.fixture.ts';
import { CODES, PRICED, RULES } from './pricing-answers.fixture.ts';
import { READING } from './plans.fixture.ts';
import { signIn, tellOfUser } from './steps.fixture.ts';

const portal = usePortal();
const PATIENTLY = { timeout: 10_000 };

async function confirm(page: Page, verb: string, reason: string): Promise<void> {
  const drawer = page.getByRole('dialog').last();
  await drawer.getByLabel('Reason').fill(reason);
  await drawer.getByRole('button', { name: verb, exact: true }).click();
}

/** Lines of the quote, as they are read. */
const line = (page: Page, name: RegExp) =>
  page.getByRole('region', { name: 'Quote' }).getByRole('row', { name });

test('a rule is put in force and explained in a quote, and one that is ended is not', async () => {
  const page = await portal.open('/pricing?deed=new');
  await signIn(page, 'Pricing rules');
  const drawer = page.getByRole('dialog', { name: 'New rule' });
  await drawer.getByRole('textbox', { name: 'Name' }).fill('Spring');
  await drawer.getByRole('textbox', { name: 'Percent off' }).fill('25');
  await drawer.getByRole('button', { name: 'Preview' }).click();
  await drawer.getByRole('row', { name: /What it does – 25 % off once/ }).waitFor();
  await confirm(page, 'Put it in force', 'The campaign of the spring');
  await page.getByRole('row', { name: /^Spring 25 % off once/ }).waitFor();

  await page.getByRole('link', { name: 'Tester' }).click();
  await page.getByLabel('Plan', { exact: true }).selectOption('pro');
  await line(page, /spring -\$4\.75/).waitFor();
  await line(page, /First payment \$14\.25/).waitFor();
  await expect.poll(() => new URL(page.url()).search, PATIENTLY).toBe('?plan=pro');

  await page.getByRole('region', { name: 'Rules' }).getByRole('link', { name: 'Spring' }).click();
  await page.getByRole('dialog', { name: 'Spring' }).waitFor();
  await page.getByRole('button', { name: 'End the rule' }).click();
  await confirm(page, 'End it', 'The spring is over');
  await page.getByRole('row', { name: /^Spring/ }).waitFor({ state: 'detached' });
  await page.goto(`${portal.server.url}/admin/pricing/tester?plan=pro`);
  await line(page, /First payment \$19\.00/).waitFor();
});

test('many codes are generated, downloaded by their batch, and one of them is ended', async () => {
  const page = await portal.open('/pricing/codes?deed=generate');
  await signIn(page, 'Promotion codes');
  const drawer = page.getByRole('dialog', { name: 'Generate promotion codes' });
  await drawer.getByRole('textbox', { name: 'Batch' }).fill('fair 2026');
  await drawer.getByRole('textbox', { name: 'How many' }).fill('25');
  await drawer.getByRole('textbox', { name: 'Begin with' }).fill('fair');
  await drawer.getByRole('textbox', { name: 'Name' }).fill('A tenth off');
  await drawer.getByRole('button', { name: 'Preview' }).click();
  await drawer.getByText('Must be 1 to 100 letters').first().waitFor();
  await drawer.getByRole('textbox', { name: 'Batch' }).fill('fair-2026');
  await drawer.getByRole('button', { name: 'Preview' }).click();
  await drawer.getByText('25 codes').waitFor();
  await confirm(page, 'Generate them', 'Handed out at the fair');
  await expect.poll(() => page.getByRole('row', { name: /^FAIR-/ }).count(), PATIENTLY).toBe(25);
  await expect.poll(() => new URL(page.url()).search, PATIENTLY).toBe('?batch=fair-2026');

  const download = page.waitForEvent('download');
  await page.getByRole('link', { name: 'Export CSV' }).click();
  const csv = await text(await (await download).createReadStream());
  expect(csv.trimEnd().split('\r\n')).toHaveLength(26);

  await page
    .getByRole('row', { name: /^FAIR-/ })
    .first()
    .click();
  await page.getByText('Nobody yet.').waitFor();
  await page.getByRole('button', { name: 'End the code' }).click();
  await confirm(page, 'End it', 'It was printed wrong');
  await page.getByRole('dialog').getByText('Ended', { exact: true }).waitFor();
  await page.goto(`${portal.server.url}/admin/pricing/codes?batch=fair-2026&state=active`);
  await expect.poll(() => page.getByRole('row', { name: /^FAIR-/ }).count(), PATIENTLY).toBe(24);
});

test('a price is agreed upon with a user, and is what they would pay', async () => {
  await tellOfUser(portal.server, { id: 'u-ben', email: 'ben@example.com', name: 'Ben' });
  const page = await portal.open('/pricing/agreed?user=u-ben');
  await signIn(page, 'Agreed prices');
  await page.getByText('They pay what the plans say.').waitFor();
  await page.getByRole('button', { name: 'Agree upon a price' }).click();
  const drawer = page.getByRole('dialog', { name: 'Agree upon a price' });
  await drawer.getByRole('textbox', { name: 'Price' }).fill('12000.00');
  await drawer.getByRole('button', { name: 'Preview' }).click();
  await drawer.getByText('$12,000.00 a year').waitFor();
  await confirm(page, 'Agree upon it', 'Signed on Monday');
  await page
    .getByRole('region', { name: 'Agreed prices' })
    .getByText('$12,000.00 a year')
    .waitFor();
  await page.goto(`${portal.server.url}/admin/users/u-ben`);
  const agreed = page.getByRole('region', { name: 'Agreed prices' });
  await agreed.getByText('$12,000.00 a year').waitFor();
  const query = 'plan=enterprise&cycle=yearly&user=u-ben';
  await page.goto(`${portal.server.url}/admin/pricing/tester?${query}`);
  await line(page, /First payment \$12,000\.00/).waitFor();
  const applied = page.getByRole('region', { name: 'Rules' }).getByText('Applied', { exact: true });
  await expect.poll(() => applied.count(), PATIENTLY).toBe(1);
});

async function text(stream: NodeJS.ReadableStream): Promise<string> {
  let all = '';
  for await (const chunk of stream) all += String(chunk);
  return all;
}

test('what is confirmed of a rule is what was previewed, whoever has changed it', async () => {
  const spring = RULES.find(({ key }) => key === 'spring')!;
  const foreseen = { before: spring, after: { ...spring, priority: 20 }, plans: [] };
  let present = spring;
  const page = await portal.open('/pricing?rule=spring&deed=change', {
    ...PRICED,
    'GET pricing-rules': () => ({ data: [present], next_cursor: null }),
    'PUT pricing-rules/spring': foreseen,
  });
  const drawer = page.getByRole('dialog', { name: `Change ${spring.name}` });
  await drawer.getByRole('textbox', { name: 'Priority' }).fill('20');
  await drawer.getByRole('button', { name: 'Preview' }).click();
  await drawer.getByRole('region', { name: 'What would be' }).waitFor();
  present = { ...spring, version: 13, name: 'Spring anew' };
  // As when somebody comes back to the tab later: what is behind the drawer is read anew.
  await page.clock.setFixedTime(Date.now() + 60_000);
  await page.evaluate(() => window.dispatchEvent(new Event('visibilitychange')));
  await page.getByText('Spring anew', { exact: true }).first().waitFor();
  await confirm(page, 'Change it', 'As it was previewed');
  const put = () => portal.sent.filter(({ call }) => call === 'PUT pricing-rules/spring');
  await expect.poll(() => put().length).toBe(2);
  const [tried, done] = put().map(({ body }) => body as { readonly rule: object });
  expect(tried).toMatchObject({ version: 12, dry_run: true, rule: { priority: 20 } });
  expect(done).toMatchObject({ version: 12, dry_run: false, rule: tried!.rule });
});

test('whoever may not read codes sees how they begin, and nothing to open or seek', async () => {
  const masked = CODES.map((each, index) => ({ ...each, id: String(index), code: 'SP••••' }));
  const page = await portal.open('/pricing/codes', {
    ...PRICED,
    'GET session': READING,
    'GET promotion-codes': { data: masked, next_cursor: null },
  });
  await page.getByText('SP••••').first().waitFor();
  expect(await page.getByRole('searchbox', { name: 'Begins with' }).count()).toBe(0);
  expect(await page.getByRole('link', { name: 'Export CSV' }).count()).toBe(0);
  await page.getByText('SP••••').first().click();
  expect(new URL(page.url()).search).toBe('');
});
