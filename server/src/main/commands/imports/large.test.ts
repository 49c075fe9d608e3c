import { spawn } from 'node:child_process';
import { once } from 'node:events';
import { createWriteStream } from 'node:fs';
import { mkdtemp, rm } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { Readable } from 'node:stream';
import { pipeline } from 'node:stream/promises';
import { fileURLToPath } from 'node:url';
import { sql } from 'kysely';
import { afterAll, beforeAll, expect, test } from 'vitest';
import { useTestDatabase } from '../../../../test/support/database.ts';
import { eventually } from '../../../../test/support/eventually.ts';
import { openDatabase, type PostgresDatabase } from '../../../adapters/postgres/index.ts';

/** A million where `npm run soak -- --only imports` asks for it. */
const LINES = Number(process.env['IMPORT_LINES'] ?? '5000');
/** However many lines a file has; what is kept of each would not fit in. */
const HEAP_MEGABYTES = 96;
const MOST_MEGABYTES = 400;
const PATIENCE_MS = 60_000 + LINES;

const CLI_PATH = fileURLToPath(new URL('../../cli.ts', import.meta.url));
/** Not by `resourceUsage`, in which a process has the peak of the one that started it. */
const PEAK =
  "import { readFileSync } from 'node:fs'; process.on('exit', () => console.error('peak', " +
  "/VmHWM:\\s+(\\d+)/.exec(readFileSync('/proc/self/status', 'utf8'))[1], 'cpu', " +
  'Math.round(process.cpuUsage().user / 1e3)))';

const created = useTestDatabase();
let database: PostgresDatabase;
let folder: string;
let path: string;

beforeAll(async () => {
  database = openDatabase({ url: created.url, schema: 'billing', applicationName: 'test' });
  folder = await mkdtemp(join(tmpdir(), 'large-'));
  path = join(folder, 'history.csv');
  await pipeline(Readable.from(file()), createWriteStream(path));
}, PATIENCE_MS);
afterAll(async () => {
  await database.close();
  await rm(folder, { recursive: true });
});

/** Two stretches each; a tenth say again what was said, a hundredth name no day that there is. */
function* file(): Generator<string> {
  yield 'customer_id,subscription_id,plan,started_on,ended_on,amount,currency,billing_cycle\n';
  for (let index = 0; index < LINES; index += 1) {
    const told = index % 10 === 9 ? index - 1 : index;
    const key = Math.floor(told / 2);
    const first = index % 100 === 50 ? '2024-02-30' : '2024-01-15';
    const [start, end, amount] =
      told % 2 === 0 ? [first, '2024-07-15', '19.00'] : ['2024-07-15', '', '49.00'];
    yield `customer ${key},sub ${key},pro,${start},${end},${amount},usd,month\n`;
  }
}

const REFUSED = LINES / 100;
const KNOWN = LINES / 10;
const TAKEN = LINES - REFUSED - KNOWN;

function begin(...options: string[]) {
  const command = ['import', 'subscriptions', path, '--origin', 'large', ...options];
  const child = spawn(
    process.execPath,
    [
      '--conditions=@whisperforge/source',
      `--max-old-space-size=${HEAP_MEGABYTES}`,
      `--import=data:text/javascript,${encodeURIComponent(PEAK)}`,
      CLI_PATH,
      ...command,
    ],
    { env: { ...process.env, DATABASE_URL: created.url, NODE_ENV: 'test' } },
  );
  let said = '';
  child.stdout.on('data', (chunk: Buffer) => (said += chunk.toString()));
  child.stderr.on('data', (chunk: Buffer) => (said += chunk.toString()));
  return { child, ended: once(child, 'close').then(() => said) };
}

function peakMegabytes(said: string): number {
  const [, kilobytes, cpuMs] = /^peak (\d+) cpu (\d+)$/m.exec(said) ?? [];
  process.stdout.write(`${LINES} lines: ${kilobytes} KB at most, ${cpuMs} ms of one core\n`);
  return Number(kilobytes) / 1_024;
}

async function number(text: string): Promise<number> {
  const { rows } = await sql<{ count: string }>`SELECT ${sql.raw(text)} AS count`.execute(
    database.sql,
  );
  return Number(rows[0]!.count);
}

const linesDone = (): Promise<number> =>
  number('(SELECT COALESCE(max(lines_done), 0) FROM revenue_imports)');
const stretches = (): Promise<number> => number('(SELECT count(*) FROM revenue_history)');

test(
  'a file of any size is tried in bounded memory, and a dry run keeps nothing',
  async () => {
    const said = await begin('--dry-run').ended;
    expect(said).toContain(`${TAKEN} would be taken, ${KNOWN} known before, ${REFUSED} refused`);
    expect(peakMegabytes(said)).toBeLessThan(MOST_MEGABYTES);
    expect(await stretches()).toBe(0);
    expect(await linesDone()).toBe(0);
  },
  PATIENCE_MS,
);

test(
  'killed in the middle it is gone on with in bounded memory, and no line counts twice',
  async () => {
    const middle = `customer ${Math.floor(LINES / 4)}`;
    await database
      .transaction(async (tx) => {
        // Whoever comes to this customer waits for us, so that it is killed before the end.
        await sql`INSERT INTO revenue_customers (origin, external_key, country, source, created_at)
          VALUES ('large', ${middle}, '', '', now())`.execute(tx.sql);
        const { child, ended } = begin();
        const half = Math.floor(LINES / 2_000) * 1_000;
        await eventually(async () => (await linesDone()) >= half, PATIENCE_MS);
        child.kill('SIGKILL');
        await ended;
        throw new Error('nothing of ours is kept');
      })
      .catch((error: Error) => expect(error.message).toBe('nothing of ours is kept'));
    const before = await stretches();
    expect(before).toBeGreaterThan(0);
    expect(before).toBeLessThan(TAKEN);
    const said = await begin().ended;
    expect(said).toContain(`${TAKEN} taken, ${KNOWN} known before, ${REFUSED} refused`);
    expect(peakMegabytes(said)).toBeLessThan(MOST_MEGABYTES);
    expect(await stretches()).toBe(TAKEN);
    expect(
      await number('(SELECT count(*) FROM (SELECT DISTINCT line FROM revenue_history) l)'),
    ).toBe(TAKEN);
    const again = await begin().ended;
    expect(await stretches()).toBe(TAKEN);
    expect(again).toContain(`${TAKEN} taken, ${KNOWN} known before, ${REFUSED} refused`);
  },
  3 * PATIENCE_MS,
);
