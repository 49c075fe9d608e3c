import { sql, type RawBuilder } from 'kysely';
import { textArray } from '../../../../platform/array-literal.ts';
import type { Executor } from '../../../../platform/database.ts';
import { attributeDimension } from './attribute.ts';

/** Whose attributes are meant: a user's, or those of the owner of what is in the row. */
export type Holder = 'user' | 'account' | 'customer';

/** What rows are joined with, and the columns that stand for dimensions by these names. */
export interface AttributeJoins {
  readonly joins: RawBuilder<unknown>;
  readonly columns: Readonly<Record<string, RawBuilder<unknown>>>;
}

/** Joins rows with attributes of whoever a column names; nobody's attribute is empty. */
export function joinAttributes(
  keys: readonly string[],
  { holder, column }: { readonly holder: Holder; readonly column: string },
): AttributeJoins {
  const joins = keys.map((key, index) => {
    const name = sql.ref(nameAt(index));
    return sql`LEFT JOIN (${holders(holder, key)}) AS ${name}
      ON ${sql.ref(`${nameAt(index)}.held_by`)} = ${sql.ref(column)}`;
  });
  const columns = keys.map((key, index) => {
    const value = sql`COALESCE(${sql.ref(`${nameAt(index)}.held`)}, '')`;
    return [attributeDimension(key), value] as const;
  });
  return { joins: sql.join([sql``, ...joins], sql` `), columns: Object.fromEntries(columns) };
}

/**
 * Joins what was told of somebody (`origin`, `user_key`) with attributes: of the user of the app,
 * or of the customer of the history that was imported under the same origin.
 */
export function joinToldAttributes(keys: readonly string[], table: string): AttributeJoins | null {
  if (keys.length === 0) return null;
  const [origin, key] = [sql.ref(`${table}.origin`), sql.ref(`${table}.user_key`)];
  const joins = sql`
    LEFT JOIN users told_user ON told_user.external_id = ${key}
    LEFT JOIN revenue_customers told_customer
      ON told_customer.origin = ${origin} AND told_customer.external_key = ${key}`;
  const columns = keys.map((name) => {
    const value = sql`COALESCE(told_user.metadata ->> ${name}::text,
      told_customer.attributes ->> ${name}::text, '')`;
    return [attributeDimension(name), value] as const;
  });
  return { joins, columns: Object.fromEntries(columns) };
}

function nameAt(index: number): string {
  return `attribute_${index}`;
}

const OWNED = sql`accounts account LEFT JOIN users owner ON owner.id = account.owner_user_id`;

/** Lists and objects are their text; what was never said is nothing. */
function holders(holder: Holder, key: string): RawBuilder<unknown> {
  switch (holder) {
    case 'user':
      return sql`SELECT id AS held_by, metadata ->> ${key}::text AS held FROM users`;
    case 'account':
      return sql`SELECT account.id AS held_by, owner.metadata ->> ${key}::text AS held
        FROM ${OWNED}`;
    case 'customer':
      return sql`SELECT customer.id AS held_by,
          COALESCE(owned.held, customer.attributes ->> ${key}::text) AS held
        FROM revenue_customers customer
        LEFT JOIN (
          SELECT account.id, owner.metadata ->> ${key}::text AS held FROM ${OWNED}) AS owned
          ON owned.id = customer.account_id`;
  }
}

/** What each of some holders has, by its number and then by dimension. */
export async function findAttributes(
  executor: Executor,
  { holder, ids, keys }: { holder: Holder; ids: readonly string[]; keys: readonly string[] },
): Promise<Map<string, Readonly<Record<string, string>>>> {
  if (keys.length === 0 || ids.length === 0) return new Map();
  const { joins, columns } = joinAttributes(keys, { holder, column: 'asked.id' });
  const values = Object.entries(columns).flatMap(([name, value]) => [sql`${name}::text`, value]);
  const { rows } = await sql<{ id: string; held: Record<string, string> }>`
    SELECT asked.id::text AS id, jsonb_build_object(${sql.join(values)}) AS held
    FROM unnest(${textArray([...new Set(ids)])}::bigint[]) AS asked(id) ${joins}`.execute(
    executor.sql,
  );
  return new Map(rows.map(({ id, held }) => [id, held]));
}

/** How many values an attribute has, as far as it is worth counting. */
export async function countAttributeValues(
  executor: Executor,
  key: string,
  atMost: number,
): Promise<number> {
  const { rows } = await sql<{ values: number }>`
    SELECT count(*)::int AS values FROM (
      SELECT metadata ->> ${key}::text FROM users WHERE metadata ? ${key}::text
      UNION
      SELECT attributes ->> ${key}::text FROM revenue_customers WHERE attributes ? ${key}::text
      LIMIT ${atMost}) AS found`.execute(executor.sql);
  return rows[0]!.values;
}

/** An attribute that users or customers have, with the values that most of them have. */
export interface KnownAttribute {
  readonly key: string;
  readonly users: number;
  readonly values: readonly string[];
  /** Whether there are more than these. */
  readonly hasMore: boolean;
}

const MOST_ATTRIBUTES = 50;
const LONGEST_VALUE = 200;

/** The attributes that most users have. */
export async function findKnownAttributes(
  executor: Executor,
  mostValues: number,
): Promise<KnownAttribute[]> {
  const { rows } = await sql<KnownAttribute>`
    WITH told AS (
      SELECT key, value, count(*) AS users
      FROM (
        SELECT metadata FROM users
        UNION ALL SELECT attributes FROM revenue_customers WHERE attributes <> '{}'
      ) AS told_of(metadata), jsonb_each_text(metadata) AS said(key, value)
      WHERE value IS NOT NULL AND value <> '' AND length(value) <= ${LONGEST_VALUE}
      GROUP BY key, value
    ), ranked AS (
      SELECT key, value, users,
        row_number() OVER (PARTITION BY key ORDER BY users DESC, value COLLATE "C") AS place
      FROM told
    )
    SELECT key, sum(users)::int AS users, bool_or(place > ${mostValues}) AS "hasMore",
      array_agg(value ORDER BY value COLLATE "C") FILTER (WHERE place <= ${mostValues}) AS values
    FROM ranked GROUP BY key
    ORDER BY sum(users) DESC, key COLLATE "C" LIMIT ${MOST_ATTRIBUTES}`.execute(executor.sql);
  return rows;
}
