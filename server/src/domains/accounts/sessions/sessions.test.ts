import { afterAll, beforeAll, expect, test } from 'vitest';
import { manualClock } from '@whisperforge/kernel/clock';
import { openDatabase, type PostgresDatabase } from '../../../adapters/postgres/index.ts';
import { useTestDatabase } from '../../../../test/support/database.ts';
import { createAccounts } from '../service.ts';
import { createOrigins } from './origins.ts';
import { createSessions } from './sessions.ts';
import { deleteExpiredSessions } from './store.ts';

const testDatabase = useTestDatabase();
const clock = manualClock(Date.UTC(2026, 2, 10, 12));
const MINUTE_MS = 60_000;
let database: PostgresDatabase;

beforeAll(async () => {
  database = openDatabase({ url: testDatabase.url, schema: 'billing', applicationName: 'test' });
  await createAccounts({ database }).upsertUser('u-1', { email: 'u@example.com' }, clock.nowMs());
});
afterAll(() => database.close());

test('a link opens one session, however often and however many at once try it', async () => {
  const sessions = createSessions({ database });
  const nowMs = clock.nowMs();
  const link = await sessions.createLink({ user: 'u-1', returnUrl: 'https://a.example/' }, nowMs);
  const tries = Array.from({ length: 10 }, () => sessions.open(link.token, nowMs));
  const opened = (await Promise.all(tries)).filter((session) => session !== undefined);
  expect(opened).toHaveLength(1);
  const secret = opened[0]?.secret ?? '';
  expect(await sessions.find(secret, nowMs)).toMatchObject({
    user: 'u-1',
    returnUrl: 'https://a.example/',
  });
  expect(await sessions.open(link.token, nowMs)).toBeUndefined();
  await sessions.close(secret);
  expect(await sessions.find(secret, nowMs)).toBeUndefined();
});

test('links and sessions end at their instants, and are let go', async () => {
  const sessions = createSessions({ database });
  const nowMs = clock.nowMs();
  const request = { user: 'u-1', returnUrl: null };
  const late = await sessions.createLink(request, nowMs);
  expect(await sessions.open(late.token, nowMs + 15 * MINUTE_MS)).toBeUndefined();
  const link = await sessions.createLink(request, nowMs);
  const session = await sessions.open(link.token, nowMs + 15 * MINUTE_MS - 1);
  const { secret = '', expiresMs = 0 } = session ?? {};
  expect(await sessions.find(secret, expiresMs - 1)).toBeDefined();
  expect(await sessions.find(secret, expiresMs)).toBeUndefined();
  await deleteExpiredSessions(database, expiresMs, 100);
  expect(await sessions.find(secret, nowMs)).toBeUndefined();
});

test('nobody gets a link to the page of a user who is not known', async () => {
  const sessions = createSessions({ database });
  const unknown = sessions.createLink({ user: 'nobody', returnUrl: null }, clock.nowMs());
  await expect(unknown).rejects.toMatchObject({ code: 'user_unknown' });
  expect(await sessions.find('', clock.nowMs())).toBeUndefined();
});

test('redirects go only where the operator has said', () => {
  const origins = createOrigins({
    environment: 'production',
    allowedOrigins: ['https://app.example.com'],
    publicUrl: () => 'https://pay.example.com',
  });
  const isAllowed = (url: string): boolean => {
    try {
      return origins.require(url, '/return_url') !== '';
    } catch (error) {
      expect(error).toMatchObject({ code: 'redirect_not_allowed' });
      return false;
    }
  };
  expect(isAllowed('https://app.example.com/back?x=1')).toBe(true);
  expect(isAllowed('https://pay.example.com/account')).toBe(true);
  for (const url of [
    'http://app.example.com/',
    'https://app.example.com.evil.example/',
    'https://app.example.com@evil.example/',
    'https://user:secret@app.example.com/',
    '//app.example.com/',
    '/account',
    'javascript:alert(1)',
    'data:text/html,x',
    'http://127.0.0.1:3000/',
  ]) {
    expect(isAllowed(url), url).toBe(false);
  }
});
