import { mkdirSync } from 'node:fs';
import { join } from 'node:path';
import { afterAll, beforeAll, expect, test } from 'vitest';
import { manualClock } from '@whisperforge/kernel/clock';
import { startSandbox, type Sandbox } from '../../../stripe-sandbox/src/index.ts';
import { useTestDatabase } from '../../../server/test/support/database.ts';
import { readConfig } from '../../../server/src/main/config.ts';
import { makeTestFolder } from '../../postgres/test/folders.ts';
import { query } from '../../postgres/test/holder.ts';
import { cardDeedsOf } from '../company/cards.ts';
import { createCompany } from '../company/company.ts';
import { openDoors } from '../doors.ts';
import type { Founded } from '../fill.ts';
import { foundCompany } from '../found.ts';
import { readJournal, writeJournal } from '../journal.ts';
import { playCards } from './cards.ts';
import { foundCards } from './found-cards.ts';

const FOUNDED_MS = Date.UTC(2026, 10, 23);
const clock = manualClock(FOUNDED_MS + 15 * 3_600_000);
const size = { people: 600, months: 14 };
const folder = makeTestFolder();
const database = useTestDatabase();
const goOn = (): void => undefined;
let sandbox: Sandbox;
let founded: Founded;

beforeAll(async () => {
  const sandboxClock = { clock: () => clock.nowMs(), seed: 'cards' };
  sandbox = await startSandbox({ port: 0, ...sandboxClock });
  const dataDir = join(folder.path, 'cards');
  mkdirSync(dataDir, { recursive: true });
  const config = configOf(dataDir);
  const { url } = database;
  const found = await foundCompany({ config, url, database: 'cards', clock, size });
  founded = await foundCards({ config, url, founded: found!, goOn });
});
afterAll(async () => {
  await sandbox.close();
  await folder.delete();
});

const dataDir = (): string => join(folder.path, 'cards');

function configOf(dir: string) {
  return readConfig({
    NODE_ENV: 'test',
    DATA_DIR: dir,
    DATABASE_URL: database.url,
    STRIPE_SECRET_KEY: 'sk_test_cards',
    STRIPE_API_BASE: sandbox.url,
  });
}

const count = async (text: string): Promise<number> =>
  Number((await query(database.url, `SELECT count(*) ${text}`))[0]);

test('card payers have bills of each month, all of what Stripe charges', async () => {
  const months = await count(`FROM (SELECT DISTINCT date_trunc('month', created_at)
    FROM billing.invoices WHERE status = 'paid') found`);
  expect(months).toBeGreaterThanOrEqual(9);
  const mrr = `FROM billing.user_subscriptions WHERE source = 'stripe' AND ended_at IS NULL`;
  expect(await count(mrr)).toBeGreaterThan(1);
});

test('codes that were used and cards that failed are on record as of then', async () => {
  const { terms, story } = founded.company;
  const deeds = cardDeedsOf(terms, story, FOUNDED_MS);
  const used = deeds.filter(({ kind, payer }) => kind === 'buys' && payer.code !== null);
  expect(used.length).toBeGreaterThan(0);
  const redeemed = `FROM billing.promotion_redemptions WHERE state = 'redeemed'`;
  expect(await count(redeemed)).toBe(used.length);
  const failed = `FROM billing.dunning_steps WHERE step = 'payment_failed'`;
  const broken = deeds.filter(({ kind }) => kind === 'card_breaks');
  expect(broken.length).toBeGreaterThan(0);
  expect(await count(failed)).toBeGreaterThanOrEqual(broken.length);
  const first = `FROM (SELECT min(due_at) AS at ${failed} GROUP BY stripe_invoice_id) first`;
  expect(await count(`${first} WHERE at >= '2026-11-23'`)).toBe(0);
});

test('they have used what they pay for, each whole day once', async () => {
  const used = `FROM billing.usage_events e JOIN billing.users u ON u.id = e.user_id
    WHERE u.external_id LIKE 'demo-card-%'`;
  expect(
    await count(`FROM (SELECT DISTINCT date_trunc('month', occurred_at) ${used}) months`),
  ).toBeGreaterThanOrEqual(9);
  expect(await count(`${used} AND occurred_at >= '2026-11-23'`)).toBe(0);
  expect(readJournal(dataDir())?.cards?.usedUntilMs).toBe(FOUNDED_MS);
});

test('nothing of their past is news or a mail', async () => {
  expect(await count('FROM billing.mail_messages')).toBe(0);
  const told = `FROM billing.outbox_events WHERE topic IN ('payment.received',
    'billing.payment_failed', 'billing.payment_recovered')`;
  expect(await count(told)).toBe(0);
});

test('they go on after the day of its founding, and nothing is done twice', async () => {
  const { url } = database;
  const bills = await count('FROM billing.invoices');
  const again = await foundCards({
    config: configOf(dataDir()),
    url,
    founded: { ...founded, journal: readJournal(dataDir())! },
    goOn,
  });
  expect(again.journal.cards).toEqual(founded.journal.cards);
  expect(await count('FROM billing.invoices')).toBe(bills);
  const later = FOUNDED_MS + 40 * 86_400_000;
  const doors = await openDoors({ url, config: configOf(dataDir()), clock, beginMs: FOUNDED_MS });
  const journal = again.journal;
  const stripe = { apiBase: sandbox.url, secretKey: 'sk_test_cards' };
  const onDone = (cards: NonNullable<typeof journal.cards>): void => {
    writeJournal(dataDir(), { ...journal, cards });
  };
  await playCards({ doors, stripe, journal, onDone, goOn }, later);
  await doors.close();
  const clocks = await fetch(
    `${sandbox.url}/v1/test_helpers/test_clocks/${journal.cards!.testClock}`,
    { headers: { authorization: 'Bearer sk_test_cards' } },
  );
  expect(await clocks.json()).toMatchObject({ frozen_time: later / 1_000, status: 'ready' });
});

test('deeds of card payers are the same however far ahead they are asked for', () => {
  const terms = { seed: 'whisperforge', today: '2026-11-23', people: 3_000, months: 24 };
  const { story } = createCompany(terms);
  const until = cardDeedsOf(terms, story, story.endMs);
  const further = cardDeedsOf(terms, story, story.endMs + 90 * 86_400_000);
  expect(further.slice(0, until.length)).toEqual(until);
  expect(further.length).toBeGreaterThan(until.length);
  const kinds = new Set(until.map(({ kind }) => kind));
  expect(kinds.size).toBe(6);
  expect(until.filter(({ kind }) => kind === 'buys').length).toBe(30);
});
