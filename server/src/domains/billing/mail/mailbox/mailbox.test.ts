import { afterAll, beforeAll, beforeEach, expect, test } from 'vitest';
import { manualClock } from '@whisperforge/kernel/clock';
import { openDatabase, type PostgresDatabase } from '../../../../adapters/postgres/index.ts';
import { createProcess } from '../../../../../test/simulation/process.ts';
import { useTestServer } from '../../../../../test/support/server.ts';
import { startBrowser } from '../../../../../../tools/browser/browser.ts';
import type { OutgoingMail } from '../mailer.ts';
import { renderMail } from '../render.ts';
import { createBillingMail } from '../billing-mail.ts';
import { HOSTILE } from '../situation.fixture.ts';
import { createMailbox } from './mailbox.ts';

const server = useTestServer();
const NOW_MS = Date.UTC(2026, 2, 12, 9, 30);
const never = new AbortController().signal;
let database: PostgresDatabase;

beforeAll(() => {
  const url = server.databaseUrl;
  database = openDatabase({ url, schema: 'billing', applicationName: 'test' });
});
afterAll(() => database.close());
beforeEach(() => database.sql.deleteFrom('mailbox').execute());

const box = (mail: Partial<OutgoingMail> = {}) => {
  const clock = manualClock(NOW_MS);
  const document = {
    subject: HOSTILE,
    parts: [
      { kind: 'text', text: `The text. ${HOSTILE}` },
      { kind: 'facts', facts: [{ label: HOSTILE, value: '19.00 USD' }] },
      { kind: 'action', label: 'Pay now', url: 'https://invoice.example.com/1' },
    ],
  } as const;
  const head = { senderName: 'Forge', greeting: HOSTILE, footer: HOSTILE };
  const to = { to: HOSTILE, from: 'Forge <a@example.com>', messageId: '<1@example.com>' };
  const whole = { ...renderMail(document, head), ...to, ...mail };
  return createMailbox({ database, clock }).send(whole, never);
};

const idOf = async (): Promise<number> =>
  (await database.sql.selectFrom('mailbox').select('id').executeTakeFirstOrThrow()).id;

const get = (path: string) => fetch(server.url + path);

test('a mail is kept once, though it is sent again after a crash', async () => {
  await box();
  await box();
  const kept = await database.sql.selectFrom('mailbox').select('id').execute();
  expect(kept).toHaveLength(1);
});

test('an empty mailbox says what to do', async () => {
  const page = await get('/mailbox');
  expect(page.status).toBe(200);
  expect(page.headers.get('content-type')).toBe('text/html; charset=utf-8');
  expect(await page.text()).toContain('Nothing has been sent yet');
});

test('pages show what was sent as text, and neither load nor run anything', async () => {
  await box();
  const id = await idOf();
  for (const path of ['/mailbox', `/mailbox/${id}`, `/mailbox/${id}/html`]) {
    const page = await get(path);
    const text = await page.text();
    expect(page.status).toBe(200);
    expect(page.headers.get('content-security-policy')).toMatch(/^default-src 'none'; /);
    expect(text).not.toMatch(/<img|<script/i);
    expect(text).toContain('&#60;img src=x onerror=alert(1)&#62;');
  }
});

test('where no mailbox is to be, as in production, its pages are not there', () => {
  const { catalog, accounts } = createProcess(database, manualClock(NOW_MS));
  const made = createBillingMail({
    database,
    catalog,
    accounts,
    clock: manualClock(NOW_MS),
    mailer: undefined,
    mail: { from: 'a@example.com', staffEmail: undefined },
    graceDays: 7,
    publicUrl: () => server.url,
    showsMailbox: false,
  });
  expect(made.rawRoutes).toEqual([]);
});

test('older mails are a page away', async () => {
  const rows = Array.from({ length: 101 }, (_, index) => index + 1);
  for (const row of rows) await box({ messageId: `<${row}@example.com>`, subject: `No. ${row}.` });
  const first = await (await get('/mailbox')).text();
  expect(first).toContain('No. 101.');
  expect(first).not.toContain('No. 1.');
  const next = /\/mailbox\?before=\d+/.exec(first)![0];
  const second = await (await get(next)).text();
  expect(second).toContain('No. 1.');
  expect(second).not.toContain('before=');
});

test.each(['/mailbox/999999', '/mailbox/x', '/mailbox/0', '/mailbox/999999/html'])(
  '%s is not there',
  async (path) => {
    expect((await get(path)).status).toBe(404);
  },
);

test('a browser shows the list and the mail, on a phone, in light and dark', async () => {
  await box({ to: `${'ada'.repeat(40)}@example.com` });
  const id = await idOf();
  await using browser = await startBrowser();
  for (const colorScheme of ['light', 'dark'] as const) {
    const page = await browser.newPage({ colorScheme, viewport: { width: 390, height: 844 } });
    const faults: string[] = [];
    page.on('console', (message) => void faults.push(message.text()));
    await page.goto(`${server.url}/mailbox`);
    const isTooWide = () => page.evaluate('document.body.scrollWidth > window.innerWidth');
    expect(await isTooWide()).toBe(false);
    await page.getByRole('link').first().click();
    expect(page.url()).toBe(`${server.url}/mailbox/${id}`);
    expect(await isTooWide()).toBe(false);
    const framed = page.frameLocator('iframe');
    expect(await framed.getByRole('link', { name: 'Pay now' }).isVisible()).toBe(true);
    const paper = await framed
      .locator('body')
      .evaluate((body) => getComputedStyle(body).backgroundColor);
    expect(paper).toBe(colorScheme === 'dark' ? 'rgb(15, 17, 21)' : 'rgb(243, 244, 246)');
    expect(faults).toEqual([]);
    await page.close();
  }
});
