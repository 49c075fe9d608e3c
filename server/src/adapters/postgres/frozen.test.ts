import { sql } from 'kysely';
import pg from 'pg';
import { expect, test } from 'vitest';
import { startCluster, type Cluster } from '../../../test/scenarios/support/cluster.ts';
import { openDatabase } from './index.ts';

const BACKEND = { name: 'backend', text: 'SELECT pg_backend_pid()' };

/** A quarter of what a server has, and in the same order, so that nobody waits for long. */
const PATIENCE = {
  ordinary: { connectMs: 1_250, statementMs: 2_500, answerMs: 3_000 },
  hot: { connectMs: 750, statementMs: 625, answerMs: 750 },
};

/** The postmaster, so that nobody new gets in, and all who serve those who are in. */
async function processesOf(cluster: Cluster): Promise<number[]> {
  const operator = new pg.Client({ connectionString: cluster.url });
  await operator.connect();
  const { rows } = await operator.query<{ pid: number }>(
    `SELECT pid FROM pg_stat_activity WHERE application_name = 'frozen'`,
  );
  await operator.end();
  return [cluster.pid, ...rows.map(({ pid }) => pid)];
}

test('a frozen Postgres puts callers off, the hot path first, and is left behind', async () => {
  await using cluster = await startCluster();
  const database = openDatabase({
    url: cluster.url,
    schema: 'billing',
    applicationName: 'frozen',
    maxConnections: 2,
    patience: PATIENCE,
  });
  const backend = async () => (await database.execute(BACKEND, []))[0]?.[0] as number;
  const query = () => sql`SELECT 1`.execute(database.sql);
  const before = await backend();
  await Promise.all([1, 2].map(() => sql`SELECT pg_sleep(0.01)`.execute(database.sql)));
  const processes = await processesOf(cluster);
  expect(processes).toHaveLength(4);
  for (const pid of processes) process.kill(pid, 'SIGSTOP');
  try {
    const settled: string[] = [];
    const putOff = async (name: string, work: Promise<unknown>): Promise<void> => {
      await expect(work).rejects.toMatchObject({ code: 'database_unavailable' });
      settled.push(name);
    };
    await Promise.all([
      putOff('query', query()).then(() => putOff('next query', query())),
      putOff(
        'transaction',
        database.transaction(() => Promise.resolve()),
      ),
      // On the connection that froze, and then on one that cannot be had.
      putOff('hot', backend()).then(() => putOff('hot', backend())),
    ]);
    expect(settled.slice(0, 2)).toEqual(['hot', 'hot']);
    // One that also waited for its rollback to be answered would hear of it twice as late.
    expect(settled.at(-1)).toBe('next query');
  } finally {
    for (const pid of processes) process.kill(pid, 'SIGCONT');
  }
  expect(await backend()).not.toBe(before);
  await database.close();
});
