import { describe, expect, test } from 'vitest';
import { readModules } from '../modules.ts';
import { checkOwnership, readTables } from './ownership.ts';
import type { Ownership } from './ownership.ts';
import { checkPlacement } from './placement.ts';
import { looksLikeSql } from './statements.ts';
import { tablesInText } from './tables-in-text.ts';

const plans = 'server/src/domains/plans';

function misplaced(path: string, text: string): string[] {
  const modules = readModules(new Map([[path, text]]));
  return checkPlacement(modules).map(({ rule, line }) => `${rule}:${line}`);
}

describe('SQL lies in stores', () => {
  const forms = [
    'const q = sql`true`;',
    'const q = sql<number>`1`;',
    "const q = sql.raw('true');",
    "const q = tx.sql.selectFrom('users').selectAll();",
    "const q = db.insertInto('users').values({});",
    "const q = db.updateTable('users');",
    "const q = db.deleteFrom('users');",
    'const q = db.selectFrom(table);',
    "client.query('select 1');",
    "client.query('SELECT id FROM users');",
    'client.query(`insert into users (id) values ($1)`);',
    'client.query(`update ${table} set a = 1`);',
    "client.query('delete from users');",
    "const text = 'with due as (select 1) delete from users';",
    "const text = 'listen changes';",
    "const text = 'select pg_advisory_lock(1)';",
    "const text = 'create table x (a int)';",
  ];

  test.each(forms)('%s is refused outside a store and accepted inside one', (text) => {
    expect(misplaced(`${plans}/service.ts`, text)).toEqual(['sql-outside-store:1']);
    expect(misplaced('server/src/http/a.ts', text)).toEqual(['sql-outside-store:1']);
    expect(misplaced('server/src/platform/a.ts', text)).toEqual(['sql-outside-store:1']);
    expect(misplaced(`${plans}/store.ts`, text)).toEqual([]);
    expect(misplaced(`${plans}/store-prices.ts`, text)).toEqual([]);
    expect(misplaced('server/src/adapters/postgres/pool.ts', text)).toEqual([]);
    expect(misplaced('server/src/jobs/worker.ts', text)).toEqual([]);
    expect(misplaced(`${plans}/service.test.ts`, text)).toEqual([]);
    expect(misplaced('server/test/support/a.ts', text)).toEqual([]);
    expect(misplaced('tools/generate/a.ts', text)).toEqual([]);
    expect(misplaced('bench/a.ts', text)).toEqual([]);
  });

  test.each([
    "// select * from users\nconst a = 'text';",
    "const a = 'Select a plan to go on';",
    "const a = 'The customer may update the card';",
    "const a = Array.from('users');",
    "const a = { select: 'from' };",
    "const a = 'commit';",
    "import { sql } from './sql.ts';",
    "request.query('plan');",
  ])('prose and other code is let through: %s', (text) => {
    expect(misplaced(`${plans}/service.ts`, text)).toEqual([]);
  });

  test('a store file outside the domains is no store', () => {
    expect(misplaced('server/src/http/store.ts', 'sql`true`')).toEqual(['sql-outside-store:1']);
    expect(looksLikeSql('values ($1, $2)')).toBe(true);
  });
});

const known = new Set(['users', 'accounts', 'plans', 'balances']);

describe('tables in text', () => {
  test.each<[string, string]>([
    ['select * from users', 'read users'],
    ['select * from "billing"."users" u', 'read users'],
    ['select 1 from $0.users', 'read users'],
    ['select 1 from users, accounts as a, only plans', 'read users, read accounts, read plans'],
    ['select 1 from users u join accounts a on true', 'read users, read accounts'],
    ['select 1 from f(1) x, lateral (select 1 from plans) y', 'read plans'],
    ['select * from unnest($1::int[]) with ordinality a(b, c), users', 'read users'],
    ['insert into users (a) select a from plans', 'write users, read plans'],
    ['update only accounts set a = 1 from balances', 'write accounts, read balances'],
    ['delete from users using accounts where true', 'write users, read accounts'],
    ['merge into balances b using plans p on true', 'write balances, read plans'],
    ['truncate table users', 'write users'],
    ['lock table accounts in share mode', 'write accounts'],
    ['select 1 from users for update', 'read users'],
    ['select users from plans', 'read plans'],
    ['with users_due as (select 1) select * from users_due', ''],
    ['select 1 -- from users', ''],
    ['select 1 /* from users */ from plans', 'read plans'],
    ['insert into plans values (1) on conflict do update set a = 1', 'write plans'],
    ['select extract(day from users.created_at) from plans', 'read plans'],
    [
      'select 1 from (users u join accounts a on u.id = a.id), plans',
      'read users, read accounts, read plans',
    ],
    [
      'select 1 from users u join accounts a on u.id = a.id, plans where 1 in (1, 2)',
      'read users, read accounts, read plans',
    ],
    ['select a, b from users group by plans, accounts', 'read users'],
    ['select 1 where a is distinct from users', ''],
    ["select 'from users' from plans", 'read plans'],
    ['select 1 from users join plans using (id)', 'read users, read plans'],
    [
      'merge into users using plans on true when matched then update set a = 1',
      'write users, read plans',
    ],
    ['join accounts on true', 'read accounts'],
    ['insert into users (plans, accounts) values (1)', 'write users'],
    [
      'update users set a = (select 1 from plans), b = 2 from accounts',
      'write users, read plans, read accounts',
    ],
  ])('%s', (text, expected) => {
    const found = tablesInText(text, known).map(({ use, table }) => `${use} ${table}`);
    expect(found.join(', ')).toBe(expected);
  });
});

describe('table ownership', () => {
  const schema = 'CREATE TABLE plans (\n);\nCREATE TABLE accounts (\n);\nCREATE VIEW users AS\n';
  const owners = { platform: [], plans: ['plans'], accounts: ['accounts', 'users'] };
  const strict: Ownership = {
    owners,
    exceptions: [],
    readersOfAll: ['analytics'],
    noticeBoards: [],
  };

  function owned(path: string, text: string, ownership = strict, dump = schema): string[] {
    const tree = new Map([
      ['server/schema.sql', dump],
      ['docs/decisions/0003-one-statement.md', '# One statement'],
      [path, text],
    ]);
    const findings = checkOwnership(tree, readModules(tree), ownership);
    return findings.map(({ rule, line }) => `${rule}:${line}`);
  }

  test.each([
    'const q = sql`select 1\n  from accounts`;',
    "const q = tx.sql\n  .selectFrom('accounts as a');",
    "const q = tx.sql.selectFrom('plans')\n.innerJoin('users', 'a', 'b');",
    "const q = tx.sql\n.selectFrom(['plans', 'users as u']);",
    'const text = `with x as (values (1))\n  update accounts set a = 1`;',
    "const part =\n  'join accounts on true';",
    "const q = sql`select ${1}\n  from ${sql.table('plans')}, billing.users`;",
  ])('a store does not name a table of another domain: %s', (text) => {
    expect(owned(`${plans}/store.ts`, text)).toContainEqual(expect.stringMatching(/^table-owner/));
    expect(
      owned('server/src/domains/accounts/store.ts', text.replaceAll('plans', 'users')),
    ).toEqual([]);
  });

  test('the line of the table is named, not only that of the statement', () => {
    const text = 'const a = 1;\nconst q = sql`\n  select 1\n  from accounts`;';
    expect(owned(`${plans}/store.ts`, text)).toEqual(['table-ownership:4']);
  });

  test('what is no domain owns no table of one', () => {
    const text = "const q = 'delete from accounts';";
    expect(owned('server/src/jobs/worker.ts', text)).toEqual(['table-ownership:1']);
    expect(owned('server/src/adapters/postgres/pool.ts', text)).toEqual(['table-ownership:1']);
  });

  test('analytics reads everything and writes only its own', () => {
    const store = 'server/src/domains/analytics/store.ts';
    expect(owned(store, "const q = 'select 1 from accounts';")).toEqual([]);
    expect(owned(store, "const q = 'delete from accounts';")).toEqual(['table-ownership:1']);
    expect(owned(store, "tx.insertInto('accounts');")).toEqual(['table-ownership:1']);
  });

  test('an exception holds for its domain, its tables and its use', () => {
    const allow = (use: 'read' | 'write'): Ownership => ({
      ...strict,
      exceptions: [
        {
          domain: 'usage',
          tables: ['accounts'],
          use,
          decision: 'docs/decisions/0003-one-statement.md',
        },
      ],
    });
    const usage = 'server/src/domains/usage/store.ts';
    const read = "const q = 'select 1 from accounts';";
    const write = "const q = 'select 1 from accounts'; const r = 'update accounts set a = 1';";
    expect(owned(usage, read, allow('read'))).toEqual([]);
    expect(owned(usage, write, allow('read'))).toEqual(['table-ownership:1']);
    expect(owned(usage, write, allow('write'))).toEqual([]);
    expect(owned(`${plans}/store.ts`, read, allow('read'))).toEqual([
      'table-ownership:1',
      'stale-exception:1',
    ]);
  });

  test('an exception without its decision record or without use is a finding', () => {
    const exception = { domain: 'usage', tables: ['accounts'], use: 'read' } as const;
    const gone = { ...strict, exceptions: [{ ...exception, decision: 'docs/decisions/9.md' }] };
    expect(owned('server/src/domains/usage/store.ts', '', gone)).toEqual([
      'exception-decision:1',
      'stale-exception:1',
    ]);
  });

  test('a function of the database stays with one domain, and so do its triggers', () => {
    const withFunction = (body: string, table: string): string =>
      `${schema}CREATE FUNCTION f()\n RETURNS trigger\nAS $function$\n${body}\n$function$;\n` +
      `CREATE TRIGGER t AFTER INSERT ON ${table} FOR EACH ROW EXECUTE FUNCTION f();\n`;
    const faults = (body: string, table: string): string[] =>
      owned(`${plans}/a.ts`, '', strict, withFunction(body, table));
    expect(faults('UPDATE plans SET a = 1;', 'plans')).toEqual([]);
    expect(faults('UPDATE accounts SET a = 1;', 'users')).toEqual([]);
    expect(faults("RAISE EXCEPTION 'never';", 'plans')).toEqual([]);
    expect(faults('UPDATE accounts SET a = 1;', 'plans')).toEqual(['table-ownership:6']);
    const both = 'UPDATE plans SET a = 1 FROM accounts;';
    expect(faults(both, 'plans')).toEqual(['table-ownership:6']);
  });

  test('a function that only notes what has changed may be called by tables of all', () => {
    const text = (body: string): string =>
      `${schema}CREATE FUNCTION f()\n RETURNS trigger\nAS $function$\n${body}\n$function$;\n` +
      'CREATE TRIGGER t AFTER INSERT ON plans FOR EACH ROW EXECUTE FUNCTION f();\n';
    const noting = { ...strict, noticeBoards: ['accounts'] };
    const faults = (body: string): string[] => owned(`${plans}/a.ts`, '', noting, text(body));
    expect(faults('INSERT INTO accounts VALUES (1);')).toEqual([]);
    const more = 'INSERT INTO accounts SELECT id FROM users;';
    expect(faults(more)).toEqual(['table-ownership:6']);
  });

  test('the map and the schema name the same tables, and an unread schema is a failure', () => {
    const more = `${schema}CREATE TABLE invoices (\n);\n`;
    expect(owned(`${plans}/a.ts`, '', strict, more)).toEqual(['table-owner:1']);
    const extra = { ...strict, owners: { ...owners, plans: ['plans', 'prices'] } };
    expect(owned(`${plans}/a.ts`, '', extra)).toEqual(['table-owner:1']);
    expect(owned(`${plans}/a.ts`, '', strict, '')).toContain('read-nothing:1');
    expect([...readTables(more)]).toEqual(['plans', 'accounts', 'users', 'invoices']);
  });
});
