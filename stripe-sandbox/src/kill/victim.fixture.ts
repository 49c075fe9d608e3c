import { spawn, type ChildProcess } from 'node:child_process';
import { once } from 'node:events';
import { existsSync } from 'node:fs';
import { join } from 'node:path';
import { createInterface } from 'node:readline';
import Stripe from 'stripe';
import { randomFrom, type Random } from '../../test/lives/world/random.ts';
import type { SandboxOptions } from '../sandbox.ts';
import { OPENING } from './process.fixture.ts';
import { atMoment } from './support/moments.fixture.ts';

const PROGRAM = join(import.meta.dirname, 'process.fixture.ts');
const LATEST_KILL_MS = 400;
const SOON_MS = 40;

/** What was going on when it was killed; for a reader who wants to know what was tried. */
export type Moment = 'starting' | 'rewriting' | 'answering' | 'working';

/** A sandbox that is killed again and again at moments that are drawn, and starts again. */
export class Victim {
  readonly kills: Record<Moment, number> = { starting: 0, rewriting: 0, answering: 0, working: 0 };
  readonly #options: SandboxOptions & { readonly journalFile: string };
  readonly #random: Random;
  #child: ChildProcess | undefined;
  #port = 0;
  #killsLeft = 0;
  #wantsStartKilled = false;
  #wantsAnswerKilled = false;
  #callOff: (() => void) | undefined;

  constructor(options: SandboxOptions & { readonly journalFile: string }, seed: number) {
    this.#options = options;
    this.#random = randomFrom(seed);
  }

  get killed(): number {
    return Object.values(this.kills).reduce((sum, count) => sum + count, 0);
  }

  get url(): string {
    return `http://127.0.0.1:${this.#port}`;
  }

  /** Draws when it is to be killed next: from now on, or within its next answer. */
  arm(): void {
    if (this.#callOff !== undefined || this.#wantsAnswerKilled) return;
    this.#killsLeft = 1;
    this.#wantsStartKilled = this.#random.oneIn(4);
    if (this.#random.oneIn(6)) this.#wantsAnswerKilled = true;
    else {
      const latest = this.#random.oneIn(3) ? LATEST_KILL_MS : SOON_MS;
      this.#callOff = atMoment(this.#random.below(latest), () => this.#kill('working'));
    }
  }

  /** Lets it live until it is armed again. */
  disarm(): void {
    this.#callOff?.();
    this.#callOff = undefined;
    this.#wantsAnswerKilled = false;
    this.#wantsStartKilled = false;
    this.#killsLeft = 0;
  }

  /** Resolves when it listens, also where it is killed before it does. */
  async running(): Promise<void> {
    while (this.#child === undefined || hasEnded(this.#child)) await this.#start();
  }

  /** A client of it as it runs now; an answer that arrives may be what it is killed at. */
  client(): Stripe {
    return new Stripe('sk_test_123', {
      host: '127.0.0.1',
      port: this.#port,
      protocol: 'http',
      maxNetworkRetries: 0,
      telemetry: false,
      httpClient: Stripe.createFetchHttpClient(this.fetch),
    });
  }

  readonly fetch: typeof globalThis.fetch = async (input, init) => {
    const response = await fetch(input, init);
    // The headers are there, the rest of the answer may be not.
    if (this.#wantsAnswerKilled) this.#kill('answering');
    return response;
  };

  /** Ends it for good. */
  async end(): Promise<void> {
    this.disarm();
    await endOf(this.#child);
  }

  #kill(moment: Moment): void {
    this.#callOff?.();
    this.#callOff = undefined;
    this.#wantsAnswerKilled = false;
    if (this.#killsLeft === 0 || this.#child === undefined || hasEnded(this.#child)) return;
    this.#killsLeft -= 1;
    this.#child.kill('SIGKILL');
    const isRewriting = existsSync(`${this.#options.journalFile}.next`);
    this.kills[isRewriting && moment !== 'starting' ? 'rewriting' : moment] += 1;
  }

  async #start(): Promise<void> {
    await endOf(this.#child);
    const args = [...process.execArgv, PROGRAM, JSON.stringify(this.#options)];
    const child = spawn(process.execPath, args, { stdio: ['ignore', 'pipe', 'inherit'] });
    this.#child = child;
    const lines = createInterface(child.stdout);
    lines.on('line', (line) => {
      if (line === OPENING) this.#hasOpened();
      else this.#port = Number(line);
    });
    const told = Promise.race([once(lines, 'close'), portOf(lines)]);
    await told;
  }

  #hasOpened(): void {
    if (!this.#wantsStartKilled) return;
    this.#wantsStartKilled = false;
    this.#killsLeft = 1;
    this.#callOff = atMoment(this.#random.below(SOON_MS), () => this.#kill('starting'));
  }
}

type Lines = ReturnType<typeof createInterface>;

function portOf(lines: Lines): Promise<void> {
  const { promise, resolve } = Promise.withResolvers<void>();
  lines.on('line', (line) => {
    if (line !== OPENING) resolve();
  });
  return promise;
}

const hasEnded = ({ exitCode, signalCode, killed }: ChildProcess): boolean =>
  killed || exitCode !== null || signalCode !== null;

async function endOf(child: ChildProcess | undefined): Promise<void> {
  if (child === undefined || child.exitCode !== null || child.signalCode !== null) return;
  child.kill('SIGKILL');
  await once(child, 'exit');
}
