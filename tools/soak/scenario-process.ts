import { spawn, type ChildProcess } from 'node:child_process';
import { once } from 'node:events';
import { createInterface } from 'node:readline';
import { setTimeout as wait } from 'node:timers/promises';
import { fileURLToPath } from 'node:url';

const ROOT = fileURLToPath(new URL('../../', import.meta.url));
/** So that it ends with us, even when we are killed. */
const LEASH = '--import=./server/test/scenarios/support/leash.ts';
const PROGRAM = 'server/test/scenarios/run.ts';

/** A round of lives, each of 40 steps and lived twice. */
const STEPS_A_ROUND = 100_000;
const LIVES_A_ROUND = STEPS_A_ROUND / 80;

/**
 * What is a test that grows by its environment. Ten rounds of lives are a million steps: the lives
 * of a round have seeds that follow on each other, and the next round has others.
 */
const GROWN_TESTS: Readonly<Record<string, (seed: number) => Command>> = {
  'histories': (seed) => ({
    args: ['tools/test.ts', 'server/src/domains/subscriptions/history/random-lives.test.ts'],
    env: { HISTORY_LIVES: '300', HISTORY_SEED: String(seed) },
  }),
  'invoices': (seed) => ({
    args: ['tools/test.ts', 'server/src/domains/billing/invoices/invoices.property.test.ts'],
    env: { INVOICE_CASES: '1000000', INVOICE_SEED: String(seed) },
  }),
  'quotes': (seed) => ({
    args: ['tools/test.ts', 'server/src/domains/pricing/quotes/quotes.property.test.ts'],
    env: { QUOTE_CASES: '1000000', QUOTE_SEED: String(seed) },
  }),
  'sandbox-kills': (seed) => ({
    args: [
      'tools/test.ts',
      'stripe-sandbox/src/kill.test.ts',
      'stripe-sandbox/src/kill/journal.test.ts',
    ],
    env: { SANDBOX_KILLS: '100', SANDBOX_SEED: String(seed) },
  }),
  'sandbox-lives': (seed) => ({
    args: [
      'stripe-sandbox/test/lives.ts',
      '--steps',
      String(STEPS_A_ROUND),
      '--seed',
      String(seed * LIVES_A_ROUND),
    ],
  }),
  'simulation-seeds': (seed) => ({
    args: [
      'tools/test.ts',
      'server/test/simulation/first-seeds.test.ts',
      'server/test/simulation/further-seeds.test.ts',
    ],
    env: { SIMULATION_WORLDS: '16', SIMULATION_SEED: String(seed) },
  }),
  'imports': () => ({
    args: ['tools/test.ts', 'server/src/main/commands/imports/large.test.ts'],
    env: { IMPORT_LINES: '1000000' },
  }),
  'bulk-deeds': () => ({
    args: ['tools/test.ts', 'server/src/domains/directory/bulk/bulk.test.ts'],
    env: { BULK_USERS: '10000' },
  }),
  'staff-calls': (seed) => ({
    args: ['tools/test.ts', 'server/src/http/gate/staff-matrix.test.ts'],
    env: { STAFF_CALLS: '20000', STAFF_SEED: String(seed) },
  }),
};

interface Command {
  readonly args: readonly string[];
  readonly env?: Readonly<Record<string, string>>;
}

export interface Played {
  readonly isHeld: boolean;
  /** Processes that the scenario should have ended were found, and ended. */
  readonly leftSomething: boolean;
}

export interface ScenarioProcess {
  readonly played: Promise<Played>;
  /** Ends it and all that it has started. */
  kill(): void;
}

export async function listScenarios(): Promise<string[]> {
  const names: string[] = [];
  const child = start({ args: [PROGRAM] });
  tell(child, (name) => names.push(name));
  const [code] = (await once(child, 'close')) as [number | null];
  if (code !== 0) throw new Error(`the scenarios could not be listed (${code})`);
  return [...names, ...Object.keys(GROWN_TESTS)];
}

/** Stops and deletes the clusters of scenarios that were killed. */
export async function deleteLeftClusters(): Promise<void> {
  const child = start({ args: [PROGRAM, 'clean'] });
  tell(child, (line) => process.stderr.write(`${line}\n`));
  await once(child, 'close');
}

/** Plays one in a process group of its own, so that all that it starts can be ended. */
export function playScenario(
  run: { readonly name: string; readonly seed: number },
  say: (line: string) => void,
): ScenarioProcess {
  const grown = GROWN_TESTS[run.name]?.(run.seed);
  const child = start(grown ?? { args: [PROGRAM, run.name, String(run.seed)] });
  tell(child, say);
  return { played: outcomeOf(child), kill: () => void endGroup(child) };
}

function start({ args, env = {} }: Command): ChildProcess {
  return spawn(process.execPath, ['--conditions=@whisperforge/source', LEASH, ...args], {
    cwd: ROOT,
    env: { ...process.env, ...env },
    detached: true,
    stdio: ['ignore', 'pipe', 'pipe', 'ipc'],
  });
}

function tell(child: ChildProcess, say: (line: string) => void): void {
  for (const stream of [child.stdout!, child.stderr!]) createInterface(stream).on('line', say);
}

async function outcomeOf(child: ChildProcess): Promise<Played> {
  const [code] = (await once(child, 'exit')) as [number | null];
  await groupEnds(child);
  const leftSomething = endGroup(child);
  return { isHeld: code === 0, leftSomething };
}

const LONGEST_END_MS = 5_000;
const LOOK_AGAIN_MS = 50;

/** What was told to end needs a moment for it. */
async function groupEnds({ pid }: ChildProcess): Promise<void> {
  for (let waited = 0; waited < LONGEST_END_MS; waited += LOOK_AGAIN_MS) {
    if (pid === undefined || !isGroupAlive(pid)) return;
    await wait(LOOK_AGAIN_MS);
  }
}

function isGroupAlive(pid: number): boolean {
  try {
    return process.kill(-pid, 0);
  } catch {
    return false;
  }
}

/** Answers whether there was anybody to end. */
function endGroup(child: ChildProcess): boolean {
  if (child.pid === undefined) return false;
  try {
    return process.kill(-child.pid, 'SIGKILL');
  } catch (error) {
    if (error instanceof Error && 'code' in error && error.code === 'ESRCH') return false;
    throw error;
  }
}
