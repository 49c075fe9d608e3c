import { sql, type RawBuilder } from 'kysely';
import { textArray } from '../../../../../platform/array-literal.ts';
import type { Tx } from '../../../../../platform/database.ts';
import { settling } from '../../../costs/settled/store.ts';
import { adding, addingNew } from '../store-sums.ts';
import { maskColumns } from './columns.ts';
import { adoption } from './store-adoption.ts';
import { groups, plansHad, whereOf, type Slice } from './store-groups.ts';

export interface SliceAdded {
  readonly events: number;
  /** What events count to beside the features that were looked for; nothing counts as added. */
  readonly overlooked: readonly string[];
}

/**
 * Room to group a slice in memory, and by hashing, joins too: how many groups there are Postgres
 * can only guess, and where it takes them to be few it would sort all events, or look through all
 * rows for each.
 */
const SETTINGS = sql`SELECT set_config('work_mem', '64MB', true),
  set_config('enable_sort', 'off', true), set_config('enable_nestloop', 'off', true)`;

/**
 * Adds a slice to all sums in one statement, in one pass over its events. What a group of alike
 * events counts to each feature is summed in a column of its own and made into rows afterwards, so
 * that no event is multiplied. Rows by account are new, and written in the order of their keys.
 */
export async function addSlice(tx: Tx, slice: Slice): Promise<SliceAdded> {
  const { nowMs } = slice;
  await SETTINGS.execute(tx.sql);
  const { rows } = await sql<{ events: string; hasOverlooked: boolean }>`
    WITH ${plansHad(slice)}, ${groups(slice)}, ${accountDays(slice)}, ${featureDays(slice)},
    ${adoption(slice)},
    prices AS (${settling('account_day', nowMs)}),
    account_days AS (${addingNew('usage_account_days', 'account_day')}),
    days AS (${adding('usage_days', 'account_day')}),
    account_feature_days AS (${addingNew('usage_account_feature_days', 'feature_day')}),
    feature_days AS (${adding('usage_feature_days', 'feature_day')})
    SELECT COALESCE(sum(events), 0)::text AS events,
      COALESCE(sum(overlooked), 0) > 0 AS "hasOverlooked"
    FROM account_day`.execute(tx.sql);
  const { events, hasOverlooked } = rows[0]!;
  const overlooked = hasOverlooked ? await findOverlooked(tx, slice) : [];
  return { events: Number(events), overlooked };
}

/** What is told of an account and day, by the plan that it had. */
function accountDays({ month, nextMonth, features }: Slice): RawBuilder<unknown> {
  const named = maskColumns(features).flatMap(({ name, bits }) =>
    bits.map(
      ({ index, bit }) =>
        sql`CASE WHEN ${sql.raw(`${name} & ${bit}`)} <> 0 THEN ${features[index]}::text END`,
    ),
  );
  const counted = features.map((_, index) => `, ${countedBy(index)}`).join('');
  return sql`account_day AS MATERIALIZED (
    SELECT day, grouped.account_id, user_id, COALESCE(had.plan, grouped.plan) AS plan, event_type,
      concat_ws(',', NULL, ${sql.join([sql`NULL::text`, ...named])}) AS features,
      provider, model, prompt, events, over_limit, amount,
      COALESCE(tokens_in, 0) AS tokens_in, COALESCE(tokens_out, 0) AS tokens_out,
      COALESCE(stated_cents, 0) AS stated_cents, unstated_events,
      COALESCE(unstated_amount, 0) AS unstated_amount,
      COALESCE(unstated_tokens_in, 0) AS unstated_tokens_in,
      COALESCE(unstated_tokens_out, 0) AS unstated_tokens_out, overlooked ${sql.raw(counted)}
    FROM grouped LEFT JOIN had ON had.is_steady AND had.account_id = grouped.account_id
    WHERE day >= ${month}::date AND day < ${nextMonth}::date)`;
}

function featureDays({ features }: Slice): RawBuilder<unknown> {
  const each = features.map((feature, index) => {
    const counted = sql.raw(countedBy(index));
    return sql`SELECT account_day.*, ${feature}::text AS feature, ${counted} AS counted
      FROM account_day WHERE ${counted} IS NOT NULL`;
  });
  const none = sql`SELECT account_day.*, NULL::text AS feature, NULL::numeric AS counted
    FROM account_day WHERE false`;
  return sql`feature_day AS MATERIALIZED (
    SELECT day, account_id, user_id, plan, event_type, provider, model, prompt, feature,
      sum(events) AS events, sum(counted) AS amount
    FROM (${sql.join([none, ...each], sql` UNION ALL `)}) AS counted_to
    GROUP BY 1, 2, 3, 4, 5, 6, 7, 8, 9)`;
}

function countedBy(index: number): string {
  return `counted_${index}`;
}

async function findOverlooked(tx: Tx, slice: Slice): Promise<string[]> {
  const { rows } = await sql<{ name: string }>`
    SELECT DISTINCT name FROM usage_events e, jsonb_object_keys(e.counted) AS name
    WHERE ${whereOf(slice)} AND name <> ALL(${textArray(slice.features)}::text[])`.execute(tx.sql);
  return rows.map(({ name }) => name);
}
