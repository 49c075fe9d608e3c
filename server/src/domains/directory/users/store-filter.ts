import { sql, type RawBuilder } from 'kysely';
import { formatInstant } from '@whisperforge/kernel/clock';
import { textArray } from '../../../platform/array-literal.ts';
import type { Range, UserFilter } from './filter.ts';

export type Condition = RawBuilder<boolean>;

/** What rows of `directory_entries` must say, but for what is sought in their text. */
export function conditionsOf(filter: UserFilter): Condition[] {
  return [
    ...among('plan', filter.plans),
    ...among('status', filter.statuses),
    ...among('source', filter.sources),
    ...among('billing_cycle', listed(filter.billingCycle)),
    ...among('restriction', listed(filter.restriction)),
    ...among('plan_source', listed(filter.planSource)),
    ...among('came_from', listed(filter.cameFrom)),
    ...among('country', listed(filter.country)),
    ...among('currency', listed(filter.currency)),
    ...between('signed_up_at', filter.signedUp, formatInstant),
    ...between('renews_at', filter.renews, formatInstant),
    ...between('mrr_minor', filter.mrrMinor, String),
    ...between('usage_share', filter.usageShare, String),
  ];
}

export function allOf(conditions: readonly Condition[]): Condition {
  if (conditions.length === 0) return sql<boolean>`true`;
  return sql<boolean>`${sql.join([...conditions], sql` AND `)}`;
}

function listed(value: string | undefined): readonly string[] | undefined {
  return value === undefined ? undefined : [value];
}

function among(column: string, values: readonly string[] | undefined): Condition[] {
  if (values === undefined) return [];
  // One value is what the planner knows most about.
  const [only] = values;
  if (values.length === 1) return [sql<boolean>`${sql.ref(column)} = ${only}`];
  return [sql<boolean>`${sql.ref(column)} = ANY(${textArray(values)}::text[])`];
}

function between(
  column: string,
  range: Range | undefined,
  write: (value: number) => string,
): Condition[] {
  const { from, below } = range ?? {};
  return [
    ...(from === undefined ? [] : [sql<boolean>`${sql.ref(column)} >= ${write(from)}`]),
    ...(below === undefined ? [] : [sql<boolean>`${sql.ref(column)} < ${write(below)}`]),
  ];
}
