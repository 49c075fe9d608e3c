import {
  chmodSync,
  existsSync,
  mkdtempSync,
  readFileSync,
  readdirSync,
  realpathSync,
  statfsSync,
} from 'node:fs';
import { rm } from 'node:fs/promises';
import { freemem, tmpdir } from 'node:os';
import { join } from 'node:path';
import { Refusal } from '../../refusal.ts';
import { endProcess, type Persuasion } from '../leftovers.ts';
import { lockDirectory, type DirectoryLock } from '../lock.ts';
import { deletePostgres } from '../start.ts';

const PREFIX = 'whisperforge-test-';
const STOP: Persuasion = [
  ['SIGTERM', 20_000],
  ['SIGKILL', 5_000],
];

/** Where Linux keeps files in memory. */
const MEMORY = '/dev/shm';
const GIBIBYTE = 2 ** 30;
/** Half-way through the tests of the server 130 MB were in use; the write-ahead log may grow. */
const ROOM_BYTES = 2 * GIBIBYTE;
/** Browsers and workers want some too. */
const FREE_MEMORY_BYTES = 4 * GIBIBYTE;

/**
 * For a cluster that nobody misses after a crash of the machine: in memory where there is enough.
 * A database is a thousand files, and to make them took 24 ms of a core there, 130 on a disk.
 */
export function throwawayDirectory(): string {
  return existsSync(MEMORY) && roomIn(MEMORY) >= ROOM_BYTES && freemem() >= FREE_MEMORY_BYTES
    ? MEMORY
    : tmpdir();
}

function roomIn(directory: string): number {
  const { bavail, bsize } = statfsSync(directory);
  return bavail * bsize;
}

/** A folder of the tests', held by this process, with any number of data folders inside. */
export interface TestFolder {
  readonly path: string;
  /** Stops what still runs inside. */
  delete(): Promise<void>;
}

export function makeTestFolder(directory: string = tmpdir()): TestFolder {
  const path = realpathSync(mkdtempSync(join(directory, PREFIX)));
  // Open to the account that Postgres runs under when the tests run as root.
  chmodSync(path, 0o755);
  const lock = lockDirectory(path);
  return { path, delete: () => deleteLocked(path, lock) };
}

/**
 * Stops and deletes what killed test runs have left. The kernel let go of their folders' locks when
 * they died; a folder whose lock is held belongs to a run that goes on beside this one.
 */
export async function deleteAbandonedFolders(directory: string = tmpdir()): Promise<void> {
  for (const name of readdirSync(directory)) {
    const path = join(directory, name);
    // One that was never locked may be another run's that is about to lock it.
    if (!name.startsWith(PREFIX) || !existsSync(join(path, 'lock.sqlite'))) continue;
    const lock = lockUnlessHeld(path);
    if (lock) await deleteLocked(path, lock);
  }
}

async function deleteLocked(path: string, lock: DirectoryLock): Promise<void> {
  try {
    await deleteDataFolders(path);
    await rm(path, { recursive: true, force: true });
  } finally {
    lock.release();
  }
}

/** The innermost first: the data folder of a whole system has that of its Postgres inside. */
async function deleteDataFolders(folder: string): Promise<void> {
  for (const entry of readdirSync(folder, { withFileTypes: true })) {
    if (!entry.isDirectory() || entry.name === 'cluster') continue;
    const inner = join(folder, entry.name);
    await deleteDataFolders(inner);
    if (!existsSync(join(inner, 'lock.sqlite'))) continue;
    await endHolderOf(inner);
    await deletePostgres(inner);
  }
}

/** Whoever holds a folder inside one whose own holder is gone was started by that holder. */
async function endHolderOf(folder: string): Promise<void> {
  const pid = Number(readFileSync(join(folder, 'lock.pid'), 'utf8'));
  if (pid !== process.pid) await endProcess(() => (isHeld(folder) ? pid : undefined), STOP);
}

function isHeld(folder: string): boolean {
  const lock = lockUnlessHeld(folder);
  lock?.release();
  return lock === undefined;
}

function lockUnlessHeld(folder: string): DirectoryLock | undefined {
  try {
    return lockDirectory(folder);
  } catch (error) {
    if (error instanceof Refusal) return undefined;
    throw error;
  }
}
