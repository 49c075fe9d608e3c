import { mkdtemp, rm, writeFile } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { sql } from 'kysely';
import { afterAll, beforeAll, beforeEach, describe, expect, test } from 'vitest';
import { useTestDatabase } from '../../../../test/support/database.ts';
import { openDatabase, type PostgresDatabase } from '../../../adapters/postgres/index.ts';
import { runCli } from '../../cli.ts';

const created = useTestDatabase();
let database: PostgresDatabase;
let folder: string;

beforeAll(async () => {
  database = openDatabase({ url: created.url, schema: 'billing', applicationName: 'test' });
  folder = await mkdtemp(join(tmpdir(), 'inputs-'));
});
afterAll(async () => {
  await database.close();
  await rm(folder, { recursive: true });
});
beforeEach(async () => {
  for (const table of ['input_imports', 'marketing_spend', 'ai_prices', 'support_tickets']) {
    await sql`DELETE FROM ${sql.table(table)}`.execute(database.sql);
  }
});

async function importing(kind: string, content: string | Buffer, ...more: string[]) {
  const path = join(folder, 'table.csv');
  await writeFile(path, content);
  const lines: string[] = [];
  const print = (line: string): void => void lines.push(line);
  const env = { DATABASE_URL: created.url, NODE_ENV: 'test' };
  const code = await runCli(['import', kind, path, ...more], { env, print, complain: print });
  return { code, lines };
}

async function rows(of: string): Promise<string[]> {
  const query = sql<{ row: string }>`SELECT row FROM (SELECT ${sql.raw(of)}) AS found(row)`;
  const found = await query.execute(database.sql);
  return found.rows.map(({ row }) => row);
}

const SPEND = `concat_ws(' ', channel, starts_on, ends_on, amount_minor, currency)
  FROM marketing_spend WHERE superseded_at IS NULL ORDER BY channel, starts_on`;

describe('spend that is half wrong', () => {
  const content = [
    'channel,period,until,amount,currency',
    'search,2026-01,,1200.50,usd',
    'search,2026-01-15,,10,usd',
    'social,2026-02-30,,10,usd',
    'social,2026-13,,10,usd',
    'social,2026-02,2026-01-01,10,usd',
    ',2026-02,,ten,dollars',
    '"Fairs,\nand ""days"" out",2026-02-01,2026-02-04,90,eur',
  ].join('\n');

  test('is reported line by line, and what is right of it is taken', async () => {
    const { code, lines } = await importing('marketing-spend', content);
    expect(code).toBe(0);
    expect(lines).toEqual([
      'line 3: period overlaps what is told from 2026-01-01 until 2026-02-01',
      'line 4: period is not a day such as 2024-02-29',
      'line 5: period is not a month such as 2024-02',
      'line 6: until is not 1 to 366 days after the first',
      'line 7: currency is not a currency of three letters; channel is empty; ' +
        'amount is not an amount of at least 0 with at most 2 decimals',
      '2 taken, 0 known before, 5 refused',
    ]);
    expect(await rows(SPEND)).toEqual([
      'Fairs,\nand "days" out 2026-02-01 2026-02-04 9000 eur',
      'search 2026-01-01 2026-02-01 120050 usd',
    ]);
  });

  test('changes nothing on a dry run', async () => {
    const { lines } = await importing('marketing-spend', content, '--dry-run');
    expect(lines.at(-1)).toBe('2 would be taken, 0 known before, 5 refused');
    expect(
      await rows(`'kept' FROM marketing_spend UNION ALL SELECT 'kept' FROM input_imports`),
    ).toEqual([]);
  });

  test('twice is as good as once, and so are its lines in another file', async () => {
    await importing('marketing-spend', content);
    const before = await rows(`id::text FROM marketing_spend ORDER BY id`);
    await importing('marketing-spend', content);
    const { lines } = await importing('marketing-spend', `${content}\nsearch,2026-02,,5,usd`);
    expect(lines.at(-1)).toBe('1 taken, 2 known before, 5 refused');
    const after = await rows(`id::text FROM marketing_spend ORDER BY id`);
    expect(after.slice(0, -1)).toEqual(before);
  });

  test('that is told anew supersedes what was told, which stays on record', async () => {
    await importing('marketing-spend', 'channel,period,amount\nsearch,2026-01,100');
    await importing('marketing-spend', 'channel,period,amount\nsearch,2026-01,150');
    expect(await rows(SPEND)).toEqual(['search 2026-01-01 2026-02-01 15000 usd']);
    expect(await rows(`count(*)::text FROM marketing_spend`)).toEqual(['2']);
  });
});

test('a file without needed columns is refused whole, and one without lines is not', async () => {
  const missing = await importing('ai-prices', 'model,price\ngpt,3');
  expect(missing.code).toBe(1);
  expect(missing.lines).toEqual(['The file has no column "starts_on".']);
  const empty = await importing('ai-prices', 'model,starts_on\n');
  expect(empty.lines).toEqual(['0 taken, 0 known before, 0 refused']);
});

test('other encodings, marks and delimiters are read', async () => {
  const text = 'channel;period;amount\r\nBücher;2026-01;7\r\n';
  const forms: [Buffer, string[]][] = [
    [Buffer.from(text, 'latin1'), ['--encoding', 'latin1']],
    [Buffer.from(`\ufeff${text}`, 'utf16le'), []],
    [Buffer.from(`\ufeff${text}`), []],
  ];
  for (const [content, options] of forms) {
    await importing('marketing-spend', content, ...options);
    expect(await rows(SPEND)).toEqual(['Bücher 2026-01-01 2026-02-01 700 usd']);
  }
  const latin = await importing('marketing-spend', Buffer.from(text.replace('7', '8'), 'latin1'));
  expect(latin.lines.join()).toContain('The file is not utf-8');
});

test("another system's columns are mapped, and its ways to write instants are read", async () => {
  const content = [
    'ticket_id,account_id,submitted_at,closed_at,first_response_time_minutes,satisfaction_score',
    'T-1,A-1,2023-07-27,2023-07-28 3:00,74,',
    'T-2,A-2,2023-07-27T10:00:00+02:00,,0,4.0',
    'T-3,A-2,2023-07-27,2023-07-26,5,6',
  ].join('\n');
  const mapped = {
    user_id: 'account_id',
    opened_at: 'submitted_at',
    first_response_minutes: 'first_response_time_minutes',
    satisfaction: 'satisfaction_score',
  };
  const options = Object.entries(mapped).flatMap(([field, name]) => ['--map', `${field}=${name}`]);
  const { lines } = await importing('support-tickets', content, ...options);
  expect(lines).toEqual([
    'line 4: closed_at is before opened_at; satisfaction is not a whole number from 1 to 5',
    '2 taken, 0 known before, 1 refused',
  ]);
  const at = (column: string) => `to_char(${column} AT TIME ZONE 'UTC', 'DD HH24:MI')`;
  const columns = `user_key, ${at('opened_at')}, ${at('first_response_at')}, ${at('closed_at')}`;
  expect(
    await rows(`concat_ws(' | ', ${columns}, satisfaction) FROM support_tickets ORDER BY 1`),
  ).toEqual(['A-1 | 27 00:00 | 27 01:14 | 28 03:00', 'A-2 | 27 08:00 | 27 08:00 | 4']);
});

test('a file whose import was killed goes on where it was left', async () => {
  const lines = Array.from({ length: 2_500 }, (_, index) => `c${index},2026-01,1.00`);
  const content = ['channel,period,amount', ...lines].join('\n');
  await importing('marketing-spend', content);
  // As a killed import leaves it: two of three batches are in.
  await sql`UPDATE input_imports SET lines_done = 2001, taken = 2000, finished_at = NULL`.execute(
    database.sql,
  );
  await sql`DELETE FROM marketing_spend WHERE substr(channel, 2)::integer >= 2000`.execute(
    database.sql,
  );
  const resumed = await importing('marketing-spend', content);
  expect(resumed.lines.at(-1)).toBe('2500 taken, 0 known before, 0 refused');
  expect(await rows('count(*)::text FROM marketing_spend')).toEqual(['2500']);
});

test('what was imported is in the audit trail with who did it and why', async () => {
  await importing(
    'ai-prices',
    'model,starts_on,per_unit\nwhisper,2026-01-01,0.006',
    '--reason',
    'list prices',
  );
  const entry = `concat_ws(' ', actor_kind, subject_id, reason, after ->> 'taken')
    FROM audit_entries WHERE action = 'input.told' ORDER BY id DESC LIMIT 1`;
  expect(await rows(entry)).toEqual(['cli ai-prices list prices 1']);
});
