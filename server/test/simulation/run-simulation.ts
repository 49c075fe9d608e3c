import { createHash } from 'node:crypto';
import { manualClock, type ManualClock } from '@whisperforge/kernel/clock';
import { openDatabase } from '../../src/adapters/postgres/index.ts';
import { createPricing, readCatalogFile } from '../../src/domains/pricing/index.ts';
import type { Database } from '../../src/platform/database.ts';
import { randomFrom } from '../scenarios/support/random.ts';
import { auditResident, auditSums } from './audit-rows.ts';
import { act } from './draw.ts';
import { createModelAccount } from './model/account.ts';
import { plansOnSale, type ModelCatalog } from './model/catalog.ts';
import { beginPeriods, liveUntil } from './model/time.ts';
import { createProcess, type Process } from './process.ts';
import type { Resident, World } from './resident.ts';
import { scheduleOf, type Schedule } from './schedule.ts';
import { LEVELS, METERED, publishToModel, soldAfter } from './sold.ts';
import { Disagreement, perform } from './step.ts';
import { usageStep } from './usage-steps.ts';

export interface SimulationOptions {
  /** One simulation for each; those of one world share its clock, catalogue and database. */
  readonly seeds: readonly number[];
  /** How many users each seed has. */
  readonly users: number;
  readonly days: number;
  /** A database with all migrations run, in which nothing is stored. */
  readonly databaseUrl: string;
  /** How likely it is that a user does something at a tick. */
  readonly activity?: number;
  report?(text: string): void;
}

export interface SimulationResult {
  readonly steps: number;
  readonly ticks: number;
  /** A digest of all that the users of each seed have done: a seed always gives the same. */
  readonly digests: ReadonlyMap<number, string>;
}

/** Seeds of one world see the same clock and catalogue, so that they can run side by side. */
export const SEEDS_OF_A_WORLD = 128;

export function worldOf(seed: number): number {
  return Math.floor(seed / SEEDS_OF_A_WORLD);
}

/** The system and the model disagreed; says how to see it again. */
export class SimulationFailed extends Error {
  override readonly name = 'SimulationFailed';
}

interface Run {
  readonly options: SimulationOptions;
  readonly schedule: Schedule;
  readonly database: Database;
  readonly clock: ManualClock;
  readonly world: World;
  readonly processes: Process[];
  readonly residents: (Resident & { readonly seed: number; readonly history: string[] })[];
  publications: number;
  steps: number;
}

/**
 * Runs users through simulated months on the real services and on the model beside them, and
 * compares every answer and, at the end, every row. A seed always gives the same run.
 */
export async function runSimulation(options: SimulationOptions): Promise<SimulationResult> {
  const world = worldOf(options.seeds[0]!);
  if (options.seeds.some((seed) => worldOf(seed) !== world)) {
    throw new RangeError('the seeds of a run belong to one world');
  }
  const database = openDatabase({
    url: options.databaseUrl,
    schema: 'billing',
    applicationName: 'simulation',
    // Each new connection costs more than what waits for one that there is.
    maxConnections: 12,
  });
  try {
    const run = await begin(options, database);
    for (const [index, tick] of run.schedule.ticks.entries()) await liveTick(run, index, tick);
    await audit(run);
    return { steps: run.steps, ticks: run.schedule.ticks.length, digests: digestsOf(run) };
  } finally {
    await database.close();
  }
}

function digestsOf(run: Run): Map<number, string> {
  const digests = new Map<number, string>();
  for (const seed of run.options.seeds) {
    const hash = createHash('sha256');
    const own = run.residents.filter((resident) => resident.seed === seed);
    for (const { name, history } of own) hash.update(`${name}\n${history.join('\n')}\n`);
    digests.set(seed, hash.digest('hex'));
  }
  return digests;
}

async function begin(options: SimulationOptions, database: Database): Promise<Run> {
  const schedule = scheduleOf({ seed: worldOf(options.seeds[0]!), days: options.days });
  const startMs = schedule.ticks[0]!;
  const clock = manualClock(startMs);
  const catalog: ModelCatalog = { features: new Map(), events: new Map(), plans: [] };
  const processes = [createProcess(database, clock), createProcess(database, clock)];
  const run: Run = {
    options,
    schedule,
    database,
    clock,
    world: {
      catalog,
      planIds: new Map(),
      features: new Map(),
      events: new Map(),
      ticks: schedule.ticks,
      nowMs: startMs,
    },
    processes,
    residents: [],
    publications: 0,
    steps: 0,
  };
  await publish(run, null);
  for (const process of processes) await process.catalog.load();
  return run;
}

async function publish(run: Run, before: number | null): Promise<void> {
  const { database, world } = run;
  const after = soldAfter(run.publications);
  const context = { actor: { kind: 'cli', id: null } as const, nowMs: world.nowMs, reason: null };
  await createPricing({ database }).publishCatalog(readCatalogFile(JSON.stringify(after)), context);
  const change = { before: before === null ? null : soldAfter(before), after, nowMs: world.nowMs };
  publishToModel(world.catalog, change);
  // The two processes find out by themselves; whoever asks them knows it already.
  const known = await createProcess(database, run.clock).catalog.load();
  world.features = known.features;
  world.events = known.eventTypes;
  for (const plan of world.catalog.plans) {
    const same = [...known.plans.values()].find(
      ({ slug, version }) => slug === plan.slug && version === plan.version,
    );
    if (same === undefined) throw new Error(`${plan.slug} ${plan.version} was not published`);
    world.planIds.set(plan, same.id);
  }
  if (known.plans.size !== world.catalog.plans.length || plansOnSale(world.catalog).length !== 4) {
    throw new Error('the catalogue holds versions that were not published');
  }
}

async function liveTick(run: Run, index: number, tick: number): Promise<void> {
  const { schedule, world, clock, processes, residents } = run;
  clock.advanceTo(tick);
  world.nowMs = tick;
  if (schedule.publications.has(index)) {
    run.publications += 1;
    await publish(run, run.publications - 1);
  }
  if (schedule.crashes.has(index)) {
    processes[index % 2] = createProcess(run.database, clock);
    await processes[index % 2]!.catalog.load();
  }
  await arrive(run, index);
  await sideBySide(residents, (resident) => liveResident(run, resident, index));
  run.options.report?.(`${index + 1} of ${schedule.ticks.length} instants, ${run.steps} steps`);
}

/** As many at once as a few connections can serve without anybody waiting in vain. */
const SIDE_BY_SIDE = 64;

/** Does the work for all, some at a time; the results are in the order of the items. */
async function sideBySide<Item, Result>(
  items: readonly Item[],
  work: (item: Item) => Promise<Result>,
): Promise<Result[]> {
  const results: Result[] = [];
  for (let from = 0; from < items.length; from += SIDE_BY_SIDE) {
    results.push(...(await Promise.all(items.slice(from, from + SIDE_BY_SIDE).map(work))));
  }
  return results;
}

/** Makes the users whose tick it is. */
async function arrive(run: Run, index: number): Promise<void> {
  if (index >= run.schedule.arrivals) return;
  const { seeds, users } = run.options;
  const all = seeds.flatMap((seed) => Array.from({ length: users }, (_, user) => ({ seed, user })));
  const now = all.filter(({ seed, user }) => (seed * 31 + user) % run.schedule.arrivals === index);
  run.residents.push(...(await sideBySide(now, (who) => makeResident(run, who))));
}

async function makeResident(
  run: Run,
  { seed, user }: { readonly seed: number; readonly user: number },
): Promise<Run['residents'][number]> {
  const { world } = run;
  const random = randomFrom(seed * 1_000_003 + user * 97 + 5);
  const signedUpMs = random.pick([
    world.nowMs,
    undefined,
    world.nowMs - random.between(0, 400 * 86_400_000),
  ]);
  const name = `${seed}-${user}`;
  const details = { email: 'somebody@example.com', signedUpMs };
  const { accountId } = await run.processes[0]!.accounts.upsertUser(name, details, world.nowMs);
  const model = createModelAccount(world.catalog, {
    nowMs: world.nowMs,
    anchorMs: signedUpMs ?? world.nowMs,
    metered: METERED,
    levels: LEVELS,
  });
  beginPeriods(model);
  return {
    seed,
    history: [],
    name,
    random,
    world,
    accountId,
    model,
    commanded: { commands: 0 },
    holds: [],
    said: [],
    grants: [],
    packSources: [],
    planChangeId: null,
    numbers: 0,
  };
}

const ACTIVITY = 0.5;

async function liveResident(
  run: Run,
  resident: Run['residents'][number],
  index: number,
): Promise<void> {
  if (!resident.random.chance(run.options.activity ?? ACTIVITY)) return;
  const at = `${index} ${new Date(run.world.nowMs).toISOString()}`;
  const note = (text: string): void => {
    run.steps += 1;
    resident.history.push(`${at} ${text}`);
  };
  liveUntil(resident.model, run.world.nowMs);
  await act(resident, { processes: run.processes, clock: run.clock, note }).catch((error) => {
    throw explain(run, resident, { error, where: `instant ${index}` });
  });
}

/** Looks at everything once more, and then at the rows themselves. */
async function audit(run: Run): Promise<void> {
  const features = [...METERED.filter((key) => run.world.features.has(key)), ...LEVELS];
  await sideBySide(run.residents, async (resident) => {
    try {
      liveUntil(resident.model, run.world.nowMs);
      await perform(usageStep(resident, features), run.processes[0]!);
      await auditResident(run.database, resident);
      await auditSums(run.database, resident);
    } catch (error) {
      throw explain(run, resident, { error, where: 'the end' });
    }
  });
}

const MOST_HISTORY = 40;

function explain(
  run: Run,
  resident: Run['residents'][number],
  what: { readonly error: unknown; readonly where: string },
): Error {
  const { error, where } = what;
  const { users, days, activity } = run.options;
  const replay = [
    `npm run sim -- --seed ${resident.seed} --users ${users} --days ${days}`,
    ...(activity === undefined ? [] : [`--activity ${activity}`]),
  ].join(' ');
  const lines = [
    `seed ${resident.seed}, ${where} (${new Date(run.world.nowMs).toISOString()}), ` +
      `user ${resident.name}:`,
    ...resident.history.slice(-MOST_HISTORY).map((note) => `  ${note}`),
  ];
  if (error instanceof Disagreement) {
    lines.push(`  step: ${error.message}`);
  } else {
    lines.push(`  failed: ${error instanceof Error ? error.stack : String(error)}`);
  }
  return new SimulationFailed([...lines, `again: ${replay}`].join('\n'), { cause: error });
}
