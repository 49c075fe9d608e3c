import { sql, type RawBuilder } from 'kysely';
import { formatInstant } from '@whisperforge/kernel/clock';
import { quantityFromDatabase } from '@whisperforge/kernel/quantity';
import type { Executor } from '../../../platform/database.ts';
import type { Position, Sort, SortKey } from './filter.ts';
import type { ListedUser } from './listed-user.ts';
import { allOf, type Condition } from './store-filter.ts';

export interface EntryRow {
  user_id: number;
  account_id: number;
  external_id: string;
  email: string;
  name: string | null;
  plan: string;
  plan_source: string;
  restriction: string | null;
  status: string;
  source: string;
  billing_cycle: string | null;
  renews_at: number | null;
  mrr_minor: number;
  currency: string;
  usage_feature: string | null;
  usage_used: string | null;
  usage_limit: string | null;
  usage_share: number;
  came_from: string | null;
  country: string | null;
  signed_up_at: number;
  stripe_customer_id: string | null;
}

export const ENTRY_COLUMNS = sql.raw(
  'user_id, account_id, external_id, email, name, plan, plan_source, restriction, status, ' +
    'source, billing_cycle, renews_at, mrr_minor, currency, usage_feature, usage_used, ' +
    'usage_limit, usage_share, came_from, country, signed_up_at, stripe_customer_id',
);

const SORT_COLUMNS: Readonly<Record<SortKey, string>> = {
  created: 'signed_up_at',
  email: 'sort_email',
  name: 'sort_name',
  mrr: 'mrr_minor',
  usage: 'usage_share',
};

export interface ListRequest {
  readonly conditions: readonly Condition[];
  readonly sort: Sort;
  readonly after: Position | null;
  readonly limit: number;
}

/** Some users in the order asked for, beginning after a position. */
export async function listEntries(executor: Executor, request: ListRequest): Promise<ListedUser[]> {
  const { sort, after, limit } = request;
  const column = sql.ref(SORT_COLUMNS[sort.key]);
  const direction = sort.isDescending ? sql`DESC` : sql`ASC`;
  const conditions =
    after === null ? request.conditions : [...request.conditions, beyond(column, sort, after)];
  const { rows } = await sql<EntryRow>`
    SELECT ${ENTRY_COLUMNS} FROM directory_entries WHERE ${allOf(conditions)}
    ORDER BY ${column} ${direction}, user_id ${direction} LIMIT ${limit}`.execute(executor.sql);
  return rows.map(listedOf);
}

function beyond(column: RawBuilder<unknown>, sort: Sort, after: Position): Condition {
  const value = sort.key === 'created' ? formatInstant(Number(after.value)) : after.value;
  const operator = sort.isDescending ? sql`<` : sql`>`;
  return sql<boolean>`(${column}, user_id) ${operator} (${value}, ${after.userId})`;
}

export function positionOf(user: ListedUser, sort: Sort): Position {
  return { value: sortValueOf(user, sort.key), userId: user.userId };
}

function sortValueOf(user: ListedUser, key: SortKey): string | number {
  switch (key) {
    case 'created':
      return user.signedUpMs;
    case 'email':
      return user.email.toLowerCase();
    case 'name':
      return (user.name ?? user.email).toLowerCase();
    case 'mrr':
      return user.mrrMinor;
    case 'usage':
      return user.usage?.shareBasisPoints ?? 0;
  }
}

export function listedOf(row: EntryRow): ListedUser {
  const { usage_feature: feature, usage_used: used, usage_limit: limit } = row;
  return {
    userId: row.user_id,
    accountId: row.account_id,
    externalId: row.external_id,
    email: row.email,
    name: row.name,
    plan: row.plan,
    planSource: row.plan_source,
    restriction: row.restriction,
    status: row.status,
    source: row.source,
    billingCycle: row.billing_cycle,
    renewsMs: row.renews_at,
    mrrMinor: row.mrr_minor,
    currency: row.currency,
    usage:
      feature === null || used === null || limit === null
        ? null
        : {
            feature,
            used: quantityFromDatabase(used),
            limit: quantityFromDatabase(limit),
            shareBasisPoints: row.usage_share,
          },
    cameFrom: row.came_from,
    country: row.country,
    signedUpMs: row.signed_up_at,
    stripeCustomerId: row.stripe_customer_id,
  };
}
