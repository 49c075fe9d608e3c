import { mkdir, readFile } from 'node:fs/promises';
import { join } from 'node:path';
import { fileURLToPath } from 'node:url';
import { measureAnalytics, type AnalyticsFigures } from './analytics/measure.ts';
import { startDatabaseServer, type OwnDatabaseServer } from './database.ts';
import { measureDirectory, type DirectoryFigures } from './directory/measure.ts';
import { measureEntitlement, type EntitlementFigures } from './entitlement/measure.ts';
import { measureGrowth, type Size } from './measure/growth.ts';
import { orderOf } from './measure/measure.ts';
import { measureRounds, type Compared } from './measure/rounds.ts';
import type { BenchOptions } from './options.ts';
import type { Results } from './report/document.ts';
import { describeMachine } from './report/machine.ts';
import { renderProfile } from './report/profile.ts';
import { measureSandbox, SANDBOX_EXTENT, type SandboxFigures } from './sandbox/measure.ts';
import { startSystem, warmUp, type BenchSystem } from './system.ts';

export interface Surroundings {
  readonly tell: (line: string) => void;
  readonly signal: AbortSignal;
}

/** Brings up everything, measures, and stops all of it whatever happens. */
export async function runBench(
  options: BenchOptions,
  around: Surroundings,
): Promise<Omit<Results, 'command'>> {
  await using stack = new AsyncDisposableStack();
  around.tell('Starting Postgres …');
  const database = await startDatabaseServer(around.tell);
  stack.defer(() => database.stop());
  around.signal.throwIfAborted();
  const machine = await describeMachine(database.url, database.folder);
  const compared = await measureScenarios(database, options, around);
  const sizes = await measureSizes(database, options, around);
  const entitlement = await measureEntitlementIfAsked(database, options, around);
  const sandbox = await measureSandboxIfAsked(options, around);
  const directory = await measureDirectoryIfAsked(database, options, around);
  const analytics = await measureAnalyticsIfAsked(database, options, around);
  const others = { entitlement, sandbox, directory, analytics };
  return { machine, extent: options.extent, compared, sizes, ...others };
}

const PURCHASES = 100;

async function measureEntitlementIfAsked(
  database: OwnDatabaseServer,
  { hasEntitlement }: BenchOptions,
  { tell, signal }: Surroundings,
): Promise<EntitlementFigures | undefined> {
  if (!hasEntitlement) return undefined;
  signal.throwIfAborted();
  tell('Buying at the Stripe sandbox, and asking until it is of use …');
  return measureEntitlement(database, PURCHASES);
}

async function measureDirectoryIfAsked(
  database: OwnDatabaseServer,
  { directory }: BenchOptions,
  { tell, signal }: Surroundings,
): Promise<DirectoryFigures | undefined> {
  if (directory === undefined) return undefined;
  signal.throwIfAborted();
  tell('Making a company of many users, and looking around in it …');
  return measureDirectory(database, directory, tell);
}

async function measureAnalyticsIfAsked(
  database: OwnDatabaseServer,
  { analytics }: BenchOptions,
  { tell, signal }: Surroundings,
): Promise<AnalyticsFigures | undefined> {
  if (analytics === undefined) return undefined;
  signal.throwIfAborted();
  return measureAnalytics(database, analytics, tell);
}

async function measureSandboxIfAsked(
  { hasSandbox, extent }: BenchOptions,
  { tell, signal }: Surroundings,
): Promise<SandboxFigures | undefined> {
  if (!hasSandbox) return undefined;
  signal.throwIfAborted();
  tell('Asking the Stripe sandbox, and letting customers live in it for a year …');
  return measureSandbox({ ...SANDBOX_EXTENT, rounds: extent.rounds });
}

async function measureScenarios(
  database: OwnDatabaseServer,
  options: BenchOptions,
  around: Surroundings,
): Promise<Compared[]> {
  if (options.scenarios.length === 0) return [];
  return withSystem(database, around, async (system) => {
    const { scenarios, extent } = options;
    const compared = await measureRounds(system, scenarios, extent, around);
    if (options.isProfiled) await profile(system, options, around);
    return compared;
  });
}

/** On a database of its own, in which nothing is stored yet. */
async function measureSizes(
  database: OwnDatabaseServer,
  { sizes, growthExtent: extent }: BenchOptions,
  around: Surroundings,
): Promise<Size[]> {
  if (sizes.length === 0) return [];
  const url = await database.create('growth');
  return withSystem({ ...database, url }, around, (system) =>
    measureGrowth(system, { sizes, extent, tell: around.tell }),
  );
}

async function withSystem<T>(
  database: OwnDatabaseServer,
  { tell, signal }: Surroundings,
  work: (system: BenchSystem) => Promise<T>,
): Promise<T> {
  tell('Making plans and users, and starting the server …');
  const logFile = join(database.folder, 'server.log');
  await using stack = new AsyncDisposableStack();
  try {
    const system = await startSystem(database, { logFile, signal });
    stack.defer(() => system.stop());
    await warmUp(system);
    return await work(system);
  } catch (fault) {
    const said = await readEnd(logFile);
    if (said !== '') tell(`The server said:\n${said}`);
    throw fault;
  }
}

const LOG_CHARACTERS = 4_000;

/** What the server said last, before its log is deleted with everything else. */
async function readEnd(logFile: string): Promise<string> {
  return (await readFile(logFile, 'utf8')).slice(-LOG_CHARACTERS);
}

const PROFILES = fileURLToPath(new URL('../.data/bench/', import.meta.url));

/** Enough samples to tell small functions apart. */
const PROFILED_MS = 4_000;

/** One more run of each scenario, which counts for nothing but the profile. */
async function profile(
  { server, load, ledger }: BenchSystem,
  { scenarios }: BenchOptions,
  { tell }: Surroundings,
): Promise<void> {
  await mkdir(PROFILES, { recursive: true });
  for (const scenario of scenarios) {
    const file = join(PROFILES, `${scenario.name}.cpuprofile`);
    await server.startProfile();
    const extent = { kind: 'time', warmUpMs: 0, measureMs: PROFILED_MS } as const;
    const result = await load.run(orderOf(scenario, extent));
    ledger.add(result.acknowledged);
    await server.stopProfile(file);
    tell(`\n${scenario.title}: ${file}\n\n${await renderProfile(file)}\n`);
  }
}
