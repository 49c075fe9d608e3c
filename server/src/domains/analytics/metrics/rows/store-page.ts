import { sql, type RawBuilder } from 'kysely';
import { parseFraction, type Fraction } from '@whisperforge/kernel/fraction';
import { assert } from '@whisperforge/kernel/assert';
import type { Executor } from '../../../../platform/database.ts';
import type { FoundPage, PageAsked } from '../registry/metric.ts';

/** A decimal, and how often. */
interface Counted {
  readonly value: string;
  readonly count: number;
}

/**
 * Some rows of what everybody adds to a figure, which Postgres adds up and puts in order, so that
 * only these leave it. What is selected has an integer `key`, each once, and a `value` other than
 * 0, a decimal of which `valueOf` makes what a row adds; the larger of two has the larger one.
 */
export async function findPage(
  executor: Executor,
  contributions: RawBuilder<unknown>,
  { page, valueOf }: { readonly page: PageAsked; readonly valueOf: (of: Fraction) => Fraction },
): Promise<FoundPage> {
  const { rows } = await sql<{
    page: { key: string; value: string }[] | null;
    alike: Counted[] | null;
    before: number;
  }>`
    WITH contribution AS MATERIALIZED (${contributions}), last AS (
      SELECT abs(value) AS size, value, key FROM contribution
      WHERE key::text = ${page.cursor ?? null}::text
    ), page AS MATERIALIZED (
      SELECT key, value FROM contribution
      WHERE NOT EXISTS (SELECT FROM last)
        OR (abs(value), value, -key) < (SELECT size, value, -key FROM last)
      ORDER BY abs(value) DESC, value DESC, key LIMIT ${page.limit}
    ), first AS (
      SELECT key, value FROM page ORDER BY abs(value) DESC, value DESC, key LIMIT 1
    )
    SELECT
      (SELECT json_agg(json_build_object('key', key::text, 'value', value::text)
        ORDER BY abs(value) DESC, value DESC, key) FROM page) AS page,
      (SELECT json_agg(json_build_object('value', value::text, 'count', count))
        FROM (SELECT value, count(*) FROM contribution GROUP BY value) AS alike) AS alike,
      (SELECT count(*)::int FROM contribution all_of_them JOIN first USING (value)
        WHERE all_of_them.key < first.key) AS before`.execute(executor.sql);
  const { page: found, alike, before } = rows[0]!;
  const read = (value: string) => valueOf(exact(value));
  return {
    rows: (found ?? []).map(({ key, value }) => ({ key, value: read(value) })),
    alike: (alike ?? []).map(({ value, count }) => ({ value: read(value), count })),
    before,
  };
}

function exact(decimal: string): Fraction {
  const value = parseFraction(decimal);
  assert(value !== undefined, `the database tells decimals: ${decimal}`);
  return value;
}
