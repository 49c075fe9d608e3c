import { join } from 'node:path';
import { measureRounds, type Compared } from './measure/rounds.ts';
import type { BenchOptions } from './options.ts';
import { renderFigures } from './report/figures.ts';
import { describeMachine, type Machine } from './report/machine.ts';
import { startDatabaseServer, startSystem, warmUp } from './system.ts';

export interface Surroundings {
  readonly tell: (line: string) => void;
  readonly signal: AbortSignal;
}

export interface BenchReport {
  /** As Markdown. */
  readonly text: string;
  readonly json: unknown;
}

/** Brings up everything, measures, and stops all of it whatever happens. */
export async function runBench(options: BenchOptions, around: Surroundings): Promise<BenchReport> {
  const { tell, signal } = around;
  await using stack = new AsyncDisposableStack();
  tell('Starting Postgres …');
  const database = await startDatabaseServer(tell);
  stack.defer(() => database.stop());
  signal.throwIfAborted();
  const machine = await describeMachine(database.url, database.folder);
  tell('Starting the server and making its users …');
  const system = await startSystem(database, {
    logFile: join(database.folder, 'server.log'),
    signal,
  });
  stack.defer(() => system.stop());
  await warmUp(system);
  const compared = await measureRounds(system, options.scenarios, options.extent, tell);
  return { text: renderFigures(compared), json: { machine, compared } };
}
