import { formatInstant } from '@whisperforge/kernel/clock';
import { sql } from 'kysely';
import type { Executor, Tx } from '../../../../platform/database.ts';
import type { CustomerLine } from './customer-line.ts';

export async function findCustomers(
  executor: Executor,
  lines: readonly CustomerLine[],
): Promise<CustomerLine[]> {
  const { rows } = await sql<CustomerLine>`
    SELECT origin, external_key AS "customerKey", name, email, country, source,
      coalesce(signed_up_on::text, '') AS "signedUpOn", attributes
    FROM revenue_customers WHERE (origin, external_key) IN (
      SELECT origin, key FROM jsonb_to_recordset(${keysOf(lines)}::jsonb)
        AS asked(origin text, key text))`.execute(executor.sql);
  return rows;
}

/** Writes who customers are. Those with a history are folded anew, for the segments they are in. */
export async function putCustomers(
  tx: Tx,
  lines: readonly CustomerLine[],
  { nowMs }: { readonly nowMs: number },
): Promise<void> {
  const nowText = formatInstant(nowMs);
  await sql`
    INSERT INTO revenue_customers (origin, external_key, name, email, country, source,
      signed_up_on, attributes, created_at)
    SELECT origin, "customerKey", name, email, country, source, nullif("signedUpOn", '')::date,
      attributes, ${nowText}::timestamptz
    FROM jsonb_to_recordset(${JSON.stringify(lines)}::jsonb) AS told(origin text,
      "customerKey" text, name text, email text, country text, source text, "signedUpOn" text,
      attributes jsonb)
    ORDER BY origin, "customerKey"
    ON CONFLICT (origin, external_key) DO UPDATE
    SET name = excluded.name, email = excluded.email, country = excluded.country,
      source = excluded.source, signed_up_on = excluded.signed_up_on,
      attributes = excluded.attributes`.execute(tx.sql);
  await sql`
    INSERT INTO revenue_pending (customer_id, since)
    SELECT id, ${nowText}::timestamptz FROM revenue_customers customer
    WHERE (origin, external_key) IN (
        SELECT origin, key FROM jsonb_to_recordset(${keysOf(lines)}::jsonb)
          AS told(origin text, key text))
      AND EXISTS (SELECT FROM revenue_history stretch WHERE stretch.customer_id = customer.id)
    ORDER BY id
    ON CONFLICT DO NOTHING`.execute(tx.sql);
}

function keysOf(lines: readonly CustomerLine[]): string {
  return JSON.stringify(lines.map(({ origin, customerKey: key }) => ({ origin, key })));
}
