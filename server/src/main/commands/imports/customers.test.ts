import { mkdtemp, rm, writeFile } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { sql } from 'kysely';
import { afterAll, beforeAll, beforeEach, expect, test } from 'vitest';
import { useTestDatabase } from '../../../../test/support/database.ts';
import { openDatabase, type PostgresDatabase } from '../../../adapters/postgres/index.ts';
import { runCli } from '../../cli.ts';

const created = useTestDatabase();
let database: PostgresDatabase;
let folder: string;

beforeAll(async () => {
  database = openDatabase({ url: created.url, schema: 'billing', applicationName: 'test' });
  folder = await mkdtemp(join(tmpdir(), 'customers-'));
});
afterAll(async () => {
  await database.close();
  await rm(folder, { recursive: true });
});
beforeEach(async () => {
  for (const table of ['revenue_pending', 'revenue_history', 'revenue_imports', 'input_imports']) {
    await sql`DELETE FROM ${sql.table(table)}`.execute(database.sql);
  }
  await sql`DELETE FROM revenue_customers`.execute(database.sql);
});

async function importing(kind: string, content: string | Buffer, ...more: string[]) {
  const path = join(folder, 'table.csv');
  await writeFile(path, content);
  const lines: string[] = [];
  const print = (line: string): void => void lines.push(line);
  const env = { DATABASE_URL: created.url, NODE_ENV: 'test' };
  const args = ['import', kind, path, '--origin', 'acme', ...more];
  const code = await runCli(args, { env, print, complain: print });
  return { code, lines, last: lines.at(-1) };
}

async function customers(): Promise<object[]> {
  const { rows } = await sql<object>`
    SELECT external_key AS key, name, email, country, source, signed_up_on AS since, attributes
    FROM revenue_customers ORDER BY external_key`.execute(database.sql);
  return rows;
}

const FILE = [
  'customer_id,name,Mail,country,source,signed_up_on,Industry',
  'c1,Ada Ltd.,ada@example.com,AT,partner,2024-01-15,Law',
  'c2,,,,,2024-02-30,Media',
  ',Nobody,,,,,',
  'c3,Cid,,DE,,,',
].join('\n');
const MAPPED = ['--map', 'email=Mail', '--attribute', 'industry=Industry'];

const ADA = {
  key: 'c1',
  name: 'Ada Ltd.',
  email: 'ada@example.com',
  country: 'AT',
  source: 'partner',
  since: '2024-01-15',
  attributes: { industry: 'Law' },
};
const CID = { key: 'c3', name: 'Cid', country: 'DE', email: '', source: '', since: null };

test('a table of customers is tried, taken, and known the next time, refused by line', async () => {
  const tried = await importing('customers', FILE, ...MAPPED, '--dry-run');
  expect(tried.lines).toEqual([
    'line 3: signed_up_on is not a day such as 2024-02-29',
    'line 4: customer_id is empty',
    '2 would be taken, 0 known before, 2 refused',
  ]);
  expect(await customers()).toEqual([]);
  expect((await importing('customers', FILE, ...MAPPED)).last).toBe(
    '2 taken, 0 known before, 2 refused',
  );
  expect(await customers()).toEqual([ADA, { ...CID, attributes: { industry: '' } }]);
  // The same content in another file.
  expect((await importing('customers', `${FILE}\n`, ...MAPPED)).last).toBe(
    '0 taken, 2 known before, 2 refused',
  );
});

test('what a file has no column for stays, and an empty cell empties', async () => {
  await importing('customers', FILE, ...MAPPED);
  const next = 'customer_id,source,attribute.seats\nc1,,9\nc3,,\n';
  expect((await importing('customers', next)).last).toBe('2 taken, 0 known before, 0 refused');
  expect(await customers()).toEqual([
    { ...ADA, source: '', attributes: { industry: 'Law', seats: '9' } },
    { ...CID, attributes: { industry: '', seats: '' } },
  ]);
});

test('their subscriptions leave what they do not tell, in a dry run too', async () => {
  await importing('customers', FILE, ...MAPPED);
  const header = 'customer_id,subscription_id,started_on,amount,country';
  const subscriptions = `${header}\nc1,s1,2024-01-15,19,\nc3,s3,2024-01-15,19,CH\n`;
  await importing('subscriptions', subscriptions);
  expect(await customers()).toMatchObject([ADA, { key: 'c3', name: 'Cid', country: 'CH' }]);
  // Said again with what is on record, it is known, whoever has said it first.
  const again = `${header}\nc1,s1,2024-01-15,19,AT\nc3,s3,2024-01-15,19,\n`;
  expect((await importing('subscriptions', again, '--dry-run')).last).toBe(
    '0 would be taken, 2 known before, 0 refused',
  );
  expect((await importing('subscriptions', again)).last).toBe('0 taken, 2 known before, 0 refused');
  await sql`DELETE FROM revenue_pending`.execute(database.sql);
  await importing('customers', 'customer_id,country\nc1,FR\nc9,FR\n');
  const { rows } = await sql`SELECT external_key FROM revenue_pending
    JOIN revenue_customers ON id = customer_id`.execute(database.sql);
  // Whoever has a history is folded anew, for the country it is now counted to.
  expect(rows).toEqual([{ external_key: 'c1' }]);
});

test('other encodings are read; columns, origins and attributes are as they can be', async () => {
  const latin = Buffer.from('customer_id;name\nc1;Bücher\n', 'latin1');
  expect((await importing('customers', latin)).code).toBe(1);
  expect((await importing('customers', latin, '--encoding', 'latin1')).code).toBe(0);
  expect(await customers()).toMatchObject([{ name: 'Bücher' }]);
  expect((await importing('customers', 'name\nAda\n')).lines).toEqual([
    'The file has no column "customer_id".',
  ]);
  const missing = await importing('customers', 'customer_id\nc1\n', '--attribute', 'hue=Colour');
  expect(missing.lines).toEqual(['The file has no column "Colour".']);
  const ours = await importing('customers', 'customer_id,origin\n7,accounts\n');
  expect(ours.lines[0]).toContain('line 2: origin is not a short name');
  const many = Array.from({ length: 21 }, (_, index) => `attribute.a${index}`);
  const crowded = `customer_id,${many.join(',')}\nc2${',x'.repeat(21)}\n`;
  expect((await importing('customers', crowded)).lines[0]).toBe(
    'line 2: attribute.a20 is none of up to 20 attributes',
  );
});
