import { linkSync, readFileSync, realpathSync, rmSync, writeFileSync } from 'node:fs';
import { basename, dirname, join, resolve } from 'node:path';

const heldHere = new Set<string>();

/**
 * Keeps a second sandbox away from a file, since each would write over what the other wrote. The
 * lock of a process that was killed is taken over. Returns what gives the lock back.
 */
export function lockFile(file: string): () => void {
  const path = resolve(file);
  const lock = `${join(realpathSync(dirname(path)), basename(path))}.lock`;
  if (heldHere.has(lock)) throw inUse(file, process.pid);
  if (!create(lock)) takeOver(lock, file);
  heldHere.add(lock);
  return () => {
    heldHere.delete(lock);
    rmSync(lock, { force: true });
  };
}

/**
 * Takes over the lock of a process that is no more. Only one at a time may look for that and act
 * on it: another would remove the lock that the first has just made.
 */
function takeOver(lock: string, file: string): void {
  const guard = `${lock}.guard`;
  refuseWhileHeld(lock, file);
  if (!create(guard)) {
    refuseWhileHeld(guard, file);
    rmSync(guard, { force: true });
    if (!create(guard)) throw inUse(file, undefined);
  }
  try {
    refuseWhileHeld(lock, file);
    rmSync(lock, { force: true });
    if (!create(lock)) throw inUse(file, undefined);
  } finally {
    rmSync(guard, { force: true });
  }
}

function refuseWhileHeld(lock: string, file: string): void {
  const holder = holderOf(lock);
  if (holder !== undefined) throw inUse(file, holder);
}

function inUse(file: string, holder: number | undefined): Error {
  const who = holder === undefined ? 'another process' : `process ${holder}`;
  return new Error(
    `The journal ${file} is in use by ${who}. Where that is no sandbox, remove ${file}.lock.`,
  );
}

/** Makes a lock with its content at once: one without would seem to be no one's. */
function create(lock: string): boolean {
  const own = `${lock}.${process.pid}`;
  writeFileSync(own, `${process.pid} ${startOf(process.pid)}\n`);
  try {
    linkSync(own, lock);
    return true;
  } catch (error) {
    if ((error as NodeJS.ErrnoException).code === 'EEXIST') return false;
    throw error;
  } finally {
    rmSync(own, { force: true });
  }
}

/** The process that made a lock, while it lives; this one's own older locks are no one's. */
function holderOf(lock: string): number | undefined {
  const [holder = 0, start = ''] = contentOf(lock).trim().split(' ');
  const id = Number(holder);
  if (!Number.isSafeInteger(id) || id <= 0 || id === process.pid || !isAlive(id)) return undefined;
  return start === startOf(id) ? id : undefined;
}

/** Nothing where it has been given back meanwhile. */
function contentOf(lock: string): string {
  try {
    return readFileSync(lock, 'utf8');
  } catch (error) {
    if ((error as NodeJS.ErrnoException).code === 'ENOENT') return '';
    throw error;
  }
}

function isAlive(id: number): boolean {
  try {
    process.kill(id, 0);
    return true;
  } catch (error) {
    return (error as NodeJS.ErrnoException).code === 'EPERM';
  }
}

/** When a process began, where the system tells: ids of processes are given again. */
function startOf(id: number): string {
  try {
    const stat = readFileSync(`/proc/${id}/stat`, 'utf8');
    const [, state, ...rest] = stat.slice(stat.lastIndexOf(')')).split(' ');
    // One that has ended and was not asked for its end yet.
    return state === 'Z' ? 'ended' : (rest[18] ?? '-');
  } catch {
    return '-';
  }
}
