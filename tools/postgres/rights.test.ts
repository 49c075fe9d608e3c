import { spawnSync } from 'node:child_process';
import { chmodSync, chownSync, cpSync, existsSync, mkdirSync, readdirSync } from 'node:fs';
import { statSync, writeFileSync } from 'node:fs';
import { rm } from 'node:fs/promises';
import { dirname, join } from 'node:path';
import { fileURLToPath } from 'node:url';
import { describe, expect, test } from 'vitest';
import { canReach, findAccount, type Account } from './account.ts';
import { findBinaries } from './binaries.ts';
import { THROWAWAY } from './settings.ts';
import { startPostgres } from './start.ts';
import { endHolder, query, reportOf, spawnHolder, useTestFolder } from './test/holder.ts';

const NOBODY: Account = { uid: 65_534, gid: 65_534 };
const HERE = dirname(fileURLToPath(import.meta.url));
const isRoot = process.getuid?.() === 0;

const folder = useTestFolder();

/** One that the account of Postgres can, or cannot, enter. */
function makeFolder(name: string, mode: 0o755 | 0o700 | 0o777): string {
  const path = join(folder, name);
  mkdirSync(path);
  chmodSync(path, mode);
  return path;
}

describe.skipIf(!isRoot)('as root', () => {
  test('Postgres runs under an account of its own', async () => {
    const dataDir = makeFolder('own', 0o755);
    const postgres = await startPostgres({ dataDir, database: 'app', settings: THROWAWAY });
    expect(statSync(join(dataDir, 'cluster')).uid).toBe(findAccount()?.uid);
    expect(await query(postgres.url, 'SELECT 1')).toEqual([1]);
    await postgres.stop();
  });

  test('a data folder under one that is closed to others keeps its cluster elsewhere', async () => {
    const closed = makeFolder('closed', 0o700);
    const sharedRoot = makeFolder('shared', 0o755);
    const dataDir = join(closed, 'data');
    const start = () =>
      startPostgres({ dataDir, database: 'app', sharedRoot, settings: THROWAWAY });
    const first = await start();
    await query(first.url, 'CREATE TABLE kept AS SELECT 42 AS value');
    await first.stop();
    expect(existsSync(join(dataDir, 'cluster'))).toBe(false);
    expect(readdirSync(sharedRoot)).toHaveLength(1);

    const second = await start();
    expect(await query(second.url, 'SELECT value FROM kept')).toEqual([42]);
    await second.stop();

    await rm(dataDir, { recursive: true });
    const third = await start();
    expect(await query(third.url, "SELECT to_regclass('kept')")).toEqual([null]);
    await third.stop();
    expect(readdirSync(sharedRoot).filter((name) => name.endsWith('.set-aside'))).toHaveLength(1);
  });

  test('binaries that the account cannot read are copied once to where it can', async () => {
    const closed = makeFolder('checkout', 0o700);
    const copiesDir = join(folder, 'copies');
    const installed = dirname(dirname(findBinaries(undefined).postgres));
    const nativeDir = join(closed, 'package', 'native');
    mkdirSync(dirname(nativeDir));
    cpSync(installed, nativeDir, { recursive: true, verbatimSymlinks: true });
    writeFileSync(join(closed, 'package', 'package.json'), '{"version":"18.4.0"}');

    const { postgres } = findBinaries(NOBODY, { nativeDir, copiesDir });
    expect(postgres.startsWith(copiesDir)).toBe(true);
    const run = spawnSync(postgres, ['--version'], { ...NOBODY, cwd: '/', encoding: 'utf8' });
    expect(run.stdout).toContain('PostgreSQL');
    const made = statSync(postgres).mtimeMs;
    findBinaries(NOBODY, { nativeDir, copiesDir });
    expect(statSync(postgres).mtimeMs).toBe(made);
    expect(readdirSync(copiesDir)).toHaveLength(1);
  });

  test.skipIf(!canReach(NOBODY, [HERE]))(
    'a folder of an ordinary user is run as that user, by them and by root',
    async () => {
      const dataDir = makeFolder('user', 0o755);
      chownSync(dataDir, NOBODY.uid, NOBODY.gid);
      const holder = spawnHolder(dataDir, NOBODY);
      const { url } = await reportOf(holder);
      await query(url ?? '', 'CREATE TABLE kept AS SELECT 42 AS value');
      await endHolder(holder, 'SIGTERM');
      expect(statSync(join(dataDir, 'cluster')).uid).toBe(NOBODY.uid);

      const asRoot = await startPostgres({ dataDir, database: 'held', settings: THROWAWAY });
      expect(await query(asRoot.url, 'SELECT value FROM kept')).toEqual([42]);
      await asRoot.stop();

      const again = spawnHolder(dataDir, NOBODY);
      expect((await reportOf(again)).refusal).toBeUndefined();
      await endHolder(again, 'SIGTERM');
    },
  );

  test.skipIf(!canReach(NOBODY, [HERE]))(
    'an ordinary user is told that a folder made by root is not theirs',
    async () => {
      const dataDir = makeFolder('shared-by-all', 0o777);
      const postgres = await startPostgres({ dataDir, database: 'app', settings: THROWAWAY });
      await postgres.stop();
      const holder = spawnHolder(dataDir, NOBODY);
      const { refusal } = await reportOf(holder);
      expect(refusal).toContain(dataDir);
    },
  );
});
