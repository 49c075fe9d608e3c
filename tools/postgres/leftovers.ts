import { spawnSync } from 'node:child_process';
import { existsSync, readdirSync, readFileSync, readlinkSync, rmSync, statSync } from 'node:fs';
import { join } from 'node:path';
import { setTimeout as delay } from 'node:timers/promises';
import { replaceFile } from './private-file.ts';

/** How long each signal may take before the next, harsher one. */
export type Persuasion = readonly (readonly [signal: NodeJS.Signals, waitMs: number])[];

/** Fast shutdown with a checkpoint; then immediate, to recover at the next start; then by force. */
export const SHUTDOWN: Persuasion = [
  ['SIGINT', 20_000],
  ['SIGQUIT', 5_000],
  ['SIGKILL', 5_000],
];
export const IMMEDIATE: Persuasion = SHUTDOWN.slice(1);
const POLL_MS = 20;

/**
 * Ends whatever still runs on the cluster after the process that started it was killed, so that a
 * new postmaster may take over. Call only while holding the lock on the data folder.
 */
export async function clearLeftovers(cluster: string, log: (line: string) => void): Promise<void> {
  const file = join(cluster, 'postmaster.pid');
  const pid = readPostmasterPid(file);
  if (pid !== undefined && isPostmasterOf(pid, cluster)) {
    log(`Stopping the Postgres that an earlier run left behind (pid ${pid}).`);
    await endProcess(() => (isPostmasterOf(pid, cluster) ? pid : undefined), SHUTDOWN);
  }
  for (const orphan of orphansOf(cluster)) {
    await endProcess(() => (workingDirectory(orphan) === cluster ? orphan : undefined), IMMEDIATE);
  }
  disownPidFile(file);
}

/**
 * Postgres refuses to start while the process named in postmaster.pid exists, even if that number
 * has gone to some other program since. Naming ourselves (its parent, which it allows) instead of
 * deleting the file keeps its other safeguard: that no backend still uses the old shared memory.
 */
function disownPidFile(file: string): void {
  if (!existsSync(file)) return;
  const [first, ...rest] = readFileSync(file, 'utf8').split('\n');
  if (!/^-?\d+$/.test(first ?? '')) {
    // Cut short when the machine crashed; Postgres would not start on it.
    rmSync(file);
    return;
  }
  const { uid, gid } = statSync(file);
  replaceFile(
    file,
    [process.pid, ...rest].join('\n'),
    process.getuid?.() === 0 ? { uid, gid } : undefined,
  );
}

export function readPostmasterPid(file: string): number | undefined {
  if (!existsSync(file)) return undefined;
  const pid = Number(readFileSync(file, 'utf8').split('\n')[0]);
  return Number.isSafeInteger(pid) && pid > 1 ? pid : undefined;
}

function isPostmasterOf(pid: number, cluster: string): boolean {
  const command = commandLine(pid);
  if (command.endsWith(`postgres -D ${cluster}`)) return true;
  // A data folder that was moved while its Postgres ran.
  return /(^|\/)postgres -D /.test(command) && workingDirectory(pid) === cluster;
}

/** Backends outlive a killed postmaster for as long as their query runs. Linux alone tells them. */
function orphansOf(cluster: string): number[] {
  if (!existsSync('/proc/self/cwd')) return [];
  return readdirSync('/proc')
    .map(Number)
    .filter((pid) => pid > 1 && workingDirectory(pid) === cluster)
    .filter((pid) => commandLine(pid).startsWith('postgres:'));
}

function workingDirectory(pid: number): string | undefined {
  return orUndefined(() => readlinkSync(`/proc/${pid}/cwd`));
}

function commandLine(pid: number): string {
  if (existsSync('/proc/self/cmdline')) {
    const text = orUndefined(() => readFileSync(`/proc/${pid}/cmdline`, 'utf8')) ?? '';
    return text.replaceAll('\0', ' ').trim();
  }
  const listed = spawnSync('ps', ['-ww', '-p', `${pid}`, '-o', 'command='], { encoding: 'utf8' });
  return listed.stdout.trim();
}

/** A process may end, or belong to somebody else, between being seen and being looked at. */
function orUndefined<T>(look: () => T): T | undefined {
  try {
    return look();
  } catch (error) {
    const code = error instanceof Error && 'code' in error ? error.code : undefined;
    if (code === 'ENOENT' || code === 'ESRCH' || code === 'EACCES' || code === 'EPERM')
      return undefined;
    throw error;
  }
}

/** Signals the process, ever more harshly, until `find` no longer finds it. */
export async function endProcess(
  find: () => number | undefined,
  persuasion: Persuasion,
): Promise<void> {
  for (const [signal, waitMs] of persuasion) {
    const pid = find();
    if (pid === undefined) return;
    sendSignal(pid, signal);
    const polls = Math.ceil(waitMs / POLL_MS);
    for (let poll = 0; poll < polls && find() !== undefined; poll++) await delay(POLL_MS);
  }
  const pid = find();
  if (pid !== undefined) throw new Error(`Process ${pid} did not end, not even by SIGKILL.`);
}

export function sendSignal(pid: number, signal: NodeJS.Signals): void {
  try {
    process.kill(pid, signal);
  } catch (error) {
    const gone = error instanceof Error && 'code' in error && error.code === 'ESRCH';
    if (!gone) throw error;
  }
}
