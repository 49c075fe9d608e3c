import { afterAll, beforeAll, describe, expect, test } from 'vitest';
import pg from 'pg';
import { useTestDatabase } from '../../../test/support/database.ts';

/**
 * What customers bought is kept by the database itself, whoever writes to it, so these tests speak
 * to it directly.
 */
const created = useTestDatabase();
let client: pg.Client;
let planId: string;

const VERSION = `INSERT INTO billing.subscription_plans
  (slug, version, status, is_current, name, position, features, created_at, published_at)`;

beforeAll(async () => {
  client = new pg.Client({ connectionString: created.url });
  await client.connect();
  await client.query(`INSERT INTO billing.subscription_plans
    (slug, status, name, position, features, created_at)
    VALUES ('pro', 'draft', 'Pro', 1, '{}', '2026-03-01Z')`);
  await client.query(`INSERT INTO billing.plan_prices
    (plan_id, billing_cycle, currency, amount_minor, created_at)
    SELECT id, 'monthly', 'usd', 1900, created_at FROM billing.subscription_plans`);
  const published = await client.query<{ id: string }>(`UPDATE billing.subscription_plans
    SET status = 'published', version = 1, is_current = true, published_at = created_at
    RETURNING id`);
  planId = published.rows[0]!.id;
});

afterAll(() => client.end());

describe('a published version refuses', () => {
  test.each([
    ["name = 'Professional'"],
    ["description = 'x'"],
    ["slug = 'other'"],
    ['version = 2'],
    ['features = \'{"sla": true}\''],
    ['is_default = true'],
    ["status = 'draft', version = NULL, published_at = NULL, is_current = false"],
    ["published_at = published_at + interval '1 day'"],
    ["created_at = created_at + interval '1 day'"],
    ['created_by = 1'],
  ])('SET %s', async (change) => {
    const update = client.query(`UPDATE billing.subscription_plans SET ${change}`);
    await expect(update).rejects.toMatchObject({
      code: '23000',
      message: 'version 1 of plan pro is published and never changes',
    });
  });

  test('to be deleted or truncated', async () => {
    const removal = client.query('DELETE FROM billing.subscription_plans');
    await expect(removal).rejects.toMatchObject({ code: '23000' });
    const emptying = client.query('TRUNCATE billing.subscription_plans CASCADE');
    await expect(emptying).rejects.toMatchObject({ code: '23000' });
  });

  test('another price, a further price, another plan for its price, and none', async () => {
    const other = await client.query<{ id: string }>(`INSERT INTO billing.subscription_plans
      (slug, status, name, position, features, created_at)
      VALUES ('draft', 'draft', 'Draft', 2, '{}', '2026-03-01Z') RETURNING id`);
    const draftId = other.rows[0]!.id;
    const statements = [
      'UPDATE billing.plan_prices SET amount_minor = 1',
      `UPDATE billing.plan_prices SET plan_id = ${draftId}`,
      'DELETE FROM billing.plan_prices',
      'TRUNCATE billing.plan_prices',
      `INSERT INTO billing.plan_prices (plan_id, billing_cycle, currency, amount_minor, created_at)
       VALUES (${planId}, 'monthly', 'eur', 1700, '2026-03-02Z')`,
    ];
    for (const statement of statements) {
      await expect(client.query(statement)).rejects.toMatchObject({ code: '23000' });
    }
    await client.query(`INSERT INTO billing.plan_prices
      (plan_id, billing_cycle, currency, amount_minor, created_at)
      VALUES (${draftId}, 'monthly', 'eur', 1700, '2026-03-02Z')`);
    const move = `UPDATE billing.plan_prices SET plan_id = ${planId} WHERE plan_id = ${draftId}`;
    await expect(client.query(move)).rejects.toMatchObject({ code: '23000' });
  });
});

test('whether it is on sale, where it stands and its id at Stripe may change', async () => {
  await client.query('UPDATE billing.subscription_plans SET is_current = false, position = 9');
  const noted = await client.query(
    "UPDATE billing.plan_prices SET stripe_price_id = 'price_1' WHERE plan_id = " + planId,
  );
  expect(noted.rowCount).toBe(1);
  await client.query(
    `UPDATE billing.subscription_plans SET is_current = true WHERE id = ${planId}`,
  );
});

test('of one plan only one version is current, and of all plans only one the default', async () => {
  const values = "'2026-03-03Z', '2026-03-03Z')";
  const second = client.query(
    `${VERSION} VALUES ('pro', 2, 'published', true, 'Pro', 1, '{}', ${values}`,
  );
  await expect(second).rejects.toMatchObject({ constraint: 'subscription_plans_current' });
  const withDefault = VERSION.replace('is_current', 'is_default, is_current');
  const rest = `1, 'published', true, true, 'Plan', 1, '{}', ${values}`;
  await client.query(`${withDefault} VALUES ('one', ${rest}`);
  const other = client.query(`${withDefault} VALUES ('two', ${rest}`);
  await expect(other).rejects.toMatchObject({ constraint: 'subscription_plans_default' });
});

describe('the version of the catalogue', () => {
  const version = async (): Promise<number> => {
    const result = await client.query<{ version: string }>('SELECT version FROM billing.catalog');
    return Number(result.rows[0]!.version);
  };

  test('counts up with every change of what is published, and not with a draft', async () => {
    const start = await version();
    await client.query(`INSERT INTO billing.features
      (key, kind, name, when_missing, on_unavailable, position, created_at)
      VALUES ('minutes', 'metered', 'Minutes', 'deny', 'deny', 1, '2026-03-01Z')`);
    expect(await version()).toBe(start + 1);
    await client.query("UPDATE billing.features SET name = 'Audio minutes'");
    await client.query(`INSERT INTO billing.event_types (key, name, counts, created_at)
      VALUES ('heard', 'Heard', '[]', '2026-03-01Z')`);
    await client.query(`UPDATE billing.subscription_plans SET position = 3 WHERE id = ${planId}`);
    expect(await version()).toBe(start + 4);
    await client.query(`INSERT INTO billing.subscription_plans
      (slug, status, name, position, features, created_at)
      VALUES ('unseen', 'draft', 'Unseen', 5, '{}', '2026-03-01Z')`);
    await client.query("DELETE FROM billing.subscription_plans WHERE slug = 'unseen'");
    expect(await version()).toBe(start + 4);
  });

  test('is announced when the change is committed', async () => {
    const heard = Promise.withResolvers<string | undefined>();
    client.once('notification', (message: pg.Notification) => heard.resolve(message.payload));
    await client.query('LISTEN configuration');
    await client.query("UPDATE billing.features SET name = 'Minutes of audio'");
    expect(await heard.promise).toBe('catalog');
  });
});
