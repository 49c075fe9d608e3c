import { systemClock } from '@whisperforge/kernel/clock';
import { openDatabase, type PostgresDatabase } from '../../server/src/adapters/postgres/index.ts';
import { createRevenueLedger, createUsageFold } from '../../server/src/domains/analytics/index.ts';
import { SCHEMA } from '../database.ts';
import { connect } from './seed/run-steps.ts';

/** What of the product is tried, on a database of the benchmark's. */
export interface Parts {
  readonly database: PostgresDatabase;
  readonly ledger: ReturnType<typeof createRevenueLedger>;
  readonly usage: ReturnType<typeof createUsageFold>;
}

export function openParts(databaseUrl: string): Parts {
  const database = openDatabase({ url: databaseUrl, schema: SCHEMA, applicationName: 'bench' });
  const shared = { database, clock: systemClock };
  return {
    database,
    ledger: createRevenueLedger(shared),
    usage: createUsageFold({ ...shared, timeZone: 'UTC' }),
  };
}

type Tell = (line: string) => void;

const CUSTOMERS_TOLD_AT = 10_000;
const EVENTS_TOLD_AT = 2_500_000;

/** The book of all customers from nothing; answers in how many seconds. */
export async function rebuildLedger({ ledger }: Parts, tell: Tell): Promise<number> {
  const { signal } = new AbortController();
  return secondsOf(async () => {
    await ledger.begin({ profile: 'stripe', timeZone: 'UTC' });
    await workOff(() => ledger.work(signal), { tell, toldAt: CUSTOMERS_TOLD_AT, of: 'customers' });
  });
}

const NOTED_AT_ONCE = 10_000;
const MOST_FAILURES = 20;

/** Which plans accounts had, while there is no use yet that would be counted to them. */
export async function derivePlans(databaseUrl: string, { usage }: Parts, tell: Tell) {
  const client = await connect(databaseUrl);
  const { rows } = await client.query<{ n: number }>('SELECT DISTINCT n::int FROM bench_stays');
  await client.end();
  const accounts = rows.map(({ n }) => n);
  return secondsOf(async () => {
    for (let from = 0; from < accounts.length; from += NOTED_AT_ONCE) {
      await usage.note(accounts.slice(from, from + NOTED_AT_ONCE));
    }
    await workOff(() => usage.work(), { tell, toldAt: CUSTOMERS_TOLD_AT, of: 'plans' });
  });
}

/** All use from nothing, as after the release that began to add it up. */
export async function rebuildUsage(databaseUrl: string, { usage }: Parts, tell: Tell) {
  const client = await connect(databaseUrl);
  await client.query('DELETE FROM usage_folds');
  await client.query('ANALYZE');
  await client.end();
  return secondsOf(async () => {
    await workOff(() => usage.work(), { tell, toldAt: EVENTS_TOLD_AT, of: 'events' });
  });
}

async function workOff(
  work: () => Promise<number>,
  { tell, toldAt, of }: { readonly tell: Tell; readonly toldAt: number; readonly of: string },
): Promise<void> {
  let done = 0;
  let next = toldAt;
  let failures = 0;
  for (let some = 1; some > 0;) {
    try {
      some = await work();
    } catch (cause) {
      // A step that was too large is tried again smaller, as the worker does.
      failures += 1;
      if (failures > MOST_FAILURES) throw cause;
      continue;
    }
    done += some;
    if (done < next) continue;
    tell(`${done} ${of} added up …`);
    while (next <= done) next += toldAt;
  }
}

/** As Postgres does by itself after a while; events may wait, which nothing reads any more. */
export async function vacuum(databaseUrl: string): Promise<void> {
  const client = await connect(databaseUrl);
  const { rows } = await client.query<{ name: string }>(
    `SELECT oid::regclass::text AS name FROM pg_class
     WHERE relkind = 'r' AND relnamespace = current_schema::regnamespace
       AND relname NOT LIKE 'usage_events%'`,
  );
  for (const { name } of rows) await client.query(`VACUUM (ANALYZE) ${name}`);
  await client.query('CHECKPOINT');
  await client.end();
}

async function secondsOf(work: () => Promise<unknown>): Promise<number> {
  const fromMs = performance.now();
  await work();
  return (performance.now() - fromMs) / 1_000;
}
