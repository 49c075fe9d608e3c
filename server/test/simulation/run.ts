/**
 * `npm run sim -- --seed N`: one simulation on a database of its own. At full size it takes a
 * thousand users through two years; with the size that a failure named it shows that again.
 */
import { chmodSync, mkdtempSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { inspect, parseArgs } from 'node:util';
import { THROWAWAY } from '../../../tools/postgres/settings.ts';
import { deletePostgres, startPostgres } from '../../../tools/postgres/start.ts';
import { migrate } from '../../src/adapters/postgres/index.ts';
import { runSimulation } from './run-simulation.ts';

const { values } = parseArgs({
  options: {
    seed: { type: 'string', default: '1' },
    users: { type: 'string', default: '1000' },
    days: { type: 'string', default: '730' },
    activity: { type: 'string' },
  },
});
const [seed, users, days] = [values.seed, values.users, values.days].map(readCount);
const activity = values.activity === undefined ? undefined : Number(values.activity);

function readCount(text: string): number {
  if (/^\d{1,9}$/.test(text)) return Number(text);
  process.stderr.write(`${text} is not a whole number\n`);
  process.exit(2);
}

const dataDir = mkdtempSync(join(tmpdir(), 'whisperforge-sim-'));
// Open to the account that Postgres runs under when this runs as root.
chmodSync(dataDir, 0o755);
const postgres = await startPostgres({ dataDir, database: 'simulation', settings: THROWAWAY });
try {
  await migrate({ databaseUrl: postgres.url, schema: 'billing' });
  const result = await runSimulation({
    seeds: [seed!],
    users: users!,
    days: days!,
    databaseUrl: postgres.url,
    ...(activity !== undefined && { activity }),
    ...(process.stderr.isTTY && { report: (text: string) => process.stderr.write(`\r${text}`) }),
  });
  process.stdout.write(
    `seed ${seed}: ${users} users, ${days} days, ${result.steps} steps agree with the model\n`,
  );
} catch (error) {
  process.stdout.write(`${error instanceof Error ? error.message : String(error)}\n`);
  if (error instanceof Error && error.cause) process.stdout.write(`${inspect(error.cause)}\n`);
  process.exitCode = 1;
} finally {
  await postgres.stop('immediate');
  await deletePostgres(dataDir);
}
