import { spawn, type ChildProcess } from 'node:child_process';
import { once } from 'node:events';
import { existsSync, readFileSync } from 'node:fs';
import { createInterface } from 'node:readline';
import { fileURLToPath } from 'node:url';
import pg from 'pg';
import { afterAll } from 'vitest';
import type { Account } from '../account.ts';
import { makeTestFolder } from './folders.ts';

const FIXTURE = fileURLToPath(new URL('hold.fixture.ts', import.meta.url));

/** What the fixture says of itself. */
export interface Report {
  readonly url?: string;
  readonly pid?: number;
  readonly refusal?: string;
}

/** A folder for the tests of this file; what still runs in it after them is stopped. */
export function useTestFolder(): string {
  const folder = makeTestFolder();
  afterAll(() => folder.delete());
  return folder.path;
}

/** Starts a process that holds the data folder; it may be killed at any moment. */
export function spawnHolder(dataDir: string, account?: Account): ChildProcess {
  return spawn(process.execPath, [FIXTURE, dataDir], {
    ...account,
    stdio: ['ignore', 'pipe', 'inherit'],
  });
}

/** The first line that the holder prints: ready, or refused. */
export async function reportOf(holder: ChildProcess): Promise<Report> {
  if (!holder.stdout) throw new Error('The holder has no output.');
  for await (const line of createInterface(holder.stdout)) {
    return JSON.parse(line) as Report;
  }
  throw new Error('The holder ended without a report.');
}

export async function endHolder(holder: ChildProcess, signal: NodeJS.Signals): Promise<void> {
  if (holder.exitCode !== null || holder.signalCode !== null) return;
  const ended = once(holder, 'exit');
  holder.kill(signal);
  await ended;
}

/** One statement on a connection of its own; the rows' first column. */
export async function query(url: string, text: string): Promise<unknown[]> {
  const client = new pg.Client({ connectionString: url });
  await client.connect();
  try {
    const result = await client.query<unknown[]>({ text, rowMode: 'array' });
    return result.rows.map((row) => row[0]);
  } finally {
    await client.end();
  }
}

/** A process that ended but was not yet reaped by its parent is not alive. */
export function isAlive(pid: number): boolean {
  if (existsSync('/proc/self/stat')) {
    const stat = `/proc/${pid}/stat`;
    return existsSync(stat) && !readFileSync(stat, 'utf8').includes(') Z ');
  }
  try {
    process.kill(pid, 0);
    return true;
  } catch {
    return false;
  }
}
