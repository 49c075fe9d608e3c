import { mkdtempSync, readFileSync, rmSync, statSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import pg from 'pg';
import { afterAll, expect, test } from 'vitest';
import { useTestDatabase } from '../../../test/support/database.ts';
import { eventually } from '../../../test/support/eventually.ts';
import { startTestServer } from '../../../test/support/server.ts';
import { readSigningKeys } from '../../domains/audit/index.ts';
import { runCli } from '../cli.ts';

const database = useTestDatabase();
const folder = mkdtempSync(join(tmpdir(), 'audit-commands-'));
const checkpointFile = join(folder, 'once', 'checkpoints.jsonl');
const variables = { DATA_DIR: folder, AUDIT_CHECKPOINTS: checkpointFile };

afterAll(() => rmSync(folder, { recursive: true }));

async function cli(...args: string[]) {
  const said = { stdout: '', stderr: '', progress: '' };
  const code = await runCli(args, {
    env: { NODE_ENV: 'test', DATABASE_URL: database.url, ...variables },
    print: (line) => void (said.stdout += `${line}\n`),
    complain: (line) => void (said.stderr += `${line}\n`),
    progress: () => ({ tell: (text) => void (said.progress = text), stop: () => undefined }),
  });
  return { code, ...said };
}

async function asOwner(text: string): Promise<void> {
  const client = new pg.Client({ connectionString: database.url });
  await client.connect();
  await client.query(`SET search_path TO billing; SET session_replication_role = replica; ${text}`);
  await client.end();
}

interface Verified {
  readonly holds: boolean;
  readonly seals: number;
  readonly waiting: number;
  readonly head: { readonly seal: number; readonly digest: string };
}

async function verified(): Promise<Verified> {
  return JSON.parse((await cli('audit', 'verify', '--json')).stdout) as Verified;
}

test('a worker seals and signs what commands leave, with a key of its own', async () => {
  const server = await startTestServer(database.url, { env: { ROLE: 'worker', ...variables } });
  expect((await cli('keys', 'create', '--name', 'first')).code).toBe(0);
  await eventually(async () => {
    const { holds, seals, waiting } = await verified();
    return holds && seals > 0 && waiting === 0 ? true : undefined;
  });
  await server.close();
  expect(statSync(join(folder, 'audit', 'signing-key')).mode & 0o777).toBe(0o600);
  expect(statSync(checkpointFile).mode & 0o777).toBe(0o600);
  const { code, stdout, progress } = await cli('audit', 'verify');
  expect(code).toBe(0);
  expect(stdout).toMatch(/^\d+ seals? verified against \d+ checkpoints?\.\n/);
  expect(progress).toMatch(/^\d+ seals? verified$/);
});

test('what was done to the trail ends it with 1 and names the first wrong row', async () => {
  const { head } = await verified();
  await asOwner(`DELETE FROM audit_seals WHERE seal_number = ${head.seal}`);
  const { code, stderr } = await cli('audit', 'verify');
  expect(code).toBe(1);
  expect(stderr).toContain('The audit trail is not as it was written. First: ');
  // By the checkpoint where it was signed already, and else by the entry that was sealed.
  const bySignature = `The chain ends at seal ${head.seal - 1}, but seal ${head.seal} was signed.`;
  const byEntry = 'has no seal and does not wait for one.';
  expect([bySignature, byEntry].some((found) => stderr.includes(found))).toBe(true);
  expect((await cli('audit', 'verify', '--head', `${head.seal}:${head.digest}`)).code).toBe(1);
  expect((await cli('audit', 'verify', '--head', 'nonsense')).code).toBe(2);
});

test('an operator who brought a backup back signs for it', async () => {
  expect((await cli('audit', 'restored', '--reason', ' ')).code).toBe(2);
  // The entry whose seal is gone would be in no backup either.
  await asOwner(`DELETE FROM audit_entries WHERE id NOT IN (SELECT entry_id FROM audit_seals)`);
  const restored = await cli('audit', 'restored', '--reason', 'the backup of the night');
  expect(restored).toMatchObject({ code: 0 });
  expect(readFileSync(checkpointFile, 'utf8')).toContain('the backup of the night');
  expect((await cli('audit', 'verify')).code).toBe(0);
});

test('a key can be made', async () => {
  const { stdout } = await cli('audit', 'key');
  expect(readSigningKeys(stdout).keyId).toMatch(/^[0-9a-f]{16}$/);
});
