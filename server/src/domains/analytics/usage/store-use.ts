import { sql, type RawBuilder } from 'kysely';
import { numberArray, textArray } from '../../../platform/array-literal.ts';
import type { Executor } from '../../../platform/database.ts';
import { attributesOf } from '../metrics/attributes/attribute.ts';
import { joinAttributes, type AttributeJoins, type Holder } from '../metrics/attributes/store.ts';
import type { DimensionFilters, Subject } from '../metrics/registry/metric.ts';
import { BY_SUBJECT, type SumsQuestion } from './summed.ts';

/** The plan that accounts have which bought none, by the name that it has today. */
export const shownPlan = (plan: string): RawBuilder<unknown> => sql`COALESCE(
  NULLIF(${sql.ref(plan)}, ''), (SELECT slug FROM subscription_plans
    WHERE is_current AND is_default LIMIT 1), '')`;

/** The columns that stand for dimensions, by the names of these. */
export type DimensionColumns = Readonly<Record<string, RawBuilder<unknown>>>;

export const USE_DIMENSIONS: DimensionColumns = {
  plan: shownPlan('plan'),
  event_type: sql.ref('event_type'),
  provider: sql.ref('provider'),
  model: sql.ref('model'),
  prompt: sql.ref('prompt'),
};

export const FEATURE_USE_DIMENSIONS: DimensionColumns = {
  ...USE_DIMENSIONS,
  feature: sql.ref('feature'),
};

/** What rows are told apart by; nothing where the whole is asked for. */
export function keyColumn(
  by: string | null,
  { columns, subject }: { columns: DimensionColumns; subject: RawBuilder<unknown> },
): RawBuilder<unknown> {
  if (by === null) return sql`NULL::text`;
  return sql`(${by === BY_SUBJECT ? subject : columns[by]})::text`;
}

/**
 * Sums kept by user and account, joined with attributes where these are asked for; `null` where
 * sums of all say enough.
 */
export function withAttributes(
  { by, filters }: Pick<SumsQuestion, 'by' | 'filters'>,
  { holder, column }: { readonly holder: Holder; readonly column: string },
): AttributeJoins | null {
  const keys = attributesOf(filters, by);
  return keys.length === 0 ? null : joinAttributes(keys, { holder, column });
}

export function matchingFilters(
  filters: DimensionFilters,
  columns: DimensionColumns,
): RawBuilder<unknown> {
  const conditions = Object.entries(filters).flatMap(([dimension, values]) => {
    const column = columns[dimension];
    return column === undefined ? [] : [sql`(${column})::text = ANY(${textArray(values)}::text[])`];
  });
  return conditions.length === 0 ? sql`true` : sql.join(conditions, sql` AND `);
}

export interface FeatureUse {
  readonly key: string | null;
  readonly day: string;
  readonly amount: string;
  readonly events: string;
}

/** What was used of features, by day. */
export async function findFeatureUse(
  executor: Executor,
  { range, by, filters }: Pick<SumsQuestion, 'range' | 'by' | 'filters'>,
): Promise<FeatureUse[]> {
  const held = withAttributes({ by, filters }, { holder: 'user', column: 'used.user_id' });
  const isOfUsers = by === BY_SUBJECT || held !== null;
  const table = isOfUsers ? 'usage_account_feature_days' : 'usage_feature_days';
  const columns = { ...FEATURE_USE_DIMENSIONS, ...held?.columns };
  const { rows } = await sql<FeatureUse>`
    SELECT ${keyColumn(by, { columns, subject: sql.ref('user_id') })} AS key, day,
      sum(amount)::text AS amount, sum(events)::text AS events
    FROM ${sql.table(table)} AS used ${held?.joins ?? sql``}
    WHERE day BETWEEN ${range.from}::date AND ${range.to}::date
      AND ${matchingFilters(filters, columns)}
    GROUP BY 1, 2`.execute(executor.sql);
  return rows;
}

/** Who users are that a figure is made of. */
export async function describeUsers(
  executor: Executor,
  userIds: readonly number[],
): Promise<Map<string, Subject>> {
  const { rows } = await sql<{
    id: number;
    account_id: number;
    external_id: string;
    email: string;
    country: string;
    plan: string;
  }>`
    SELECT users.id, users.account_id, external_id, email, COALESCE(country, '') AS country,
      COALESCE((SELECT slug FROM subscription_plans plan WHERE plan.id = current_plan_id), '')
        AS plan
    FROM users WHERE users.id = ANY(${numberArray(userIds)}::bigint[])`.execute(executor.sql);
  return new Map(
    rows.map(({ id, account_id: accountId, external_id: user, email: label, country, plan }) => [
      String(id),
      { label, accountId, user, details: { plan, country } },
    ]),
  );
}

/** Who accounts are, by their owners. */
export async function describeAccounts(
  executor: Executor,
  accountIds: readonly number[],
): Promise<Map<string, Subject>> {
  const { rows } = await sql<{ id: number; owner: number | null }>`
    SELECT id, owner_user_id AS owner FROM accounts
    WHERE id = ANY(${numberArray(accountIds)}::bigint[])`.execute(executor.sql);
  const owners = await describeUsers(
    executor,
    rows.flatMap(({ owner }) => (owner === null ? [] : [owner])),
  );
  return new Map(
    rows.flatMap(({ id, owner }) => {
      const subject = owners.get(String(owner));
      return subject === undefined ? [] : [[String(id), subject] as const];
    }),
  );
}
