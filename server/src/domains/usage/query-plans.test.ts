import pg from 'pg';
import { afterAll, beforeAll, describe, expect, test } from 'vitest';
import { createProcess, type Process } from '../../../test/simulation/process.ts';
import type { Database, PreparedStatement } from '../../platform/database.ts';
import { committed, reserved, tracked, useProcesses } from './processes.fixture.ts';
import { useTestDatabase } from '../../../test/support/database.ts';
import { createLookup } from './lookup.ts';

const processes = useProcesses();
const statements = new Map<string, PreparedStatement>();

/** Notes every prepared statement that goes by. */
function listening(database: Database): Database {
  return {
    sql: database.sql,
    transaction: (work) => database.transaction(work),
    execute(statement, values) {
      statements.set(statement.name, statement);
      return database.execute(statement, values);
    },
  };
}

/** Does one of everything, so that every statement goes by. */
async function doAll(process: Process): Promise<void> {
  const { usage } = process;
  const person = await processes.person();
  const { user, accountId } = person;
  await usage.track(tracked(process, person, { key: 'first' }));
  await usage.track(tracked(process, person, { key: 'first' }));
  await usage.track(tracked(process, person, { event: 'speech', key: 'second' }));
  await usage.track(tracked(process, person));
  await usage.track(tracked(process, person, { occurredMs: processes.clock.nowMs() - 1e9 }));
  const holds = [reserved(person), reserved(person, { key: 'hold' }), reserved(person)];
  for (const hold of holds) await usage.reserve(hold);
  await usage.commit(committed(person, holds[0]!, 2));
  const { reservationId } = committed(person, holds[1]!, 0);
  await usage.extend({ kind: 'extend', accountId, reservationId, ttlMs: 1e6 });
  await usage.release({ kind: 'release', accountId, reservationId });
  await usage.setLevel({ kind: 'set_level', user, feature: 'files', amount: 1n });
  await usage.refresh({ kind: 'refresh', user, features: ['pages'], withAccess: true });
  const { catalog, database } = process;
  const lookup = createLookup({
    database,
    clock: processes.clock,
    catalog,
    refresh: (wanted) => usage.refresh(wanted),
  });
  await lookup.lookup(user, 'minutes');
}

interface PlanNode {
  readonly 'Node Type': string;
  readonly 'Relation Name'?: string;
  readonly 'Index Cond'?: string;
  readonly 'Filter'?: string;
  readonly 'Plans'?: readonly PlanNode[];
}

function nodesOf(node: PlanNode): PlanNode[] {
  return [node, ...(node.Plans ?? []).flatMap(nodesOf)];
}

/** One row that is never more: there is no index to find it by. */
const ONE_ROW = new Set(['catalog']);

/** One row for a key, whose version is looked at where it is found. */
const ONE_ROW_A_KEY = new Set(['account_access', 'accounts']);

/** What reads a table in another way than through the key of an index. */
function strays(node: PlanNode): boolean {
  const table = node['Relation Name'];
  const type = node['Node Type'];
  if (table === undefined || type === 'ModifyTable' || ONE_ROW.has(table)) return false;
  // Rows that were found by a key before are updated where they lie.
  if (type === 'Tid Scan') return false;
  // A row that is found by its key is compared with nothing but the revision that was read.
  const isFiltered =
    node.Filter !== undefined &&
    !/^\((?:\w+\.)?revision = /.test(node.Filter) &&
    !ONE_ROW_A_KEY.has(table);
  return !type.startsWith('Index') || node['Index Cond'] === undefined || isFiltered;
}

async function planOf(statement: PreparedStatement): Promise<string[]> {
  const { rows } = await client.query<{ 'QUERY PLAN': readonly { Plan: PlanNode }[] }>(
    `EXPLAIN (GENERIC_PLAN, FORMAT JSON) ${statement.text}`,
  );
  return nodesOf(rows[0]!['QUERY PLAN'][0]!.Plan)
    .filter(strays)
    .map((node) => `${node['Node Type']} of ${node['Relation Name']}`);
}

/** A session with the settings that the hot path's connections have. */
async function hotSession(url: string): Promise<pg.Client> {
  const rows = await processes.database.execute(
    {
      name: 'hot_settings',
      text: `SELECT name, setting FROM pg_settings WHERE source = 'client'
        AND (name LIKE 'enable%' OR name IN ('plan_cache_mode', 'jit', 'search_path'))`,
    },
    [],
  );
  const client = new pg.Client({ connectionString: url });
  await client.connect();
  for (const [name, setting] of rows) {
    await client.query('SELECT set_config($1, $2, false)', [name, setting]);
  }
  return client;
}

const MANY = `
  SET search_path = billing;
  INSERT INTO accounts (currency, quota_anchor, created_at)
    SELECT 'usd', '2027-01-01Z', '2027-01-01Z' FROM generate_series(1, 20000);
  INSERT INTO users (external_id, account_id, email, signed_up_at, created_at, updated_at)
    SELECT 'many-' || id, id, 'somebody@example.com', created_at, created_at, created_at
    FROM accounts;
  INSERT INTO balances
    SELECT id, feature, start, start + interval '1 month', 0, 0, 60, 0, 0, 0, 0, 1, 1,
      start, start, 1
    FROM accounts, unnest(ARRAY['minutes', 'tokens']) feature,
      unnest(ARRAY['2026-11-01Z', '2026-12-01Z']::timestamptz[]) start;
  INSERT INTO usage_keys SELECT id, 'key', 'fingerprint', created_at, false, null FROM accounts;
  INSERT INTO usage_keys SELECT 1, 'key ' || number, 'fingerprint', '2027-01-01Z', false, null
    FROM generate_series(1, 20000) number;
  INSERT INTO reservations (account_id, id, user_id, feature, period_start, amount, status,
      created_at, expires_at)
    SELECT id, 'rsv_' || id, id, 'minutes', created_at, 1, 'held', created_at, created_at
    FROM accounts;
  INSERT INTO account_access SELECT id, 1, null, null, 1, 1, created_at, null FROM accounts;
  INSERT INTO pack_burns SELECT id, id, created_at, 1 FROM accounts;
  ANALYZE`;

const created = useTestDatabase();
let client: pg.Client;

beforeAll(async () => {
  const { database, clock, one } = processes;
  await doAll(createProcess(listening(database), clock, one));
  client = await hotSession(created.url);
});

afterAll(() => client.end());

async function expectKeys(): Promise<void> {
  expect(statements.size).toBeGreaterThan(12);
  for (const statement of statements.values()) {
    expect([statement.name, await planOf(statement)]).toEqual([statement.name, []]);
  }
}

describe('every statement of the hot path finds its rows by a key', () => {
  test('while the tables are empty', expectKeys);

  test('when they hold many rows, and one account many of them', async () => {
    await client.query(MANY);
    await expectKeys();
  });
});
