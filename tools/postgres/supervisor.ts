import { spawn, type ChildProcess } from 'node:child_process';
import { once } from 'node:events';
import { existsSync, readFileSync } from 'node:fs';
import { join } from 'node:path';
import { setTimeout as delay } from 'node:timers/promises';
import { POSTGRES_ENVIRONMENT } from './cluster.ts';
import { clearLeftovers, endProcess, IMMEDIATE, sendSignal, SHUTDOWN } from './leftovers.ts';
import { openLog, readLogSince } from './log-file.ts';
import { clearSocketDir, clusterDirOf, type Place } from './place.ts';

export interface PostmasterOptions {
  readonly place: Place;
  readonly binary: string;
  readonly logFile: string;
  readonly log: (line: string) => void;
}

/** `fast` writes a checkpoint first; `immediate` leaves that to the recovery of the next start. */
export type StopMode = 'fast' | 'immediate';

const READY_POLL_MS = 15;
/** Replaying several gigabytes of log after a crash is slow, but not this slow. */
const READY_WITHIN_MS = 300_000;
const FIRST_RETRY_MS = 100;
const LONGEST_RETRY_MS = 5_000;

/** Owns the postmaster: starts it, starts it again when it dies, and stops it. */
export class Supervisor {
  readonly #options: PostmasterOptions;
  readonly #cluster: string;
  readonly #signalOnExit = (): void => this.#signal('SIGINT');
  #child: ChildProcess | undefined;
  #stopping = false;
  #revival: Promise<void> = Promise.resolve();

  constructor(options: PostmasterOptions) {
    this.#options = options;
    this.#cluster = clusterDirOf(options.place.home);
  }

  /** The pid of the present postmaster; another one after it died and was started again. */
  get pid(): number {
    return this.#child?.pid ?? 0;
  }

  /** Resolves when connections are accepted. */
  async start(): Promise<void> {
    // An end that leaves no time to wait (an uncaught exception) still asks Postgres to stop.
    process.on('exit', this.#signalOnExit);
    try {
      await this.#launch();
    } catch (error) {
      process.off('exit', this.#signalOnExit);
      throw error;
    }
  }

  /** A second call may be harsher than the first and hastens it. */
  async stop(mode: StopMode): Promise<void> {
    this.#stopping = true;
    if (mode === 'immediate') this.#signal('SIGQUIT');
    await this.#revival;
    const child = this.#child;
    if (child) await endProcess(() => livePid(child), mode === 'fast' ? SHUTDOWN : IMMEDIATE);
    process.off('exit', this.#signalOnExit);
  }

  #signal(signal: NodeJS.Signals): void {
    const pid = this.#child && livePid(this.#child);
    if (pid !== undefined) sendSignal(pid, signal);
  }

  async #launch(): Promise<void> {
    await clearLeftovers(this.#cluster, this.#options.log);
    const { binary, place, logFile } = this.#options;
    clearSocketDir(place.home);
    const { child, loggedBytes } = openLog(logFile, (descriptor, sizeBytes) => ({
      loggedBytes: sizeBytes,
      child: spawn(binary, ['-D', this.#cluster], {
        ...place.account,
        // A session of its own, so that Ctrl-C in the terminal reaches us alone and requests
        // drain before the database stops.
        detached: true,
        cwd: '/',
        env: POSTGRES_ENVIRONMENT,
        stdio: ['ignore', descriptor, descriptor],
      }),
    }));
    this.#child = child;
    await once(child, 'spawn');
    await this.#untilReady(child, loggedBytes);
    child.once('exit', (code, signal) => {
      if (!this.#stopping) this.#revival = this.#revive(signal ?? `code ${code}`);
    });
  }

  async #untilReady(child: ChildProcess, loggedBytes: number): Promise<void> {
    const file = join(this.#cluster, 'postmaster.pid');
    for (let polls = 0; polls < READY_WITHIN_MS / READY_POLL_MS; polls++) {
      if (livePid(child) === undefined) {
        const said = readLogSince(this.#options.logFile, loggedBytes);
        throw new Error(`Postgres ended while it started; its log says:\n${said}`);
      }
      if (saysReady(file, child.pid)) return;
      await delay(READY_POLL_MS);
    }
    child.kill('SIGQUIT');
    throw new Error(`Postgres was not ready after ${READY_WITHIN_MS / 1000} s.`);
  }

  async #revive(cause: string): Promise<void> {
    this.#options.log(`Postgres ended unexpectedly (${cause}); starting it again.`);
    for (let waitMs = FIRST_RETRY_MS; !this.#stopping; waitMs = nextWait(waitMs)) {
      try {
        await this.#launch();
        this.#options.log(`Postgres runs again (pid ${this.pid}).`);
        return;
      } catch (error) {
        this.#options.log(`Postgres did not start again: ${String(error)}`);
      }
      await delay(waitMs);
    }
  }
}

function nextWait(waitMs: number): number {
  return Math.min(waitMs * 2, LONGEST_RETRY_MS);
}

function livePid(child: ChildProcess): number | undefined {
  return child.exitCode === null && child.signalCode === null ? child.pid : undefined;
}

/** The postmaster notes its state in the eighth line of this file, as pg_ctl reads it. */
function saysReady(file: string, pid: number | undefined): boolean {
  if (!existsSync(file)) return false;
  const lines = readFileSync(file, 'utf8').split('\n');
  return Number(lines[0]) === pid && lines[7]?.trim() === 'ready';
}
