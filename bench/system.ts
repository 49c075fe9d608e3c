import { migrate } from '../server/src/adapters/postgres/index.ts';
import { SCHEMA, type DatabaseServer } from './database.ts';
import type { LoadOrder, Question } from './load/order.ts';
import { EVENTS_PER_BATCH, pathOf } from './load/questions.ts';
import { startLoad, type Load } from './load/start.ts';
import { Ledger } from './measure/ledger.ts';
import { MOST_USERS } from './scenarios.ts';
import { makeUsers, seedPlans } from './seed.ts';
import { startServer, type ServerProcess } from './server/start.ts';

/** The system under test and what drives it. */
export interface BenchSystem {
  readonly database: DatabaseServer;
  readonly server: ServerProcess;
  readonly load: Load;
  readonly ledger: Ledger;
  stop(): Promise<void>;
}

/** Makes the tables, the plans and the users, and starts the server and the load beside it. */
export async function startSystem(
  database: DatabaseServer,
  { logFile, signal }: { readonly logFile: string; readonly signal: AbortSignal },
): Promise<BenchSystem> {
  await migrate({ databaseUrl: database.url, schema: SCHEMA });
  await seedPlans(database.url);
  await makeUsers(database.url, MOST_USERS);
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
  const running = starting.move();
  return { database, server, load, ledger, stop: () => running.disposeAsync() };
}

const CONNECTIONS = 64;

/** Every user in turn, so many times in all. */
function inTurn(question: Question, questions: number, connections = CONNECTIONS): LoadOrder {
  return {
    question,
    path: pathOf(question),
    isEmptyRoute: false,
    users: { kind: 'in_turn', below: MOST_USERS },
    connections,
    extent: { kind: 'questions', questions },
  };
}

/** Opens the period of every user, and leaves the server with its code compiled. */
export async function warmUp({ load, ledger }: BenchSystem): Promise<void> {
  const batches = Math.ceil(MOST_USERS / EVENTS_PER_BATCH);
  const { acknowledged } = await load.run(inTurn('batch', batches, 4));
  ledger.add(acknowledged);
  await load.run(inTurn('check', MOST_USERS));
}
