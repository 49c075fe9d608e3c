/**
 * `run.ts <name> <seed>` plays one scenario at its full size on a Postgres of its own, as durable
 * as in production; `run.ts clean` stops and deletes what killed runs have left; without arguments
 * it lists the names. `npm run soak` starts it.
 */
import pg from 'pg';
import { inspect } from 'node:util';
import { deleteAbandonedFolders } from '../../../tools/postgres/test/folders.ts';
import { scenarios } from './all.ts';
import { startCluster, type Cluster } from './support/cluster.ts';
import { randomFrom } from './support/random.ts';
import type { Stage } from './support/stage.ts';

async function play(name: string, seed: number): Promise<void> {
  const scenario = scenarios[name];
  if (scenario === undefined) throw new Error(`There is no scenario ${name}.`);
  await using used = new AsyncDisposableStack();
  let cluster: Promise<Cluster> | undefined;
  let databases = 0;
  const stage: Stage = {
    seed,
    random: randomFrom(seed),
    say: (line) => void process.stdout.write(`${line}\n`),
    async newDatabase() {
      cluster ??= startCluster().then((started) => used.use(started));
      databases += 1;
      return createDatabase((await cluster).url, `scenario_${databases}`);
    },
  };
  await scenario(stage);
}

/** Empty: the server that is started on it migrates it. */
async function createDatabase(clusterUrl: string, name: string): Promise<string> {
  const client = new pg.Client({ connectionString: clusterUrl });
  await client.connect();
  try {
    await client.query(`CREATE DATABASE ${name}`);
  } finally {
    await client.end();
  }
  const url = new URL(clusterUrl);
  url.pathname = `/${name}`;
  return url.href;
}

const [name, seed] = process.argv.slice(2);
if (name === undefined) {
  process.stdout.write(`${Object.keys(scenarios).join('\n')}\n`);
} else if (name === 'clean') {
  await deleteAbandonedFolders();
} else {
  try {
    await play(name, Number(seed));
  } catch (error) {
    process.stderr.write(`${inspect(error, { depth: 4 })}\n`);
    process.exitCode = 1;
  }
}
