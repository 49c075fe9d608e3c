import { sql } from 'kysely';
import { formatInstant } from '@whisperforge/kernel/clock';
import { addDays } from '@whisperforge/kernel/period';
import { quantityFromDatabase } from '@whisperforge/kernel/quantity';
import { numberArray } from '../../../platform/array-literal.ts';
import type { Executor } from '../../../platform/database.ts';
import type { RecurringTerms, SubscriptionSource } from '../../subscriptions/index.ts';
import type { EntryBalance, EntryHistory, EntrySubject } from './entry.ts';

/** Longer than any quota period. */
const LONGEST_PERIOD_DAYS = 32;

interface SubjectRow {
  user_id: number;
  account_id: number;
  external_id: string;
  email: string;
  name: string | null;
  came_from: string | null;
  country: string | null;
  signed_up_at: number;
  revision: number;
  stripe_customer_id: string | null;
  currency: string;
  access_version: number;
  last_status: string;
  source: SubscriptionSource | null;
  billing_cycle: 'monthly' | 'yearly' | null;
  current_period_end: number | null;
  stripe_subscription_id: string | null;
}

/** The users of accounts. Read before everything else, so that no version is newer than a fact. */
export async function loadSubjects(
  executor: Executor,
  accountIds: readonly number[],
): Promise<EntrySubject[]> {
  const { rows } = await sql<SubjectRow>`
    SELECT u.id AS user_id, u.account_id, u.external_id, u.email, u.name, u.source AS came_from,
      u.country, u.signed_up_at, u.revision, a.stripe_customer_id, a.currency, a.access_version,
      u.subscription_status AS last_status, s.source, s.billing_cycle, s.current_period_end,
      s.stripe_subscription_id
    FROM accounts a JOIN users u ON u.account_id = a.id
    LEFT JOIN user_subscriptions s ON s.account_id = a.id AND s.ended_at IS NULL
    WHERE a.id = ANY(${numberArray(accountIds)}::bigint[])`.execute(executor.sql);
  return rows.map((row) => ({
    userId: row.user_id,
    accountId: row.account_id,
    externalId: row.external_id,
    email: row.email,
    name: row.name,
    cameFrom: row.came_from,
    country: row.country,
    signedUpMs: row.signed_up_at,
    userRevision: row.revision,
    stripeCustomerId: row.stripe_customer_id,
    currency: row.currency,
    accessVersion: row.access_version,
    lastStatus: row.last_status,
    subscription: subscriptionOf(row),
  }));
}

function subscriptionOf(row: SubjectRow): EntrySubject['subscription'] {
  const { source, billing_cycle: billingCycle, current_period_end: periodEndMs } = row;
  if (source === null || billingCycle === null || periodEndMs === null) return null;
  return { source, billingCycle, periodEndMs, stripeSubscriptionId: row.stripe_subscription_id };
}

interface HistoryRow {
  account_id: number;
  last_id: number;
  next_at: number | null;
  terms: RecurringTerms[];
}

/** How the subscriptions of each account stand now, by the rows of their history in force. */
export async function loadHistories(
  executor: Executor,
  accountIds: readonly number[],
  nowMs: number,
): Promise<Map<number, EntryHistory>> {
  const now = formatInstant(nowMs);
  const { rows } = await sql<HistoryRow>`
    SELECT account.id AS account_id, known.last_id, present.terms, (
        SELECT min(effective_at) FROM subscription_changes
        WHERE account_id = account.id AND effective_at > ${now}) AS next_at
    FROM unnest(${numberArray(accountIds)}::bigint[]) AS account(id)
    JOIN LATERAL (SELECT max(id) AS last_id FROM subscription_changes
      WHERE account_id = account.id) known ON known.last_id IS NOT NULL,
    LATERAL (
      SELECT coalesce(jsonb_agg(jsonb_build_object('status', status, 'currency', currency,
        'items', items, 'discounts', discounts)), '[]') AS terms
      FROM (
        SELECT DISTINCT ON (word.subscription_key) word.status, word.currency, word.items,
          word.discounts
        FROM subscription_changes word
        WHERE word.account_id = account.id AND word.status IS NOT NULL
          AND word.effective_at <= ${now} AND NOT EXISTS (
            SELECT FROM subscription_changes later WHERE later.supersedes = word.id)
        ORDER BY word.subscription_key, word.effective_at DESC, word.id DESC
      ) latest) present`.execute(executor.sql);
  return new Map(
    rows.map((row) => [
      row.account_id,
      { lastId: row.last_id, nextMs: row.next_at, terms: row.terms },
    ]),
  );
}

interface BalanceRow {
  account_id: number;
  feature: string;
  used: string;
  limit: string | null;
  period_end: number;
  access_version: number;
  catalog_version: number;
  revision: number;
}

/** The balances of quota periods that are under way. */
export async function loadBalances(
  executor: Executor,
  accountIds: readonly number[],
  nowMs: number,
): Promise<Map<number, EntryBalance[]>> {
  const { rows } = await sql<BalanceRow>`
    SELECT account_id, feature, used, base_limit + pack_amount AS limit, period_end,
      access_version, catalog_version, revision
    FROM balances
    WHERE account_id = ANY(${numberArray(accountIds)}::bigint[])
      AND period_start > ${formatInstant(addDays(nowMs, -LONGEST_PERIOD_DAYS))}
      AND period_start <= ${formatInstant(nowMs)} AND period_end > ${formatInstant(nowMs)}`.execute(
    executor.sql,
  );
  const balances = rows.map((row) => ({ accountId: row.account_id, balance: balanceOf(row) }));
  const grouped = Map.groupBy(balances, ({ accountId }) => accountId);
  return new Map([...grouped].map(([id, all]) => [id, all.map(({ balance }) => balance)]));
}

function balanceOf(row: BalanceRow): EntryBalance {
  return {
    feature: row.feature,
    used: quantityFromDatabase(row.used),
    limit: row.limit === null ? null : quantityFromDatabase(row.limit),
    endMs: row.period_end,
    accessVersion: row.access_version,
    catalogVersion: row.catalog_version,
    revision: row.revision,
  };
}
