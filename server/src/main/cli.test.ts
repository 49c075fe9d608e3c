import { afterAll, beforeAll, describe, expect, test } from 'vitest';
import { spawnSync } from 'node:child_process';
import { mkdtempSync, rmSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { createTestDatabase, useTestDatabase } from '../../test/support/database.ts';
import { bareEnvironment } from '../../../tools/vitest/bare-environment.ts';
import { newSigningKey } from '../domains/audit/index.ts';
import { runCli } from './cli.ts';
import type { Variables } from './config.ts';

const database = useTestDatabase();

interface Ended {
  readonly code: number;
  readonly stdout: string;
  readonly stderr: string;
}

async function cli(args: readonly string[], env: Variables = {}): Promise<Ended> {
  const said = { stdout: '', stderr: '' };
  const code = await runCli(args, {
    env: { DATABASE_URL: database.url, ...env },
    print: (line) => void (said.stdout += `${line}\n`),
    complain: (line) => void (said.stderr += `${line}\n`),
  });
  return { code, ...said };
}

describe('help', () => {
  let help: Ended;
  beforeAll(async () => {
    help = await cli(['--help']);
  });

  test('names the commands and ends with 0', () => {
    expect(help.code).toBe(0);
    for (const command of ['migrate', 'keys', 'plans']) expect(help.stdout).toContain(command);
  });

  test('writes commands as they are typed', async () => {
    expect(help.stdout).toContain('Usage: npm run cli -- [options] [command]');
    const revoke = await cli(['keys', 'revoke', '--help']);
    expect(revoke.stdout).toContain('Usage: npm run cli -- keys revoke [options] <id>');
    expect(revoke.stdout).toContain('`npm run cli -- keys list`');
  });

  test('is shown after a mistake, which ends with 2', async () => {
    const wrong = await cli(['keys', 'revoke', 'seven']);
    expect(wrong).toMatchObject({ code: 2, stdout: '' });
    expect(wrong.stderr).toContain('A key is named by its number.');
    expect((await cli(['keys', 'create', '--name', 'x', '--scopes', 'all'])).code).toBe(2);
    expect((await cli(['unknown'])).code).toBe(2);
  });
});

test('as a program it prints to the right streams and ends with the right code', () => {
  const run = (...args: string[]) =>
    spawnSync(process.execPath, [new URL('cli.ts', import.meta.url).pathname, ...args], {
      env: { ...bareEnvironment(), DATABASE_URL: database.url },
      encoding: 'utf8',
    });
  expect(run('keys', 'list')).toMatchObject({
    status: 0,
    stdout: expect.stringMatching(/^ID +KEY/) as string,
    stderr: '',
  });
  expect(run('keys', 'revoke', '999')).toMatchObject({
    status: 1,
    stdout: '',
    stderr: 'There is no key 999.\n',
  });
});

test('keys are made, listed and revoked', async () => {
  const made = await cli(['keys', 'create', '--name', 'a backend', '--scopes', 'usage,read']);
  expect(made.code).toBe(0);
  expect(made.stdout).toMatch(/^wf_test_[0-9a-z]{40}\n$/);

  const listed = await cli(['keys', 'list', '--json']);
  const [key] = JSON.parse(listed.stdout) as { id: number; prefix: string }[];
  expect(key).toMatchObject({
    name: 'a backend',
    prefix: made.stdout.slice(0, 12),
    scopes: ['usage', 'read'],
    revoked_at: null,
  });

  const asked: string[] = [];
  const lines: string[] = [];
  const doubtful = await runCli(['keys', 'revoke', String(key!.id)], {
    env: { DATABASE_URL: database.url },
    print: (line) => lines.push(line),
    confirm: (question) => Promise.resolve(asked.push(question) === 0),
  });
  expect({ doubtful, lines }).toEqual({ doubtful: 0, lines: ['Nothing was changed.'] });
  expect(asked).toEqual([`Revoke key ${key!.id} (${key!.prefix}..., a backend) for good?`]);

  const revoked = await cli(['keys', 'revoke', String(key!.id)]);
  expect(revoked).toMatchObject({ code: 0, stderr: '' });
  expect((await cli(['keys', 'list'])).stdout).toContain('revoked 20');
  expect(await cli(['keys', 'revoke', '999'])).toMatchObject({
    code: 1,
    stderr: 'There is no key 999.\n',
  });
});

test('keys of production say so', async () => {
  const env = {
    NODE_ENV: 'production',
    API_SECRET_KEY: 'x'.repeat(24),
    STRIPE_SECRET_KEY: 'sk_live_1',
    STRIPE_WEBHOOK_SECRET: 'whsec_1',
    APP_URL: 'https://pay.example.com',
    SMTP_URL: 'smtp://mail.example.com',
    ENCRYPTION_KEY: 'x'.repeat(32),
    AUDIT_SIGNING_KEY: newSigningKey(),
  };
  const made = await cli(['keys', 'create', '--name', 'live'], env);
  expect(made.stdout).toMatch(/^wf_live_/);
});

test('migrations run once and can be looked at before', async () => {
  const fresh = await createTestDatabase();
  const env = { DATABASE_URL: fresh.url, DATABASE_SCHEMA: 'elsewhere' };
  try {
    expect((await cli(['keys', 'list'], env)).stderr).toContain('run `npm run cli -- migrate`');
    const planned = await cli(['migrate', '--dry-run'], env);
    expect(planned.stdout).toContain('would run 0001_audit_and_outbox.sql\n');
    const ran = await cli(['migrate'], env);
    expect(ran.stdout).toBe(planned.stdout.replaceAll('would run', 'ran'));
    expect((await cli(['migrate'], env)).stdout).toBe('The database is up to date.\n');
  } finally {
    await fresh.drop();
  }
});

describe('without DATABASE_URL', () => {
  let dataDir: string;
  beforeAll(() => {
    dataDir = mkdtempSync(join(tmpdir(), 'whisperforge-cli-'));
  });
  afterAll(() => rmSync(dataDir, { recursive: true }));
  const run = (...args: string[]) => cli(args, { DATABASE_URL: '', DATA_DIR: dataDir });
  const leave = (url: string) => writeFileSync(join(dataDir, 'database-url'), `${url}\n`);
  const commands = [
    ['keys', 'list'],
    ['plans', 'list'],
    ['migrate', '--dry-run'],
  ] as const;

  test.each(commands)('%s %s says that nothing runs', async (...args) => {
    const missing = await run(...args);
    expect(missing).toMatchObject({ code: 2, stdout: '' });
    expect(missing.stderr).toContain(
      `DATABASE_URL is missing, and no \`npm start\` runs on ${dataDir}`,
    );
  });

  test('an address that was left behind is taken for nothing', async () => {
    leave('postgres://somebody:very-secret@127.0.0.1:1/none');
    const stale = await run('keys', 'list');
    expect(stale).toMatchObject({ code: 2, stdout: '' });
    expect(stale.stderr).toContain('no `npm start` runs');
    expect(stale.stderr).not.toContain('very-secret');
  });

  test.each(commands)('%s %s reaches the Postgres of what runs there', async (...args) => {
    leave(database.url);
    expect(await run(...args)).toMatchObject({ code: 0, stderr: '' });
  });
});

test('a faulty configuration ends with 2, a database that is away with 1', async () => {
  const wrong = await cli(['keys', 'list'], { PORT: 'x', DATABASE_URL: '' });
  expect(wrong.code).toBe(2);
  expect(wrong.stderr).toContain('PORT is x');
  const away = await cli(['keys', 'list'], { DATABASE_URL: 'postgres://127.0.0.1:1/none' });
  expect(away).toMatchObject({ code: 1, stderr: 'The database cannot answer at the moment.\n' });
});
