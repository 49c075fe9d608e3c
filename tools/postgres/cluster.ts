import { randomBytes } from 'node:crypto';
import { chownSync, existsSync, mkdirSync, readdirSync, readFileSync } from 'node:fs';
import { closeSync, fsyncSync, openSync, renameSync } from 'node:fs';
import { rm } from 'node:fs/promises';
import { spawn } from 'node:child_process';
import { join } from 'node:path';
import type { Account } from './account.ts';
import type { Binaries } from './binaries.ts';
import { clusterDirOf, type Place } from './place.ts';
import { replaceFile } from './private-file.ts';
import { CLIENT_AUTHENTICATION, renderSettings, type Settings } from './settings.ts';

export const SUPERUSER = 'postgres';
const PARTIAL = 'cluster.partial-';

/** What Postgres's own programs see of the environment: no PGDATA, no locale of the caller's. */
export const POSTGRES_ENVIRONMENT = { PATH: '/usr/bin:/bin', LC_ALL: 'C', TZ: 'UTC' };

/** The password is made once and readable only by the user who starts the system. */
export function ensurePassword(dataDir: string): string {
  const file = join(dataDir, 'password');
  if (existsSync(file)) return readFileSync(file, 'utf8').trim();
  const password = randomBytes(24).toString('base64url');
  replaceFile(file, `${password}\n`);
  return password;
}

/**
 * Makes the cluster unless it exists. It is made under another name and renamed when complete, so
 * that one that was killed half-way is swept away and never started.
 */
export async function ensureCluster(options: {
  place: Place;
  binaries: Binaries;
  password: string;
  durable: boolean;
}): Promise<void> {
  const { place, binaries, password, durable } = options;
  await removePartialClusters(place.home);
  const cluster = clusterDirOf(place.home);
  if (existsSync(cluster)) return;

  const partial = join(place.home, `${PARTIAL}${randomBytes(4).toString('hex')}`);
  const passwordFile = join(place.home, `${PARTIAL}password`);
  // The account may not be allowed to write to the parent folder, so the folder is made for it.
  mkdirSync(partial, { mode: 0o700 });
  if (place.account) chownSync(partial, place.account.uid, place.account.gid);
  replaceFile(passwordFile, `${password}\n`, place.account);
  const args = [
    `--pgdata=${partial}`,
    `--username=${SUPERUSER}`,
    `--pwfile=${passwordFile}`,
    '--auth=scram-sha-256',
    '--encoding=UTF8',
    // Sorts alike on every machine, whatever locales are installed there.
    '--locale=C',
    '--locale-provider=builtin',
    '--builtin-locale=C.UTF-8',
    '--no-instructions',
    // Where nobody misses the data, nobody guesses the password either: each connection would hash
    // it four thousand times, which is most of what connecting costs.
    ...(durable ? [] : ['--no-sync', '--set=scram_iterations=1']),
  ];
  await runInitdb(binaries.initdb, args, place.account);
  await rm(passwordFile);
  renameSync(partial, cluster);
  if (durable) syncDirectory(place.home);
}

/** Else the machine could crash, and the cluster with its data come back under its partial name. */
function syncDirectory(directory: string): void {
  const descriptor = openSync(directory, 'r');
  fsyncSync(descriptor);
  closeSync(descriptor);
}

async function removePartialClusters(home: string): Promise<void> {
  for (const name of readdirSync(home)) {
    if (!name.startsWith(PARTIAL)) continue;
    // An initdb whose parent was killed may still write for a moment; hence the retries.
    const patience = { maxRetries: 12, retryDelay: 50 };
    await rm(join(home, name), { recursive: true, force: true, ...patience });
  }
}

async function runInitdb(initdb: string, args: string[], account?: Account): Promise<void> {
  const child = spawn(initdb, args, {
    ...account,
    cwd: '/',
    env: POSTGRES_ENVIRONMENT,
    stdio: ['ignore', 'pipe', 'pipe'],
  });
  const output: string[] = [];
  child.stdout.on('data', (chunk: Buffer) => output.push(chunk.toString()));
  child.stderr.on('data', (chunk: Buffer) => output.push(chunk.toString()));
  const code = await new Promise<number | null>((resolve, reject) => {
    child.once('error', reject);
    child.once('close', resolve);
  });
  if (code !== 0) throw new Error(`initdb failed (${code}):\n${output.join('').slice(-2000)}`);
}

/** Settings are written at each start, so that a newer version of this project changes them. */
export function configureCluster(place: Place, settings: Settings): void {
  const cluster = clusterDirOf(place.home);
  replaceFile(join(cluster, 'postgresql.conf'), renderSettings(settings), place.account);
  replaceFile(join(cluster, 'pg_hba.conf'), CLIENT_AUTHENTICATION, place.account);
}
