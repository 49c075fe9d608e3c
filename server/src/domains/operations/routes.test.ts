import { rmSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { randomText } from '@whisperforge/kernel/ids';
import { afterAll, expect, test } from 'vitest';
import { useTestServer } from '../../../test/support/server.ts';
import { signInStaff } from '../../../test/support/staff.ts';

const keyFile = join(tmpdir(), `whisperforge-${randomText(10)}`);
writeFileSync(keyFile, 'x'.repeat(40));
afterAll(() => rmSync(keyFile, { force: true }));
const server = useTestServer({ env: { GRACE_DAYS: '3', ENCRYPTION_KEY_FILE: keyFile } });

interface Health {
  readonly version: string;
  readonly uptime_seconds: number;
  readonly database: { readonly size_bytes: number; readonly pending_migrations: string[] };
  readonly backlogs: readonly { readonly name: string; readonly waiting: number }[];
}

test('health tells what runs and how far behind it is, to those who may know', async () => {
  const support = await signInStaff(server, 'support');
  const { body } = await server.request<Health>('GET', '/admin/v1/health', undefined, support);
  expect(body.version).toMatch(/^\d+\.\d+\.\d+/);
  expect(body.uptime_seconds).toBeGreaterThanOrEqual(0);
  expect(body.database.size_bytes).toBeGreaterThan(1_000_000);
  expect(body.database.pending_migrations).toEqual([]);
  const names = body.backlogs.map(({ name }) => name);
  expect(names).toEqual(['sealer', 'inbox', 'outbox', 'mails', 'ledger']);
  const analyst = await signInStaff(server, 'analyst');
  const refused = await server.request('GET', '/admin/v1/health', undefined, analyst);
  expect(refused).toMatchObject({ status: 403 });
});

test('what waits in the audit trail is counted where nobody seals it', async () => {
  const admin = await signInStaff(server, 'admin');
  const key = { name: 'App', scopes: ['read'], reason: 'for the test' };
  const before = await unsealed();
  await server.request('POST', '/admin/v1/keys', key, admin);
  expect(await unsealed()).toBe(before + 1);

  async function unsealed(): Promise<number> {
    const { body } = await server.request<Health>('GET', '/admin/v1/health', undefined, admin);
    return body.backlogs.find(({ name }) => name === 'sealer')!.waiting;
  }
});

interface Settings {
  readonly data: readonly {
    readonly name: string;
    readonly value: string | null;
    readonly source: string;
    readonly is_valid: boolean;
    readonly faults: readonly string[];
  }[];
}

test('settings tell their source and never a secret, and whether they would be taken', async () => {
  const admin = await signInStaff(server, 'admin');
  const read = () => server.request<Settings>('GET', '/admin/v1/settings', undefined, admin);
  const { body } = await read();
  const of = (name: string) => body.data.find((each) => each.name === name);
  expect(of('GRACE_DAYS')).toMatchObject({ value: '3', source: 'environment', is_valid: true });
  expect(of('MAIL_FROM')).toMatchObject({ source: 'default', is_valid: true });
  expect(of('API_SECRET_KEY')).toMatchObject({ value: null, source: 'environment' });
  expect(of('ENCRYPTION_KEY')).toMatchObject({ value: null, source: 'file', is_valid: true });
  expect(JSON.stringify(body)).not.toContain(server.secretKey);

  rmSync(keyFile);
  const later = (await read()).body.data.find(({ name }) => name === 'ENCRYPTION_KEY');
  expect(later).toMatchObject({ is_valid: false });
  expect(later!.faults[0]).toContain('ENCRYPTION_KEY_FILE');
});

test('a system without a demo company says so, to whoever is signed in', async () => {
  const analyst = await signInStaff(server, 'analyst');
  const answer = await server.request('GET', '/admin/v1/demo', undefined, analyst);
  expect(answer).toMatchObject({ status: 200, body: { demo: null } });
  expect(await server.request('GET', '/admin/v1/demo')).toMatchObject({ status: 401 });
});
