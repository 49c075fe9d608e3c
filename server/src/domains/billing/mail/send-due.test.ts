import { afterAll, beforeAll, beforeEach, expect, test } from 'vitest';
import { manualClock, type ManualClock } from '@whisperforge/kernel/clock';
import { AppError } from '../../../platform/errors.ts';
import { openDatabase, type PostgresDatabase } from '../../../adapters/postgres/index.ts';
import { useTestDatabase } from '../../../../test/support/database.ts';
import { createProcess, type Process } from '../../../../test/simulation/process.ts';
import { readCatalogFile, createPricing } from '../../pricing/index.ts';
import { readFile } from 'node:fs/promises';
import { MAIL_REFUSED, MAIL_UNAVAILABLE, type Mailer, type OutgoingMail } from './mailer.ts';
import type { NewMail } from './mail-data.ts';
import { sendDueMails, type MailFailure } from './send-due.ts';
import { queueMail } from './store.ts';

const testDatabase = useTestDatabase();
const NOW_MS = Date.UTC(2026, 2, 12, 9, 30);
const never = new AbortController().signal;
let database: PostgresDatabase;
let process: Process;
let clock: ManualClock;
let accountId: number;

beforeAll(async () => {
  database = openDatabase({ url: testDatabase.url, schema: 'billing', applicationName: 'test' });
  const file = await readFile(new URL('../../../../data/catalog.json', import.meta.url), 'utf8');
  const actor = { kind: 'system', id: 'test' } as const;
  const context = { actor, nowMs: NOW_MS, reason: 'the catalogue' };
  await createPricing({ database }).seedCatalogIfEmpty(readCatalogFile(file), context);
});
afterAll(() => database.close());

beforeEach(async () => {
  clock = manualClock(NOW_MS);
  process = createProcess(database, clock);
  await database.sql.deleteFrom('mail_messages').execute();
  await database.sql.deleteFrom('outbox_events').execute();
  const details = { email: 'ada@example.com', name: 'Ada', metadata: { time_zone: 'Asia/Tokyo' } };
  ({ accountId } = await process.accounts.upsertUser('ada', details, NOW_MS));
});

interface Post extends Mailer {
  readonly sent: OutgoingMail[];
  /** Thrown instead of sending. */
  fault: Error | null;
}

function post(): Post {
  const mailer: Post = {
    sent: [],
    fault: null,
    async send(mail) {
      if (mailer.fault !== null) throw mailer.fault;
      mailer.sent.push(mail);
    },
  };
  return mailer;
}

const failures: MailFailure[] = [];

const round = (mailer: Mailer, staffEmail?: string) =>
  sendDueMails(
    {
      database,
      catalog: process.catalog,
      clock,
      mailer,
      graceDays: 7,
      from: 'WhisperForge <billing@example.com>',
      staffEmail,
      publicUrl: () => 'https://pay.example.com',
      onFailure: (failure) => failures.push(failure),
    },
    never,
  );

const packMail = (key: string, dueMs = NOW_MS): NewMail => ({
  key,
  kind: 'pack_bought',
  accountId,
  dueMs,
  data: { packName: '100 minutes', paid: { amountMinor: 500, currency: 'usd' }, invoiceId: null },
});

const queue = (mail: NewMail) => database.transaction((tx) => queueMail(tx, mail, clock.nowMs()));

const rows = () =>
  database.sql
    .selectFrom('mail_messages')
    .select([
      'key',
      'state',
      'attempts',
      'last_error',
      'to_address',
      'subject',
      'message_id',
      'sent_at',
    ])
    .orderBy('id')
    .execute();

/** The machine's clock cannot be driven, so what rests is woken in its row. */
const wake = () => database.sql.updateTable('mail_messages').set({ held_until: null }).execute();

test('a mail is sent once, to who owns the account, however often it is queued', async () => {
  await queue(packMail('pack:1'));
  await queue({ ...packMail('pack:1'), dueMs: NOW_MS + 1 });
  const mailer = post();
  expect(await round(mailer)).toBe(1);
  expect(await round(mailer)).toBe(0);
  expect(mailer.sent).toMatchObject([
    { to: 'ada@example.com', from: 'WhisperForge <billing@example.com>' },
  ]);
  expect(mailer.sent[0]!.text).toMatch(/^Hello Ada,\n/);
  expect(await rows()).toMatchObject([
    { state: 'sent', to_address: 'ada@example.com', sent_at: NOW_MS, last_error: null },
  ]);
});

test('a mail of a transaction that is undone was never queued', async () => {
  const undone = database.transaction(async (tx) => {
    await queueMail(tx, packMail('pack:undone'), NOW_MS);
    throw new Error('undone');
  });
  await expect(undone).rejects.toThrow('undone');
  expect(await rows()).toEqual([]);
});

test('a mail waits for its instant by the business clock', async () => {
  await queue(packMail('pack:later', NOW_MS + 1_000));
  const mailer = post();
  expect(await round(mailer)).toBe(0);
  clock.advanceBy(1_000);
  expect(await round(mailer)).toBe(1);
  expect(mailer.sent).toHaveLength(1);
});

test('a mail names instants in the zone that is known of its reader', async () => {
  const period = { startMs: NOW_MS, endMs: NOW_MS };
  const charged = { amountMinor: 1, currency: 'usd' };
  const data = { featureName: 'Minutes', used: '1', charged, period, invoiceId: null };
  await queue({ key: 'overage', kind: 'overage_charged', accountId, dueMs: NOW_MS, data });
  const mailer = post();
  await round(mailer);
  expect(mailer.sent[0]!.text).toContain('12 March 2026 at 18:30 GMT+9');
});

test('what goes wrong is tried again later, by the same message id', async () => {
  await queue(packMail('pack:retry'));
  const mailer = post();
  mailer.fault = new AppError(MAIL_UNAVAILABLE, { message: 'not now' });
  expect(await round(mailer)).toBe(1);
  expect(await rows()).toMatchObject([{ state: 'waiting', attempts: 1, last_error: 'not now' }]);
  expect(failures.at(-1)).toMatchObject({ kind: 'pack_bought', attempt: 1, isGivenUp: false });
  expect(await round(mailer)).toBe(0);
  mailer.fault = null;
  await wake();
  expect(await round(mailer)).toBe(1);
  const [row] = await rows();
  expect(row).toMatchObject({ state: 'sent', attempts: 2, last_error: null });
  expect(mailer.sent[0]!.messageId).toBe(row!.message_id);
  expect(row!.message_id).toMatch(/^<[0-9a-f]{40}@example\.com>$/);
});

test('a mail that is refused is given up at once, and a person is told', async () => {
  await queue(packMail('pack:refused'));
  const mailer = post();
  mailer.fault = new AppError(MAIL_REFUSED, { message: 'nobody of that name' });
  await round(mailer, 'staff@example.com');
  expect(await rows()).toMatchObject([
    { key: 'pack:refused', state: 'failed', last_error: 'nobody of that name' },
    { key: expect.stringMatching(/^mail_failed:/), state: 'waiting' },
  ]);
  const told = await database.sql.selectFrom('outbox_events').select('topic').execute();
  expect(told).toEqual([{ topic: 'billing.mail_failed' }]);
  mailer.fault = null;
  await round(mailer, 'staff@example.com');
  expect(mailer.sent).toMatchObject([
    { to: 'staff@example.com', subject: 'Needs a person: a mail cannot be delivered' },
  ]);
});

test('after its last attempt a mail has failed', async () => {
  const title = 'something';
  const data = { title, text: 'Somebody has to look.' };
  await queue({ key: 'staff:1', kind: 'staff_attention', accountId, dueMs: NOW_MS, data });
  await database.sql.updateTable('mail_messages').set({ attempts: 41 }).execute();
  const mailer = post();
  mailer.fault = new Error('the network is gone');
  await round(mailer, 'staff@example.com');
  expect(await rows()).toMatchObject([{ key: 'staff:1', state: 'failed', attempts: 42 }]);
  expect(failures.at(-1)).toMatchObject({ isGivenUp: true });
});

test('a mail whose reason has passed is dropped, and says why', async () => {
  const data = { invoiceId: 'in_none', attempt: 1 };
  await queue({ key: 'stale', kind: 'payment_failed', accountId, dueMs: NOW_MS, data });
  const mailer = post();
  expect(await round(mailer)).toBe(1);
  expect(mailer.sent).toEqual([]);
  expect(await rows()).toMatchObject([
    { state: 'dropped', last_error: 'the invoice is not on record' },
  ]);
});

test('a mail to staff is dropped where nobody of them is to be told', async () => {
  const data = { title: 'something', text: 'Somebody has to look.' };
  await queue({ key: 'staff:2', kind: 'staff_attention', accountId, dueMs: NOW_MS, data });
  await round(post());
  expect(await rows()).toMatchObject([{ state: 'dropped' }]);
});

test('those who send side by side share the mails, each to one of them', async () => {
  const keys = Array.from({ length: 23 }, (_, index) => `pack:${index}`);
  for (const key of keys) await queue(packMail(key));
  const mailers = [post(), post(), post()];
  await Promise.all(
    mailers.map(async (mailer) => {
      while ((await round(mailer)) > 0);
    }),
  );
  const ids = mailers.flatMap(({ sent }) => sent.map(({ messageId }) => messageId));
  expect(new Set(ids).size).toBe(23);
  expect(ids).toHaveLength(23);
});

test('who takes too long over a mail loses it to another, and has no say any more', async () => {
  await queue(packMail('pack:killed'));
  const entered = Promise.withResolvers<void>();
  const hung = Promise.withResolvers<void>();
  const slow: Mailer = {
    send() {
      entered.resolve();
      return hung.promise;
    },
  };
  const lost = round(slow);
  await entered.promise;
  const mailer = post();
  expect(await round(mailer)).toBe(0);
  await wake();
  expect(await round(mailer)).toBe(1);
  const after = await rows();
  hung.reject(new Error('the connection was cut'));
  await lost;
  expect(await rows()).toEqual(after);
  expect(after).toMatchObject([{ state: 'sent', attempts: 2 }]);
});

test('after a stop nothing more is taken up', async () => {
  await queue(packMail('pack:stopped'));
  const mailer = post();
  const options = { database, catalog: process.catalog, clock, mailer, graceDays: 7 };
  const rest = { from: 'a@example.com', staffEmail: undefined, publicUrl: () => '' };
  expect(await sendDueMails({ ...options, ...rest }, AbortSignal.abort())).toBe(0);
  expect(await rows()).toMatchObject([{ state: 'waiting', attempts: 0 }]);
});
