import { sql, type RawBuilder } from 'kysely';
import type { DaySpan } from '@whisperforge/kernel/period';
import { textArray } from '../../../../platform/array-literal.ts';
import type { Executor } from '../../../../platform/database.ts';
import type { DimensionFilters } from '../../metrics/registry/metric.ts';
import type { AttributeJoins } from '../../metrics/attributes/store.ts';
import { matchingFilters, shownPlan, withAttributes } from '../store-use.ts';

interface AdoptionQuery {
  readonly range: DaySpan;
  readonly filters: DimensionFilters;
  readonly by: string | null;
}

export interface Adoption {
  readonly month: string;
  /** Empty for those who used anything. */
  readonly feature: string;
  readonly key: string | null;
  readonly accounts: string;
}

/** How many accounts used what in the months that the days are in. */
export async function findAdoption(
  executor: Executor,
  { range, filters, by }: AdoptionQuery,
): Promise<Adoption[]> {
  const { plan, signed_up: cohort, feature } = filters;
  const isByPlan = plan !== undefined || by === 'plan';
  const ofPlan =
    plan === undefined ? sql`true` : sql`${shownPlan('plan')} = ANY(${textArray(plan)})`;
  const held = withAttributes({ by, filters }, OF_ACCOUNTS);
  const { rows } = await sql<Adoption>`
    SELECT month, feature, (${keyOf(by, held)})::text AS key, sum(accounts)::text AS accounts
    FROM ${held === null ? sql`usage_adoption` : sql`${EACH_ADOPTER} AS used ${held.joins}`}
    WHERE month BETWEEN date_trunc('month', ${range.from}::date)::date AND ${range.to}::date
      AND ${isByPlan ? sql`plan <> '*' AND ${ofPlan}` : sql`plan = '*'`}
      AND ${anyOf('cohort', cohort)} AND (feature = '' OR ${anyOf('feature', feature)})
      AND ${matchingFilters(filters, held?.columns ?? {})}
    GROUP BY 1, 2, 3`.execute(executor.sql);
  return rows;
}

const OF_ACCOUNTS = { holder: 'account', column: 'used.account_id' } as const;

/** Sums are kept by plan and month of sign-up; by attributes, adopters are counted one by one. */
const EACH_ADOPTER = sql`(SELECT month, feature, account_id, plan, cohort, 1 AS accounts
      FROM usage_adopters WHERE events > 0)`;

function keyOf(by: string | null, held: AttributeJoins | null): RawBuilder<unknown> {
  if (by === 'plan') return shownPlan('plan');
  if (by === 'signed_up') return sql`cohort::text`;
  return held?.columns[by ?? ''] ?? sql`NULL`;
}

/** How many of the features that are asked for each account used in the months. */
export async function findAdopters(
  executor: Executor,
  { range, filters, isActive }: Omit<AdoptionQuery, 'by'> & { readonly isActive: boolean },
): Promise<{ readonly key: string; readonly features: string }[]> {
  const { plan, signed_up: cohort, feature } = filters;
  const ofPlan =
    plan === undefined
      ? sql`plan = '*'`
      : sql`plan <> '*' AND ${shownPlan('plan')} = ANY(${textArray(plan)})`;
  const ofFeature = isActive
    ? sql`feature = ''`
    : sql`feature <> '' AND ${anyOf('feature', feature)}`;
  const held = withAttributes({ by: null, filters }, OF_ACCOUNTS);
  const { rows } = await sql<{ key: string; features: string }>`
    SELECT account_id::text AS key, count(*)::text AS features
    FROM usage_adopters AS used ${held?.joins ?? sql``}
    WHERE month BETWEEN date_trunc('month', ${range.from}::date)::date AND ${range.to}::date
      AND events > 0 AND ${ofPlan} AND ${anyOf('cohort', cohort)} AND ${ofFeature}
      AND ${matchingFilters(filters, held?.columns ?? {})}
    GROUP BY account_id`.execute(executor.sql);
  return rows;
}

function anyOf(column: string, values: readonly string[] | undefined) {
  if (values === undefined) return sql`true`;
  return sql`${sql.ref(column)}::text = ANY(${textArray(values)}::text[])`;
}
