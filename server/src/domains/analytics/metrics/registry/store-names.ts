import { sql, type RawBuilder } from 'kysely';
import type { Executor } from '../../../../platform/database.ts';
import type { Names } from './names.ts';

interface NamedRow {
  readonly key: string;
  readonly name: string;
  readonly unit: string | null;
}

/** Dimensions whose values have names beside their keys; of plans the names of today. */
const NAMED: Readonly<Record<string, RawBuilder<NamedRow>>> = {
  plan: sql<NamedRow>`SELECT DISTINCT ON (slug) slug AS key, name, NULL AS unit
    FROM subscription_plans WHERE status = 'published'
    ORDER BY slug, is_current DESC, version DESC`,
  feature: sql<NamedRow>`SELECT key, name, unit FROM features ORDER BY position, key`,
  event_type: sql<NamedRow>`SELECT key, name, NULL AS unit FROM event_types ORDER BY key`,
};

/** The names of the values of those dimensions whose values have any. */
export async function findNames(executor: Executor, dimensions: Iterable<string>): Promise<Names> {
  const named = [...new Set(dimensions)].filter((dimension) => dimension in NAMED);
  const found = await Promise.all(
    named.map(async (dimension) => {
      const { rows } = await NAMED[dimension]!.execute(executor.sql);
      const names = rows.map(({ key, name, unit }) => [key, { name, unit }] as const);
      return [dimension, Object.fromEntries(names)] as const;
    }),
  );
  return Object.fromEntries(found);
}

/** The feature that is looked at first: of those that are metered. */
export async function findFirstMetered(executor: Executor): Promise<string | null> {
  const { rows } = await sql<{ key: string }>`
    SELECT key FROM features WHERE kind = 'metered' ORDER BY position, key LIMIT 1`.execute(
    executor.sql,
  );
  return rows[0]?.key ?? null;
}
