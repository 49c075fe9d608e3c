import { sql, type RawBuilder } from 'kysely';
import type { Slice } from './store-groups.ts';

/**
 * Who used what in the month, of any plan (`*`) and of each; nobody of the slice was told of
 * before. And that the month has changed, for whoever shares revenue by it.
 */
export function adoption(slice: Slice): RawBuilder<unknown> {
  const { month, timeZone, features, afterAccount, upToAccount } = slice;
  const each = features.map(
    (_, index) => `, sum(events) FILTER (WHERE counted_${index} IS NOT NULL) AS events_${index}`,
  );
  const used = features.map((feature, index) => {
    const events = sql.raw(`events_${index}`);
    return sql`UNION ALL
      SELECT ${feature}::text, account_id, plan, cohort, ${events} FROM account_plan
      WHERE ${events} IS NOT NULL`;
  });
  return sql`account_plan AS MATERIALIZED (
      SELECT used.*, known.cohort IS NULL AS is_new, COALESCE(known.cohort, (
        SELECT date_trunc('month', COALESCE(
          (SELECT signed_up_at FROM users WHERE users.id = account.owner_user_id),
          account.created_at) AT TIME ZONE ${timeZone})::date
        FROM accounts account WHERE account.id = used.account_id)) AS cohort
      FROM (
        SELECT account_id, COALESCE(plan, '*') AS plan, sum(events) AS events
          ${sql.raw(each.join(''))}
        FROM account_day GROUP BY GROUPING SETS ((account_id, plan), (account_id))) AS used
      LEFT JOIN usage_cohorts known ON known.account_id = used.account_id
        AND known.account_id > ${afterAccount}::bigint
        AND known.account_id <= ${upToAccount}::bigint
      ORDER BY account_id
    ), changed AS (
      INSERT INTO use_months AS present (month, changes)
      SELECT ${month}::date, 1 WHERE EXISTS (SELECT FROM account_plan)
      ON CONFLICT (month) DO UPDATE SET changes = present.changes + 1
    ), adopted AS MATERIALIZED (
      SELECT '' AS feature, account_id, plan, cohort, events FROM account_plan
      ${used.length === 0 ? sql`` : sql.join(used, sql` `)}
    ), cohorts AS (
      -- In one order, so that months side by side wait for each other and do not lock each other.
      INSERT INTO usage_cohorts (account_id, cohort)
      SELECT account_id, cohort FROM account_plan WHERE is_new AND plan = '*'
      ON CONFLICT DO NOTHING
    ), adopters AS (
      INSERT INTO usage_adopters (month, feature, account_id, plan, cohort, events)
      SELECT ${month}::date, feature, account_id, plan, cohort, events
      FROM adopted
    ), adoption AS (
      INSERT INTO usage_adoption AS present (month, feature, plan, cohort, accounts)
      SELECT ${month}::date, feature, plan, cohort, count(*) FROM adopted GROUP BY 2, 3, 4
      ON CONFLICT (month, feature, plan, cohort)
      DO UPDATE SET accounts = present.accounts + excluded.accounts)`;
}
