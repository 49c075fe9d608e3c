import { manualClock, systemClock } from '@whisperforge/kernel/clock';
import pg from 'pg';
import { migrate } from '../../server/src/adapters/postgres/index.ts';
import { signInStaff } from '../../server/test/support/staff.ts';
import { SCHEMA, type OwnDatabaseServer } from '../database.ts';
import { seedPlans } from '../seed.ts';
import { startServer } from '../server/start.ts';
import { makeEntries } from './entries.ts';
import { QUESTIONS, type DirectoryQuestion, type KnownCustomer } from './questions.ts';
import { seedDirectory, type DirectorySize } from './seed.ts';

/** How long answers took, of one kind of question. */
export interface DirectoryFigure {
  readonly title: string;
  readonly mostMs: number;
  readonly asked: number;
  readonly p50Ms: number;
  readonly p95Ms: number;
  readonly slowestMs: number;
}

export interface DirectoryFigures {
  readonly size: DirectorySize;
  readonly entriesSeconds: number;
  readonly figures: readonly DirectoryFigure[];
}

/** So many that one in twenty is more than the slowest of all. */
const ROUNDS = 25;

/** A company of that size, in which staff look around: one question after the other, over HTTP. */
export async function measureDirectory(
  database: OwnDatabaseServer,
  size: DirectorySize,
  tell: (line: string) => void,
): Promise<DirectoryFigures> {
  const databaseUrl = await database.create('directory');
  await migrate({ databaseUrl, schema: SCHEMA });
  await seedPlans(databaseUrl);
  await seedDirectory(databaseUrl, size, { nowMs: systemClock.nowMs(), tell });
  const entriesSeconds = await makeEntries(databaseUrl, tell);
  const figures = await askAll(databaseUrl, `${database.folder}/directory.log`, size);
  return { size, entriesSeconds, figures };
}

/** On a database that holds everything already. */
export async function askAll(
  databaseUrl: string,
  logFile: string,
  size: DirectorySize,
): Promise<DirectoryFigure[]> {
  await using stack = new AsyncDisposableStack();
  const server = stack.adopt(await startServer({ databaseUrl, logFile }), (it) => it.stop());
  const url = `http://${server.host}:${server.port}/admin/v1/`;
  const headers = await signIn(databaseUrl, url);
  const known = await findKnown(databaseUrl);
  const figures: DirectoryFigure[] = [];
  for (const question of QUESTIONS) {
    const paths = question.paths({ ...size, ...known });
    const ask = async (path: string): Promise<number> => {
      const fromMs = performance.now();
      const answer = await fetch(url + path, { headers });
      const text = await answer.text();
      if (answer.status !== 200) throw new Error(`${path} must be a 200: ${text}`);
      return performance.now() - fromMs;
    };
    figures.push(await measureOne(question, paths, ask));
  }
  return figures;
}

async function measureOne(
  { title, mostMs }: DirectoryQuestion,
  paths: readonly string[],
  ask: (path: string) => Promise<number>,
): Promise<DirectoryFigure> {
  // The first time reads from disk what staff who have just looked around have in memory.
  for (const path of paths) await ask(path);
  const taken: number[] = [];
  for (let round = 0; round < ROUNDS; round += 1) {
    for (const path of paths) taken.push(await ask(path));
  }
  const sorted = taken.toSorted((a, b) => a - b);
  const at = (share: number): number => sorted[Math.floor(sorted.length * share)] ?? 0;
  const slowestMs = sorted.at(-1) ?? 0;
  return { title, mostMs, asked: sorted.length, p50Ms: at(0.5), p95Ms: at(0.95), slowestMs };
}

/** A session of an owner's, in the database that the server answers from. */
async function signIn(databaseUrl: string, url: string): Promise<Record<string, string>> {
  const request = (): Promise<never> => Promise.reject(new Error('nothing is asked so'));
  const clock = manualClock(systemClock.nowMs());
  const { headers } = await signInStaff(
    { url, databaseUrl, clock, secretKey: '', request },
    'owner',
  );
  return { ...headers };
}

async function findKnown(databaseUrl: string): Promise<KnownCustomer> {
  const client = new pg.Client({ connectionString: databaseUrl });
  await client.connect();
  try {
    const { rows } = await client.query<{ id: string; name: string; email: string }>(
      `SELECT stripe_customer_id AS id, name, email FROM ${SCHEMA}.users
       WHERE stripe_customer_id IS NOT NULL ORDER BY id OFFSET 100 LIMIT 1`,
    );
    const [row] = rows;
    if (row === undefined) throw new Error('Nobody has been made a customer.');
    return { customerId: row.id, name: row.name, email: row.email };
  } finally {
    await client.end();
  }
}
