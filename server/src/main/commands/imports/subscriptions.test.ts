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
  folder = await mkdtemp(join(tmpdir(), 'histories-'));
});
afterAll(async () => {
  await database.close();
  await rm(folder, { recursive: true });
});
beforeEach(async () => {
  for (const table of ['pending', 'history', 'imports', 'customers']) {
    await sql`DELETE FROM ${sql.table(`revenue_${table}`)}`.execute(database.sql);
  }
});

const HEADER = 'customer_id,subscription_id,plan,started_on,ended_on,amount';

async function importing(content: string | Buffer, ...more: string[]) {
  const path = join(folder, 'history.csv');
  await writeFile(path, content);
  const lines: string[] = [];
  const print = (line: string): void => void lines.push(line);
  const env = { DATABASE_URL: created.url, NODE_ENV: 'test' };
  const args = ['import', 'subscriptions', path, '--origin', 'acme', ...more];
  const code = await runCli(args, { env, print, complain: print });
  return { code, lines };
}

async function stretches() {
  const { rows } = await sql<{ key: string; starts_on: string; ends_on: string | null }>`
    SELECT subscription_key AS key, starts_on, ends_on FROM revenue_history
    ORDER BY 1, 2`.execute(database.sql);
  return rows.map((row) => `${row.key} ${row.starts_on} ${row.ends_on ?? 'on'}`);
}

describe('a file that is half wrong', () => {
  const content = [
    HEADER,
    'c1,s1,pro,2024-01-01,2024-03-01,19.00',
    'c1,s1,pro,2024-02-01,,19.00',
    'c2,s2,pro,2024-02-30,,19.00',
    'c3,s3,pro,2024-05-01,,nineteen',
    'c4,s4,"Pro, ""big""",2024-05-01,,19.00',
  ].join('\n');

  test('is reported line by line, and what is right of it is taken', async () => {
    const { code, lines } = await importing(content);
    expect(code).toBe(0);
    expect(lines).toEqual([
      'line 3: started_on overlaps the stretch from 2024-01-01 until 2024-03-01 of this ' +
        'subscription',
      'line 4: started_on is not a day such as 2024-02-29',
      'line 5: amount is not an amount of at least 0 with at most 2 decimals',
      '2 taken, 0 known before, 3 refused',
    ]);
    expect(await stretches()).toEqual(['s1 2024-01-01 2024-03-01', 's4 2024-05-01 on']);
  });

  test('changes nothing on a dry run, which says what would be', async () => {
    const { lines } = await importing(content, '--dry-run');
    expect(lines.at(-1)).toBe('2 would be taken, 0 known before, 3 refused');
    const { rows } = await sql`SELECT FROM revenue_customers UNION ALL
      SELECT FROM revenue_imports UNION ALL SELECT FROM revenue_pending`.execute(database.sql);
    expect(rows).toHaveLength(0);
  });

  test('shows as many refused lines as are asked for', async () => {
    const { lines } = await importing(content, '--refusals', '1');
    expect(lines).toHaveLength(3);
    expect(lines[1]).toBe('... and 2 refused lines more');
  });
});

describe('a file that cannot be read', () => {
  test('is refused whole, with the reason', async () => {
    const latin = Buffer.from(`${HEADER}\nc1,s1,pr\xf6,2024-01-01,,19\n`, 'latin1');
    const cases: [string | Buffer, string][] = [
      ['customer_id,plan\nc1,pro\n', 'The file has no column "subscription_id", "started_on"'],
      ['', 'The file is empty.'],
      [latin, 'The file is not utf-8'],
      [`${HEADER}\n"c1,s1`, 'The file is not CSV'],
    ];
    for (const [content, message] of cases) {
      const { code, lines } = await importing(content);
      expect(code).toBe(1);
      expect(lines.join('\n')).toContain(message);
      expect(await stretches()).toEqual([]);
    }
  });

  test('is refused by a name that is taken, an encoding or a field that there is not', async () => {
    const content = `${HEADER}\nc1,s1,pro,2024-01-01,,19\n`;
    expect((await importing(content, '--origin', 'accounts')).code).toBe(1);
    expect((await importing(content, '--encoding', 'klingon')).code).toBe(1);
    expect((await importing(content, '--map', 'colour=hue')).code).toBe(2);
  });
});

test('what else a file tells of customers is kept, and the next file adds to it', async () => {
  const header = `${HEADER},Industry,seats`;
  const industry = ['--attribute', 'industry=Industry'];
  const first = `${header}\nc1,s1,pro,2024-01-01,,19,SaaS,9\nc2,s2,pro,2024-01-01,,19,,4\n`;
  expect((await importing(first, ...industry)).lines).toEqual([
    '2 taken, 0 known before, 0 refused',
  ]);
  const again = ['--attribute', 'seats', '--dry-run'];
  expect((await importing(first, ...again)).lines).toEqual([
    '2 would be taken, 0 known before, 0 refused',
  ]);
  await importing(first, '--attribute', 'seats');
  expect((await importing(`${first}\n`)).lines).toEqual(['0 taken, 2 known before, 0 refused']);
  const { rows } = await sql`SELECT external_key, attributes FROM revenue_customers
    ORDER BY external_key`.execute(database.sql);
  expect(rows).toEqual([
    { external_key: 'c1', attributes: { industry: 'SaaS', seats: '9' } },
    { external_key: 'c2', attributes: { industry: '', seats: '4' } },
  ]);
  expect((await importing(first, '--attribute', 'hue=Colour')).lines[0]).toContain('"Colour"');
  expect((await importing(first, '--attribute', '=seats')).code).toBe(2);
});

test('other encodings, marks, delimiters and line ends are read', async () => {
  const text = `${HEADER}\r\nc1,s1,prö,2024-01-01,,19\r\n`;
  const forms: [Buffer, string[]][] = [
    [Buffer.from(text, 'latin1'), ['--encoding', 'latin1']],
    [Buffer.from(`\ufeff${text}`, 'utf16le'), []],
    [Buffer.from(`\ufeff${text}`), []],
    [Buffer.from(text.replaceAll(',', ';')), []],
  ];
  for (const [content, options] of forms) {
    expect((await importing(content, ...options)).lines.at(-1)).toContain('0 refused');
    const { rows } = await sql`SELECT plan FROM revenue_history`.execute(database.sql);
    expect(rows).toEqual([{ plan: 'prö' }]);
  }
});

test('a file that was begun goes on where it was left', async () => {
  const lines = Array.from(
    { length: 2_500 },
    (_, index) => `c${index},s${index},pro,2024-01-01,,19.00`,
  );
  const content = [HEADER, ...lines].join('\n');
  await importing(content);
  // As a killed import leaves it: two of three batches are in.
  await sql`UPDATE revenue_imports SET lines_done = 2001, taken = 2000, finished_at = NULL`.execute(
    database.sql,
  );
  await sql`DELETE FROM revenue_history WHERE line > 2001`.execute(database.sql);
  expect((await importing(content)).lines.at(-1)).toBe('2500 taken, 0 known before, 0 refused');
  expect(await stretches()).toHaveLength(2_500);
  expect((await importing(content)).lines.at(-1)).toBe('2500 taken, 0 known before, 0 refused');
  expect(await stretches()).toHaveLength(2_500);
});
