import { createHash } from 'node:crypto';
import { chownSync, existsSync, lstatSync, mkdirSync, readdirSync, statSync } from 'node:fs';
import { readFileSync, renameSync, rmSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { canReach, findAccount, type Account } from './account.ts';
import { makeTraversable, SHARED_ROOT } from './binaries.ts';
import { clearLeftovers } from './leftovers.ts';
import { Refusal } from '../refusal.ts';

/** Where a data folder's cluster lies, and whose it is. */
export interface Place {
  /** Holds the cluster; the data folder itself unless the account cannot reach that. */
  readonly home: string;
  readonly account: Account | undefined;
}

export interface PlaceOptions {
  readonly findAccount?: () => Account | undefined;
  readonly sharedRoot?: string;
  /** Told what a person should know: where things lie, what dies and comes back. */
  readonly log?: (line: string) => void;
}

export function clusterDirOf(home: string): string {
  return join(home, 'cluster');
}

function noteOf(dataDir: string): string {
  return join(dataDir, 'cluster-location');
}

export function homeOf(dataDir: string): string {
  const note = noteOf(dataDir);
  return existsSync(note) ? readFileSync(note, 'utf8').trim() : dataDir;
}

/**
 * Decides once, for a new data folder, where its cluster lies, and finds it there ever after: the
 * choice is written down before anything is made, so that it holds when rights or paths change.
 */
export async function choosePlace(dataDir: string, options: PlaceOptions = {}): Promise<Place> {
  const home = homeOf(dataDir);
  const cluster = clusterDirOf(home);
  if (existsSync(cluster)) return { home, account: ownerOf(cluster, home) };

  const account = (options.findAccount ?? findAccount)();
  if (home === dataDir && canReach(account, [dataDir])) return { home, account };
  const { sharedRoot = SHARED_ROOT, log = () => undefined } = options;
  makeTraversable(sharedRoot);
  const reachable = join(sharedRoot, hashOf(dataDir));
  if (home === dataDir) await setAside(reachable, log);
  writeFileSync(noteOf(dataDir), `${reachable}\n`);
  makeTraversable(reachable);
  log(`The account of Postgres cannot enter ${dataDir}; the database is kept in ${reachable}.`);
  return { home: reachable, account };
}

/** An existing cluster is run by whoever owns its files, so that root may start a user's folder. */
function ownerOf(cluster: string, home: string): Account | undefined {
  const { uid, gid } = statSync(cluster);
  const self = process.getuid?.();
  if (self === undefined || self === uid) return undefined;
  if (self !== 0) {
    throw new Refusal(
      `The database in ${cluster} belongs to another user (uid ${uid}). ` +
        'Start as that user or as root, or choose another DATA_DIR.',
    );
  }
  const account = { uid, gid };
  if (!canReach(account, [home])) {
    throw new Refusal(
      `${home} can no longer be entered by uid ${uid}, who owns the database in it.`,
    );
  }
  return account;
}

function hashOf(text: string): string {
  return createHash('sha256').update(text).digest('hex').slice(0, 16);
}

/**
 * A cluster that no data folder points to is what remains after its data folder was deleted. It is
 * kept, once, because the folder may also have been on a disk that was not mounted.
 */
async function setAside(home: string, log: (line: string) => void): Promise<void> {
  if (!existsSync(home)) return;
  await clearLeftovers(clusterDirOf(home), log);
  const kept = `${home}.set-aside`;
  rmSync(kept, { recursive: true, force: true });
  renameSync(home, kept);
  log(`The database of the data folder that was here before is kept in ${kept}.`);
}

/** What Linux and macOS both accept as the path of a socket, less Postgres's `/.s.PGSQL.65535`. */
const LONGEST_SOCKET_DIR_BYTES = 103 - 15;

export function socketDirOf(home: string): string {
  const inHome = join(home, 'socket');
  if (Buffer.byteLength(inHome) <= LONGEST_SOCKET_DIR_BYTES) return inHome;
  return join(tmpdir(), `whisperforge-${hashOf(home)}`);
}

/** Makes the folder of the Unix socket: only the account (and root) may connect through it. */
export function makeSocketDir({ home, account }: Place): string {
  const directory = socketDirOf(home);
  mkdirSync(directory, { recursive: true, mode: 0o700 });
  const uid = account?.uid ?? process.getuid?.() ?? 0;
  const found = lstatSync(directory);
  // In a folder that everyone may write to, somebody else may have made it first.
  const trusted = found.isDirectory() && (found.uid === uid || found.uid === process.getuid?.());
  if (!trusted || (found.mode & 0o077) !== 0) {
    throw new Refusal(`${directory} must be a private folder of uid ${uid}; remove it.`);
  }
  if (account) chownSync(directory, account.uid, account.gid);
  return directory;
}

/**
 * Removes what a killed postmaster leaves in the folder of its socket. The next one would take the
 * lock file there for that of a living one if its number went to another program.
 */
export function clearSocketDir(home: string): void {
  const directory = socketDirOf(home);
  for (const name of readdirSync(directory)) rmSync(join(directory, name));
}
