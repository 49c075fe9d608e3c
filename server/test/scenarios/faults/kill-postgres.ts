import assert from 'node:assert/strict';
import { randomText } from '@whisperforge/kernel/ids';
import { startCluster, type Cluster } from '../support/cluster.ts';
import { readDatabase } from '../support/database-reader.ts';
import { describeLedger } from '../support/ledger.ts';
import { startLoad } from '../support/load.ts';
import { pause } from '../support/pause.ts';
import type { Random } from '../support/random.ts';
import { spawnServer } from '../support/server-process.ts';
import type { Stage } from '../support/stage.ts';
import { expectTruth } from '../support/truth.ts';

export interface KillPostgresSize {
  readonly postmasterKills: number;
  readonly backendKills: number;
  readonly workers: number;
}

const LEAST_BETWEEN = 50;
const MOST_BETWEEN = 500;
const LONGEST_DELAY_MS = 20;

/**
 * Postgres is killed at random points under load, the postmaster or one of its backends, which
 * makes it end all others. The same server process goes on, and in the end every acknowledged
 * deed is there once, and no other.
 */
export async function killPostgres(stage: Stage, size: KillPostgresSize): Promise<void> {
  await using cluster = await startCluster();
  const secretKey = `wf_test_${randomText(40)}`;
  await using server = spawnServer({ databaseUrl: cluster.url, secretKey });
  const url = await server.serving;
  const load = await startLoad({
    databaseUrl: cluster.url,
    secretKey,
    random: stage.random.fork(),
    workers: size.workers,
    where: () => Promise.resolve(url),
    isPassing: ({ status }) => status === 503,
  });
  try {
    for (const victim of victims(stage.random, size)) {
      await load.afterMore(stage.random.between(LEAST_BETWEEN, MOST_BETWEEN));
      await pause(stage.random.between(0, LONGEST_DELAY_MS));
      if (victim === 'postmaster') await cluster.killPostmaster();
      else await killBackend(cluster, stage.random);
      stage.say(`killed a ${victim}, ${load.ledger.acknowledged} acknowledged`);
    }
    await load.afterMore(MOST_BETWEEN);
  } finally {
    await load.finish();
  }
  await expectTruth(cluster.url, load.ledger);
  stage.say(describeLedger(load.ledger));
  assert.ok(server.isRunning, 'the server has outlived every Postgres');
  assert.deepEqual(server.bugs, []);
}

type Victim = 'postmaster' | 'backend';

/** Both kinds in a random order. */
function victims(random: Random, size: KillPostgresSize): Victim[] {
  const all: Victim[] = [
    ...Array.from({ length: size.postmasterKills }, () => 'postmaster' as const),
    ...Array.from({ length: size.backendKills }, () => 'backend' as const),
  ];
  return all
    .map((victim) => ({ victim, at: random.next() }))
    .toSorted((one, other) => one.at - other.at)
    .map(({ victim }) => victim);
}

/** One that serves the server; Postgres takes it for a crash and starts all of them anew. */
async function killBackend(cluster: Cluster, random: Random): Promise<void> {
  await using database = await readDatabase(cluster.url);
  const backends = await database.rows<{ pid: number }>(
    "SELECT pid FROM pg_stat_activity WHERE application_name = 'whisperforge server'",
  );
  process.kill(random.pick(backends).pid, 'SIGKILL');
}
