import { afterAll, beforeAll, expect, test } from 'vitest';
import { startTestServer, type StartedTestServer } from '../../../test/support/server.ts';
import { useTestDatabase } from '../../../test/support/database.ts';
import { signInStaff } from '../../../test/support/staff.ts';
import { openDatabase } from '../../adapters/postgres/index.ts';

const database = useTestDatabase();
let direct: StartedTestServer;
let behind: StartedTestServer;

beforeAll(async () => {
  direct = await startTestServer(database.url);
  const env = { TRUSTED_PROXIES: '127.0.0.0/8, ::1, 10.0.0.0/8' };
  behind = await startTestServer(database.url, { env, clock: direct.clock });
});
afterAll(async () => {
  await direct?.close();
  await behind?.close();
});

/** The address that is on record for what a member of staff does, told so by proxies. */
async function recordedFor(server: StartedTestServer, forwarded: string): Promise<string | null> {
  const staff = await signInStaff(server, 'owner');
  const headers = { ...staff.headers, 'x-forwarded-for': forwarded };
  const options = { ...staff, headers };
  const { status } = await server.request('GET', '/admin/v1/users/export.csv', undefined, options);
  expect(status).toBe(200);
  const rows = openDatabase({ url: database.url, schema: 'billing', applicationName: 'test' });
  try {
    const { address } = await rows.sql
      .selectFrom('audit_entries')
      .select('address')
      .orderBy('id', 'desc')
      .limit(1)
      .executeTakeFirstOrThrow();
    return address;
  } finally {
    await rows.close();
  }
}

test('proxies that are trusted tell where a request came from, and nobody else does', async () => {
  expect(await recordedFor(direct, '203.0.113.7')).toMatch(/127\.0\.0\.1$/);
  expect(await recordedFor(behind, '203.0.113.7')).toBe('203.0.113.7');
  expect(await recordedFor(behind, '2001:db8::7, 10.1.2.3')).toBe('2001:db8::7');
  // Who came to the first trusted proxy has said the rest, and may have said anything.
  expect(await recordedFor(behind, '198.51.100.1, 203.0.113.8, 10.1.2.3')).toBe('203.0.113.8');
});

test('what is no address is not believed, whoever tells it', async () => {
  for (const forged of ["'; DROP TABLE users", 'unknown', '203.0.113.7:4711', '<script>']) {
    expect(await recordedFor(behind, forged)).toMatch(/127\.0\.0\.1$/);
  }
});

test('guesses at keys are limited by their origin, not by the proxy they came by', async () => {
  const guess = (forwarded: string) =>
    behind.request('GET', '/v1/users/nobody', undefined, {
      secret: `wf_test_${'x'.repeat(40)}`,
      headers: { 'x-forwarded-for': forwarded },
    });
  let status = 401;
  for (let count = 0; count < 500 && status === 401; count += 1) {
    status = (await guess('203.0.113.66')).status;
  }
  expect(status).toBe(429);
  expect((await guess('203.0.113.67')).status).toBe(401);
});
