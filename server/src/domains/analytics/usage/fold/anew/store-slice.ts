import { sql, type RawBuilder } from 'kysely';
import { textArray } from '../../../../../platform/array-literal.ts';
import type { Tx } from '../../../../../platform/database.ts';
import { settling } from '../../../costs/settled/store.ts';
import { ADOPTING, adding, addingNew, eventsOf, type FoldedEvents } from '../store-sums.ts';

/** The events of some accounts in a month, none of which are in the sums. */
export interface Slice extends Omit<FoldedEvents, 'sign'> {
  readonly month: string;
  readonly afterAccount: number;
  readonly upToAccount: number;
  /** The features that are looked for in what events count to. */
  readonly features: readonly string[];
}

export interface SliceAdded {
  readonly events: number;
  /** What events count to beside the features that were looked for; none of it was added. */
  readonly overlooked: readonly string[];
}

/**
 * Room to group a slice in memory, and by hashing: Postgres takes the events of a local month to be
 * few, and would sort all of them, which takes twice as long.
 */
const SETTINGS = sql`SELECT set_config('work_mem', '64MB', true),
  set_config('enable_sort', 'off', true)`;

/**
 * Adds a slice to all sums in one statement, in one pass over its events. What a group of alike
 * events counts to each feature is summed in a column of its own and made into rows afterwards, so
 * that no event is multiplied; plans are joined as spans instead of looked up by event. Rows by
 * account are new, and written in the order of their keys.
 */
export async function addSlice(tx: Tx, slice: Slice): Promise<SliceAdded> {
  const { nowMs, timeZone, features } = slice;
  await SETTINGS.execute(tx.sql);
  const { rows } = await sql<{ events: string; overlooked: string[] }>`
    WITH ${spans(slice)}, ${groups(slice)}, ${FEATURES_NAMED}, ${byFeature(features)},
    ${sql.raw(ADOPTING)}, ${adoption(timeZone)},
    prices AS (${settling('account_day', nowMs)}),
    account_days AS (${addingNew('usage_account_days', 'account_day')}),
    days AS (${adding('usage_days', 'account_day')}),
    account_feature_days AS (${addingNew('usage_account_feature_days', 'feature_day')}),
    feature_days AS (${adding('usage_feature_days', 'feature_day')})
    SELECT COALESCE(sum(events), 0)::text AS events, ARRAY(
      SELECT DISTINCT name FROM grouped, unnest(names) AS name
      WHERE name <> ALL(${textArray(features)}::text[])) AS overlooked
    FROM account_day`.execute(tx.sql);
  const { events, overlooked } = rows[0]!;
  return { events: Number(events), overlooked };
}

/** From when to when accounts had a plan, as far as it touches the month in some time zone. */
function spans({ month, afterAccount, upToAccount }: Slice): RawBuilder<unknown> {
  return sql`had AS MATERIALIZED (
    SELECT account_id, plan, from_at, to_at FROM (
      SELECT account_id, plan, from_at, lead(from_at, 1, 'infinity')
        OVER (PARTITION BY account_id ORDER BY from_at) AS to_at
      FROM account_plans
      WHERE account_id > ${afterAccount}::bigint AND account_id <= ${upToAccount}::bigint) AS span
    WHERE to_at > ${month}::date - 1 AND from_at < ${month}::date + interval '1 month 1 day')`;
}

const UNSTATED = sql`FILTER (WHERE cost_cents IS NULL)`;

/** Alike events of an account and day, added up. */
function groups({ where, timeZone, features }: Slice): RawBuilder<unknown> {
  const counted = features.map(
    (feature, index) => sql`, sum((counted ->> ${feature}::text)::numeric) AS ${countedBy(index)}`,
  );
  return sql`event AS (
      SELECT e.*, COALESCE(had.plan, '') AS plan
      FROM (${eventsOf(timeZone, where)}) AS e
      LEFT JOIN had ON had.account_id = e.account_id AND had.from_at <= e.occurred_at
        AND e.occurred_at < had.to_at
    ), grouped AS MATERIALIZED (
      SELECT day, account_id, user_id, plan, event_type, provider, model, prompt,
        ARRAY(SELECT jsonb_object_keys(counted)) AS names,
        count(*) AS events, count(*) FILTER (WHERE over_limit) AS over_limit,
        sum(amount) AS amount, sum(tokens_in) AS tokens_in, sum(tokens_out) AS tokens_out,
        COALESCE(sum(cost_cents), 0) AS stated_cents, count(*) ${UNSTATED} AS unstated_events,
        COALESCE(sum(amount) ${UNSTATED}, 0) AS unstated_amount,
        COALESCE(sum(tokens_in) ${UNSTATED}, 0) AS unstated_tokens_in,
        COALESCE(sum(tokens_out) ${UNSTATED}, 0) AS unstated_tokens_out
        ${counted.length === 0 ? sql`` : sql.join(counted, sql` `)}
      FROM event GROUP BY 1, 2, 3, 4, 5, 6, 7, 8, 9)`;
}

/** Keys of JSON come in the same order each time, so that groups are told apart by them. */
const FEATURES_NAMED = sql`account_day AS MATERIALIZED (
    SELECT grouped.*, COALESCE((SELECT string_agg(name COLLATE "C", ',' ORDER BY name COLLATE "C")
      FROM unnest(names) AS name), '') AS features
    FROM grouped)`;

function byFeature(features: readonly string[]): RawBuilder<unknown> {
  const columns = features.map((feature, index) => sql`(${feature}::text, ${countedBy(index)})`);
  const none = sql`(NULL::text, NULL::numeric)`;
  return sql`feature_day AS MATERIALIZED (
    SELECT day, account_id, user_id, plan, event_type, provider, model, prompt, feature,
      sum(events) AS events, sum(counted.amount) AS amount
    FROM account_day, LATERAL (VALUES ${sql.join([none, ...columns])}) AS counted(feature, amount)
    WHERE counted.amount IS NOT NULL GROUP BY 1, 2, 3, 4, 5, 6, 7, 8, 9)`;
}

function countedBy(index: number): RawBuilder<unknown> {
  return sql.raw(`counted_${index}`);
}

/** Who used what in the month; nobody of the slice was told of before. */
function adoption(timeZone: string): RawBuilder<unknown> {
  return sql`known AS MATERIALIZED (
      SELECT using_it.account_id, cohort.account_id IS NULL AS is_new, COALESCE(cohort.cohort,
        date_trunc('month', COALESCE(owner.signed_up_at, account.created_at)
          AT TIME ZONE ${timeZone})::date) AS cohort
      FROM (SELECT DISTINCT account_id FROM adopting) AS using_it
      LEFT JOIN usage_cohorts cohort ON cohort.account_id = using_it.account_id
      LEFT JOIN accounts account ON account.id = using_it.account_id
      LEFT JOIN users owner ON owner.id = account.owner_user_id
    ), adopted AS MATERIALIZED (SELECT * FROM adopting JOIN known USING (account_id)
    ), cohorts AS (
      -- In one order, so that months side by side wait for each other and do not lock each other.
      INSERT INTO usage_cohorts (account_id, cohort)
      SELECT account_id, cohort FROM known WHERE is_new ORDER BY account_id
      ON CONFLICT DO NOTHING
    ), adopters AS (
      INSERT INTO usage_adopters (month, feature, account_id, plan, cohort, events)
      SELECT month, feature, account_id, plan, cohort, events FROM adopted ORDER BY 1, 2, 3, 4
    ), adoption AS (
      INSERT INTO usage_adoption AS present (month, feature, plan, cohort, accounts)
      SELECT month, feature, plan, cohort, count(*) FROM adopted GROUP BY 1, 2, 3, 4
      ON CONFLICT (month, feature, plan, cohort)
      DO UPDATE SET accounts = present.accounts + excluded.accounts)`;
}
