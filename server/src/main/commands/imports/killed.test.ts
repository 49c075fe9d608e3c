import { spawn } from 'node:child_process';
import { once } from 'node:events';
import { mkdtemp, rm, writeFile } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { fileURLToPath } from 'node:url';
import { sql } from 'kysely';
import { afterAll, beforeAll, expect, test } from 'vitest';
import { useTestDatabase } from '../../../../test/support/database.ts';
import { eventually } from '../../../../test/support/eventually.ts';
import { openDatabase, type PostgresDatabase } from '../../../adapters/postgres/index.ts';
import type { Tx } from '../../../platform/database.ts';
import { runCli } from '../../cli.ts';

const CLI_PATH = fileURLToPath(new URL('../../cli.ts', import.meta.url));
const LINES = 6_000;

const created = useTestDatabase();
let database: PostgresDatabase;
let folder: string;

beforeAll(async () => {
  database = openDatabase({ url: created.url, schema: 'billing', applicationName: 'test' });
  folder = await mkdtemp(join(tmpdir(), 'killed-'));
});
afterAll(async () => {
  await database.close();
  await rm(folder, { recursive: true });
});

async function linesDone(): Promise<number> {
  const { rows } = await sql<{ done: number }>`
    SELECT COALESCE(max(lines_done), 0) AS done FROM input_imports`.execute(database.sql);
  return rows[0]!.done;
}

async function insertTicket(tx: Tx, key: string): Promise<void> {
  await sql`INSERT INTO support_tickets (origin, ticket_key, user_key, plan, priority, opened_at,
    recorded_at) VALUES ('import', ${key}, '', '', '', now(), now())`.execute(tx.sql);
}

test('an import that is killed in the middle is finished by the next, each line once', async () => {
  const path = join(folder, 'tickets.csv');
  // Every tenth line says again what the line before it said, and every hundredth is wrong.
  const lines = Array.from({ length: LINES }, (_, index) => {
    const ticket = index % 10 === 9 ? index - 1 : index;
    return `T${ticket},${index % 100 === 50 ? 'never' : '2026-01-31'}`;
  });
  await writeFile(path, ['ticket_id,opened_at', ...lines].join('\n'));
  const env = { DATABASE_URL: created.url, NODE_ENV: 'test' };
  const parameters = [
    '--conditions=@whisperforge/source',
    CLI_PATH,
    'import',
    'support-tickets',
    path,
  ];
  await database
    .transaction(async (tx) => {
      // Whoever comes to this ticket waits for us, so that it is killed before the end.
      await insertTicket(tx, 'T3500');
      const killed = spawn(process.execPath, parameters, {
        env: { ...process.env, ...env },
        stdio: 'ignore',
      });
      const ended = once(killed, 'exit');
      await eventually(async () => (await linesDone()) > 3_000);
      killed.kill('SIGKILL');
      await ended;
      throw new Error('nothing of ours is kept');
    })
    .catch(() => undefined);
  expect(await linesDone()).toBe(3_001);

  const printed: string[] = [];
  const print = (line: string): void => void printed.push(line);
  await runCli(['import', 'support-tickets', path], { env, print, complain: print });
  expect(printed.at(-1)).toBe('5340 taken, 600 known before, 60 refused');
  const { rows } = await sql<{ tickets: string }>`
    SELECT count(*)::text AS tickets FROM support_tickets`.execute(database.sql);
  expect(rows[0]!.tickets).toBe('5340');
});
