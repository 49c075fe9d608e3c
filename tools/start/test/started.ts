import { spawn, type ChildProcess } from 'node:child_process';
import { once } from 'node:events';
import { fileURLToPath } from 'node:url';
import { vi } from 'vitest';
import { isAlive } from '../../postgres/test/holder.ts';
import { bareEnvironment } from '../../vitest/bare-environment.ts';

const PROGRAM = fileURLToPath(new URL('../../start.ts', import.meta.url));

/** A run of `npm start` with all that it has printed so far. */
export interface Started {
  readonly process: ChildProcess;
  readonly output: () => string;
  /** The exit code, once it has ended by itself or by a signal that it handles. */
  readonly ended: Promise<number | null>;
}

/** Starts the real program, without a demo, in an environment that says nothing but this. */
export function spawnStart(env: Record<string, string>): Started {
  const child = spawn(process.execPath, ['--conditions=@whisperforge/source', PROGRAM], {
    env: { ...bareEnvironment(), DEMO: 'off', ...env },
    stdio: ['ignore', 'pipe', 'pipe'],
  });
  const chunks: string[] = [];
  child.stdout.on('data', (chunk: Buffer) => chunks.push(chunk.toString()));
  child.stderr.on('data', (chunk: Buffer) => chunks.push(chunk.toString()));
  const ended = new Promise<number | null>((resolve) => {
    child.once('close', resolve);
  });
  return { process: child, output: () => chunks.join(''), ended };
}

export async function end(child: ChildProcess, signal: NodeJS.Signals): Promise<void> {
  if (child.exitCode !== null || child.signalCode !== null) return;
  const ended = once(child, 'close');
  child.kill(signal);
  await ended;
}

/** What the summary names: to be waited for, and then used as a person would. */
export interface Addresses {
  readonly url: string;
  readonly stripeUrl: string;
  readonly secretKey: string;
  /** Of the embedded database only. */
  readonly databaseUrl: string;
}

export async function addressesOf(started: Started): Promise<Addresses> {
  await vi.waitUntil(
    () => started.output().includes('Ctrl-C stops it') || started.process.exitCode !== null,
    { timeout: 150_000, interval: 20 },
  );
  const output = started.output();
  const url = /API +(http:\S+)\/v1/.exec(output)?.[1];
  const stripeUrl = /Stripe +(http:\S+)/.exec(output)?.[1];
  const secretKey = /Secret key +(\S+)/.exec(output)?.[1];
  if (url === undefined || stripeUrl === undefined || secretKey === undefined) {
    throw new Error(`Did not start:\n${output}`);
  }
  return { url, stripeUrl, secretKey, databaseUrl: /postgresql:\S+/.exec(output)?.[0] ?? '' };
}

export async function waitUntilGone(pid: number): Promise<void> {
  await vi.waitUntil(() => !isAlive(pid), { timeout: 60_000, interval: 20 });
}
