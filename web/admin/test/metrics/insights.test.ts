import { mkdtemp, rm, writeFile } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import type { Page } from 'playwright-core';
import { beforeAll, expect, test } from 'vitest';
import { runCli } from '../../../../server/src/main/cli.ts';
import { eventually } from '../../../../server/test/support/eventually.ts';
import { signInStaff } from '../../../../server/test/support/staff.ts';
import { usePortal } from '../portal.fixture.ts';
import { countClicks, signIn, tellOfUser } from '../steps.fixture.ts';

/** For the answers of a server that has much else to do. */
const PATIENTLY = { timeout: 30_000 };
const portal = usePortal({ ROLE: 'all', REPORTING_CURRENCY: 'usd' });

/** Three who stay, one who pays less from March on, and two who left in it. */
const HISTORY = [
  'customer_id,subscription_id,plan,started_on,ended_on,amount,currency,billing_cycle,country',
  'Acorn,s-1,business,2026-01-05,,49.00,usd,monthly,us',
  'Birch,s-2,business,2026-01-20,,49.00,usd,monthly,de',
  'Cedar,s-3,pro,2026-02-01,,19.00,usd,monthly,de',
  'Dogwood,s-4,business,2026-01-07,2026-03-07,49.00,usd,monthly,us',
  'Dogwood,s-5,pro,2026-03-07,,19.00,usd,monthly,us',
  'Elm,s-6,business,2026-01-09,2026-03-12,49.00,usd,monthly,us',
  'Fir,s-7,pro,2026-02-11,2026-03-21,19.00,usd,monthly,de',
].join('\n');

/** A page of somebody who waits as long as it takes. */
async function openPatiently(path: string): Promise<Page> {
  const page = await portal.open(path);
  page.setDefaultTimeout(60_000);
  return page;
}

beforeAll(async () => {
  const { server } = portal;
  server.clock.advanceTo(Date.UTC(2026, 3, 15, 12));
  const folder = await mkdtemp(join(tmpdir(), 'history-'));
  const file = join(folder, 'history.csv');
  await writeFile(file, HISTORY);
  const env = { DATABASE_URL: server.databaseUrl, NODE_ENV: 'test' };
  const lines: string[] = [];
  const told = { env, print: (line: string) => lines.push(line) };
  const lawyer = { email: 'law@example.com', metadata: { industry: 'law' } };
  await server.request('PUT', '/v1/users/law', lawyer);
  const code = await runCli(['import', 'subscriptions', file, '--origin', 'old'], told);
  await rm(folder, { recursive: true });
  if (code !== 0) throw new Error(lines.join('\n'));
  const analyst = await signInStaff(server, 'analyst');
  await eventually(async () => {
    type Series = { data?: { values: { value: number } }[] };
    const path = '/admin/v1/metrics/mrr?from=2026-04-01';
    const { body } = await server.request<Series>('GET', path, undefined, analyst);
    return body.data?.[0]?.values.value === 13_600;
  });
});

test('why MRR fell in March and who left is found in four clicks from the overview', async () => {
  const page = await openPatiently('/insights');
  const clicks = await countClicks(page);
  await signIn(page, 'Insights');
  await page.getByRole('button', { name: /^March 2026: .*churn -\$68\.00/ }).click();
  await page.getByRole('heading', { level: 1, name: 'MRR, March 2026' }).waitFor();
  await page.getByRole('button', { name: 'Contraction: -$30.00' }).waitFor();
  await page.getByRole('button', { name: 'Churn: -$68.00' }).click();
  await page.getByRole('heading', { level: 1, name: 'Churn, March 2026' }).waitFor();
  const rows = page.getByRole('region', { name: 'Churn, March 2026' }).getByRole('row');
  await expect
    .poll(() => rows.allTextContents(), PATIENTLY)
    .toEqual([
      expect.stringMatching(/^Who/),
      expect.stringMatching(/^Elm.*-\$49\.00$/),
      expect.stringMatching(/^Fir.*-\$19\.00$/),
    ]);
  await page.getByRole('link', { name: 'Elm' }).click();
  await page.getByRole('heading', { level: 1, name: 'Elm' }).waitFor();
  const story = page.getByRole('region', { name: 'What moved its MRR' });
  await expect
    .poll(() => story.getByRole('listitem').allTextContents(), PATIENTLY)
    .toEqual([
      expect.stringMatching(/^Left.*-\$49\.00 \/ month · 12 March 2026$/),
      expect.stringMatching(/^Began to pay.*\+\$49\.00 \/ month · 9 January 2026$/),
    ]);
  // The button of the sign-in is pressed by its key, so these are all.
  expect(await clicks()).toBeLessThanOrEqual(4);
});

test('time, comparison and segments are in the address, and a view of them is kept', async () => {
  const page = await openPatiently('/insights/customers?country=de&compare=previous');
  await signIn(page, 'Customers');
  const choose = async (menu: string, ...values: readonly string[]): Promise<void> => {
    await page.getByRole('button', { name: menu }).click();
    for (const name of values) await page.getByRole('checkbox', { name }).check();
    await page.keyboard.press('Escape');
  };
  await choose('Plan: all', 'Pro', 'Business');
  await page.getByRole('button', { name: 'Attribute' }).click();
  await page.getByRole('menuitem', { name: 'Industry' }).click();
  await choose('Industry: all', 'law', 'No industry');
  await page.getByRole('button', { name: 'Industry: law, No industry' }).waitFor();
  await expect
    .poll(() => Object.fromEntries(new URL(page.url()).searchParams), PATIENTLY)
    .toEqual({
      country: 'de',
      compare: 'previous',
      plan: 'pro,business',
      attributes: 'industry:law,',
    });
  await page.getByRole('button', { name: 'Time: Last 12 months' }).click();
  await page.getByRole('menuitem', { name: 'Last 13 weeks' }).click();
  await expect
    .poll(() => new URL(page.url()).searchParams.get('granularity'), PATIENTLY)
    .toBe('week');
  const { search } = new URL(page.url());
  await page.getByRole('button', { name: 'Views' }).click();
  await page.getByRole('menuitem', { name: 'Keep this view' }).click();
  await page.getByRole('textbox', { name: 'Name' }).fill('Pro in Germany');
  await page.getByRole('button', { name: 'Keep it' }).click();
  await page.getByRole('dialog').waitFor({ state: 'detached' });
  await page.goto(`${portal.server.url}/admin/insights`);
  await page.getByRole('button', { name: 'Views' }).click();
  await page.getByRole('menuitem', { name: 'Pro in Germany', exact: true }).click();
  await page.getByRole('heading', { level: 1, name: 'Customers' }).waitFor();
  const wanted = Object.fromEntries(new URLSearchParams(search));
  await expect
    .poll(() => Object.fromEntries(new URL(page.url()).searchParams), PATIENTLY)
    .toEqual(wanted);
});

test('a metric is defined on its page, shown as a table, taken apart and exported', async () => {
  const page = await openPatiently('/insights/metrics/mrr?breakdown=plan');
  await signIn(page, 'Monthly recurring revenue');
  await page.getByText('normalised to a month').waitFor();
  const chart = page.getByRole('region', { name: 'Monthly recurring revenue', exact: true });
  await chart.getByText('Table', { exact: true }).click();
  await chart.getByRole('row', { name: /^March 2026 \$136\.00/ }).waitFor();
  const plans = page.getByRole('list', { name: 'Monthly recurring revenue by plan: plan' });
  await plans
    .getByRole('listitem')
    .filter({ hasText: /^Business\$98\.00 72 %/ })
    .waitFor();
  await plans.getByRole('link', { name: 'Pro' }).click();
  await expect.poll(() => new URL(page.url()).searchParams.get('plan'), PATIENTLY).toBe('pro');
  const csv = await page.getByRole('link', { name: 'CSV' }).getAttribute('href');
  const file = await page.request.get(new URL(csv!, page.url()).href);
  expect(await file.text()).toContain('38.00');
});

test('an annotation is written, seen beside the figures of its day, and taken away', async () => {
  const page = await openPatiently('/insights/annotations');
  await signIn(page, 'Annotations');
  await page.getByRole('button', { name: 'Write one' }).click();
  const drawer = page.getByRole('dialog', { name: 'New annotation' });
  await drawer.getByRole('textbox', { name: 'What' }).fill('A rival became free');
  await drawer.getByRole('textbox', { name: 'Day', exact: true }).fill('2026-03-11');
  await drawer.getByRole('button', { name: 'Keep it' }).click();
  await drawer.waitFor({ state: 'detached' });
  await page.getByRole('link', { name: 'Overview' }).click();
  const marks = page.getByRole('list', { name: 'Annotations' }).first();
  const mark = marks.getByRole('listitem').filter({ hasText: 'A rival became free' });
  expect(await mark.textContent()).toBe('11 March 2026 A rival became free');
  await page.goBack();
  const list = page.getByRole('region', { name: 'Annotations' });
  const listed = list.getByText('A rival became free');
  await listed.click();
  await page.getByRole('button', { name: 'Take it away' }).click();
  await listed.waitFor({ state: 'detached' });
});

test('points of a chart are gone through by the arrow keys, and opened by Enter', async () => {
  const page = await openPatiently('/insights/metrics/customers');
  await signIn(page, 'Customers');
  const latest = page.getByRole('button', { name: /^1 to 15 April 2026: 4/ });
  await latest.focus();
  await page.keyboard.press('ArrowLeft');
  const said = (): Promise<string | null | undefined> =>
    page.evaluate(() => document.activeElement?.getAttribute('aria-label'));
  expect(await said()).toMatch(/^March 2026: 4/);
  await page.keyboard.press('Home');
  expect(await said()).toMatch(/^May 2025: 0/);
  await page.keyboard.press('End');
  await page.keyboard.press('Enter');
  await page.getByRole('heading', { level: 1, name: /1 to 15 April 2026$/ }).waitFor();
});

test('who signs up is on an open dashboard, which has asked for it once', async () => {
  const streams: string[] = [];
  const page = await portal.open('/insights', undefined, {
    watch: (opened) =>
      opened.on('request', (request) => {
        if (request.url().endsWith('/live')) streams.push(request.url());
      }),
  });
  await signIn(page, 'Insights');
  const feed = page.getByRole('region', { name: 'What happens' });
  await feed.getByText('Live', { exact: true }).waitFor();
  await tellOfUser(portal.server, { id: 'u-new', email: 'new@example.com', name: 'Newcomer' });
  await feed.getByRole('listitem').filter({ hasText: 'Newcomer signed up' }).waitFor();
  expect(streams).toHaveLength(1);
});

test('a page that nobody sees gives its connection back, and hears the latest later', async () => {
  const page = await openPatiently('/insights');
  await signIn(page, 'Insights');
  const feed = page.getByRole('region', { name: 'What happens' });
  const live = feed.getByText('Live', { exact: true });
  await live.waitFor();
  const hide = (isHidden: boolean): Promise<void> =>
    page.evaluate((hidden) => {
      Object.defineProperty(document, 'hidden', { value: hidden, configurable: true });
      document.dispatchEvent(new Event('visibilitychange'));
    }, isHidden);
  await hide(true);
  await feed.getByText('Connecting …').waitFor();
  await tellOfUser(portal.server, { id: 'u-away', email: 'away@example.com', name: 'Meanwhile' });
  await hide(false);
  await live.waitFor();
  const item = feed.getByRole('listitem').filter({ hasText: 'Meanwhile signed up' });
  await item.waitFor();
  expect(await item.count()).toBe(1);
});

test('a demo company is called one, with how far it is, until somebody hides that', async () => {
  const told = { share: 0.5, doing: 'customers first', folder: '/tmp/whisperforge' };
  let state = 'filling';
  const answers = { 'GET demo': () => ({ demo: { ...told, state } }) };
  const page = await portal.open('/insights', answers);
  await signIn(page, 'Insights');
  const notice = page.getByRole('region', { name: 'Demo company' });
  await notice.getByText(/being filled in, customers first: 50 %/).waitFor();
  await notice.getByRole('progressbar').waitFor();
  state = 'complete';
  await notice.getByText('It goes on day by day.').waitFor();
  await notice.getByText('DEMO=off').waitFor();
  await notice.getByRole('button', { name: 'Hide this notice' }).click();
  await expect.poll(() => notice.count()).toBe(0);
});
