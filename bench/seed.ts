import { readFile } from 'node:fs/promises';
import pg from 'pg';
import { formatInstant, systemClock } from '@whisperforge/kernel/clock';
import { openDatabase } from '../server/src/adapters/postgres/index.ts';
import { createPricing, readCatalogFile } from '../server/src/domains/pricing/index.ts';
import { SCHEMA } from './database.ts';

/** Far more than is used while anything is measured, so that nothing is refused. */
const ROOM = 900_000_000;
const FIRST_CATALOG = new URL('../server/data/catalog.json', import.meta.url);

interface PlanText {
  readonly default?: boolean;
  readonly features: Record<string, unknown>;
}

/** The first catalogue, but for a default plan that has room: a limit that nobody reaches. */
export async function seedPlans(databaseUrl: string): Promise<void> {
  const catalog = JSON.parse(await readFile(FIRST_CATALOG, 'utf8')) as { plans: PlanText[] };
  const plan = catalog.plans.find((each) => each.default === true);
  if (plan === undefined) throw new Error('The first catalogue has no default plan any more.');
  plan.features['audio_minutes'] = { limit: ROOM, beyond: { policy: 'block' } };
  plan.features['custom_prompts'] = true;
  const database = openDatabase({
    url: databaseUrl,
    schema: SCHEMA,
    applicationName: 'whisperforge bench',
  });
  try {
    await createPricing({ database }).seedCatalogIfEmpty(readCatalogFile(JSON.stringify(catalog)), {
      actor: { kind: 'system', id: 'bench' },
      nowMs: systemClock.nowMs(),
      reason: 'a plan with room for the benchmark',
    });
  } finally {
    await database.close();
  }
}

/**
 * Makes all users at once, as `PUT /v1/users/{user}` makes them one by one, which would take longer
 * than a short run: users 0 to n - 1, whose accounts have the numbers 1 to n.
 */
export async function makeUsers(databaseUrl: string, users: number): Promise<void> {
  const client = new pg.Client({ connectionString: databaseUrl });
  await client.connect();
  try {
    await client.query(`SET search_path = ${SCHEMA}`);
    const now = formatInstant(systemClock.nowMs());
    await client.query('BEGIN');
    await client.query(
      `INSERT INTO accounts (currency, quota_anchor, created_at)
       SELECT 'usd', $1, $1 FROM generate_series(1, $2::int)`,
      [now, users],
    );
    await client.query(
      `INSERT INTO users (external_id, account_id, email, signed_up_at, created_at, updated_at)
       SELECT format('user-%s', lpad((id - 1)::text, 6, '0')), id, 'user@example.com', $1, $1, $1
       FROM accounts`,
      [now],
    );
    await client.query(
      `INSERT INTO quota_anchors (account_id, effective_at) SELECT id, quota_anchor FROM accounts`,
    );
    await client.query(
      `UPDATE accounts a SET owner_user_id = u.id FROM users u WHERE u.account_id = a.id`,
    );
    await client.query('COMMIT');
  } finally {
    await client.end();
  }
}
