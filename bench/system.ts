import { chmodSync, mkdtempSync } from 'node:fs';
import { readFile } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { systemClock } from '@whisperforge/kernel/clock';
import { migrate, openDatabase } from '../server/src/adapters/postgres/index.ts';
import { createPricing, readCatalogFile } from '../server/src/domains/pricing/index.ts';
import { deletePostgres, startPostgres } from '../tools/postgres/start.ts';
import { startLoad, type Load } from './load/start.ts';
import { EVENTS_PER_BATCH, pathOf } from './load/questions.ts';
import { Ledger } from './measure/ledger.ts';
import { MOST_USERS } from './scenarios.ts';
import { startServer, type ServerProcess } from './server/start.ts';

export const SCHEMA = 'billing';

export interface DatabaseServer {
  readonly url: string;
  readonly pid: number;
}

export interface OwnDatabaseServer extends DatabaseServer {
  readonly folder: string;
  stop(): Promise<void>;
}

/** The system under test and what drives it. */
export interface BenchSystem {
  readonly database: DatabaseServer;
  readonly server: ServerProcess;
  readonly load: Load;
  readonly ledger: Ledger;
  stop(): Promise<void>;
}

/** A Postgres of the benchmark's own, as durable as that of `npm start`, in a folder of its own. */
export async function startDatabaseServer(log: (line: string) => void): Promise<OwnDatabaseServer> {
  const folder = mkdtempSync(join(tmpdir(), 'whisperforge-bench-'));
  // Open to the account that Postgres runs under when the benchmark runs as root.
  chmodSync(folder, 0o755);
  const postgres = await startPostgres({ dataDir: folder, database: 'whisperforge', log });
  return {
    folder,
    url: postgres.url,
    pid: postgres.pid,
    async stop() {
      await postgres.stop('immediate');
      await deletePostgres(folder);
    },
  };
}

/** Makes the tables, the plans and the users, and starts the server and the load beside it. */
export async function startSystem(
  database: DatabaseServer,
  { logFile, signal }: { readonly logFile: string; readonly signal: AbortSignal },
): Promise<BenchSystem> {
  await seedPlans(database.url);
  signal.throwIfAborted();
  await using starting = new AsyncDisposableStack();
  const server = await startServer({ databaseUrl: database.url, logFile });
  starting.defer(() => server.stop());
  const { host, port, secretKey } = server;
  const load = await startLoad({ host, port, secretKey, mostUsers: MOST_USERS }, signal);
  starting.defer(() => load.stop());
  const ledger = new Ledger(database.url, MOST_USERS);
  await ledger.open();
  starting.defer(() => ledger.close());
  await makeUsers(load);
  const running = starting.move();
  return { database, server, load, ledger, stop: () => running.disposeAsync() };
}

/** Far more than is used while anything is measured, so that nothing is refused. */
const ROOM = 900_000_000;
const FIRST_CATALOG = new URL('../server/data/catalog.json', import.meta.url);

interface PlanText {
  readonly default?: boolean;
  readonly features: Record<string, unknown>;
}

/** The first catalogue, but for a default plan that has room: a limit that nobody reaches. */
async function seedPlans(databaseUrl: string): Promise<void> {
  await migrate({ databaseUrl, schema: SCHEMA });
  const catalog = JSON.parse(await readFile(FIRST_CATALOG, 'utf8')) as { plans: PlanText[] };
  const plan = catalog.plans.find((each) => each.default === true);
  if (plan === undefined) throw new Error('The first catalogue has no default plan any more.');
  plan.features['audio_minutes'] = { limit: ROOM, beyond: { policy: 'block' } };
  plan.features['custom_prompts'] = true;
  const database = openDatabase({
    url: databaseUrl,
    schema: SCHEMA,
    applicationName: 'whisperforge bench',
  });
  try {
    await createPricing({ database }).seedCatalogIfEmpty(readCatalogFile(JSON.stringify(catalog)), {
      actor: { kind: 'system', id: 'bench' },
      nowMs: systemClock.nowMs(),
      reason: 'a plan with room for the benchmark',
    });
  } finally {
    await database.close();
  }
}

const CONNECTIONS = 64;

async function makeUsers(load: Load): Promise<void> {
  await load.run({
    question: 'user',
    path: pathOf('user'),
    isEmptyRoute: false,
    users: MOST_USERS,
    connections: CONNECTIONS,
    extent: { kind: 'requests', requests: MOST_USERS },
  });
}

/** Opens the period of every user, and leaves the server with its code compiled. */
export async function warmUp(system: BenchSystem): Promise<void> {
  const batches = Math.ceil(MOST_USERS / EVENTS_PER_BATCH);
  await book(system, batches);
  await system.load.run({
    question: 'check',
    path: pathOf('check'),
    isEmptyRoute: false,
    users: MOST_USERS,
    connections: CONNECTIONS,
    extent: { kind: 'requests', requests: MOST_USERS },
  });
}

/** Books so many batches of events through the product's own door, all users in turn. */
export async function book(
  { load, ledger }: BenchSystem,
  batches: number,
  onProgress?: (batches: number) => void,
): Promise<void> {
  const result = await load.run(
    {
      question: 'batch',
      path: pathOf('batch'),
      isEmptyRoute: false,
      users: MOST_USERS,
      connections: 4,
      extent: { kind: 'requests', requests: batches },
    },
    onProgress && { onProgress },
  );
  ledger.add(result.acknowledged);
}
