import { formatInstant } from '@whisperforge/kernel/clock';
import { sql } from 'kysely';
import type { Executor, Tx } from '../../../platform/database.ts';
import type {
  Interval,
  RecurringDiscount,
  RecurringItem,
  SubscriptionChange,
} from '../../subscriptions/index.ts';
import type { SubscriptionHistory } from '../fold/levels.ts';
import type { Segments } from './roll-up.ts';
import type { Stretch } from '../fold/stretches.ts';

/** A customer of the ledger with all that its movements follow from. */
export interface CustomerFacts extends Segments {
  readonly customerId: number;
  readonly histories: readonly SubscriptionHistory[];
  readonly stretches: readonly Stretch[];
}

/** Makes the accounts that have a history customers of the ledger, and notes them as changed. */
export async function noteAccounts(
  executor: Executor,
  accountIds: readonly number[],
  nowMs: number,
): Promise<void> {
  await sql`
    INSERT INTO revenue_customers (account_id, origin, external_key, created_at)
    SELECT id, 'accounts', id::text, ${formatInstant(nowMs)}::timestamptz
    FROM unnest(${accountIds}::bigint[]) AS id
    ON CONFLICT DO NOTHING`.execute(executor.sql);
  await noteKnown(executor, accountIds, nowMs);
}

/** Notes those of the accounts as changed that are customers of the ledger. */
export async function noteKnown(
  executor: Executor,
  accountIds: readonly number[],
  nowMs: number,
): Promise<void> {
  await sql`
    INSERT INTO revenue_pending (customer_id, since)
    SELECT id, ${formatInstant(nowMs)}::timestamptz FROM revenue_customers
    WHERE account_id = ANY(${accountIds}::bigint[])
    ORDER BY id
    ON CONFLICT DO NOTHING`.execute(executor.sql);
}

/** All accounts with a history that the ledger does not know yet. */
export async function adoptAccounts(executor: Executor, nowMs: number): Promise<void> {
  await sql`
    INSERT INTO revenue_customers (account_id, origin, external_key, created_at)
    SELECT DISTINCT account_id, 'accounts', account_id::text, ${formatInstant(nowMs)}::timestamptz
    FROM subscription_changes change
    WHERE NOT EXISTS (
      SELECT FROM revenue_customers known WHERE known.account_id = change.account_id)
    ON CONFLICT DO NOTHING`.execute(executor.sql);
}

/** Takes customers that have changed since they were folded; another process takes others. */
export async function takePending(tx: Tx, limit: number): Promise<number[]> {
  const { rows } = await sql<{ customer_id: number }>`
    DELETE FROM revenue_pending WHERE customer_id IN (
      SELECT customer_id FROM revenue_pending ORDER BY customer_id
      LIMIT ${limit} FOR UPDATE SKIP LOCKED)
    RETURNING customer_id`.execute(tx.sql);
  return rows.map(({ customer_id: id }) => id);
}

/** Customers whom time alone has moved in one of the books. */
export async function findDue(
  executor: Executor,
  bookIds: readonly number[],
  { nowMs, limit }: { readonly nowMs: number; readonly limit: number },
): Promise<number[]> {
  const { rows } = await sql<{ customer_id: number }>`
    SELECT DISTINCT customer_id FROM (
      SELECT customer_id FROM revenue_standings
      WHERE due_at <= ${formatInstant(nowMs)}::timestamptz AND book_id = ANY(${bookIds}::smallint[])
      ORDER BY due_at LIMIT ${limit}) due
    ORDER BY customer_id`.execute(executor.sql);
  return rows.map(({ customer_id: id }) => id);
}

/** The next customers by id, to build a book in order. */
export async function findNextCustomers(
  executor: Executor,
  afterId: number,
  limit: number,
): Promise<number[]> {
  const rows = await executor.sql
    .selectFrom('revenue_customers')
    .select('id')
    .where('id', '>', afterId)
    .orderBy('id')
    .limit(limit)
    .execute();
  return rows.map(({ id }) => id);
}

/** Two that fold one customer wait for each other. Rows are locked in the order of their ids. */
export async function lockCustomers(tx: Tx, ids: readonly number[]): Promise<void> {
  await sql`SELECT FROM revenue_customers WHERE id = ANY(${ids}::bigint[])
    ORDER BY id FOR NO KEY UPDATE`.execute(tx.sql);
}

interface ChangeRow {
  readonly customer_id: number;
  readonly subscription_key: string | null;
  readonly country: string;
  readonly source: string;
  readonly effective_at: number;
  readonly cause: string;
  readonly status: string;
  readonly currency: string;
  readonly items: unknown;
  readonly discounts: unknown;
}

/** Facts of customers, in the order of their ids. */
export async function loadFacts(
  executor: Executor,
  ids: readonly number[],
): Promise<CustomerFacts[]> {
  const { rows } = await sql<ChangeRow>`
    SELECT customer.id AS customer_id, coalesce(owner.country, customer.country) AS country,
      coalesce(owner.source, customer.source) AS source, change.subscription_key,
      change.effective_at, change.cause, change.status, change.currency, change.items,
      change.discounts
    FROM revenue_customers customer
    LEFT JOIN accounts account ON account.id = customer.account_id
    LEFT JOIN users owner ON owner.id = account.owner_user_id
    LEFT JOIN subscription_changes change ON change.account_id = customer.account_id
      AND change.status IS NOT NULL
      AND NOT EXISTS (SELECT FROM subscription_changes later WHERE later.supersedes = change.id)
    WHERE customer.id = ANY(${ids}::bigint[])
    ORDER BY customer.id, change.subscription_key, change.effective_at`.execute(executor.sql);
  const byCustomer = Map.groupBy(rows, ({ customer_id: id }) => id);
  const stretches = await loadStretches(executor, ids);
  return [...byCustomer].map(([customerId, all]) => ({
    customerId,
    country: all[0]!.country,
    source: all[0]!.source,
    histories: historiesOf(all),
    stretches: stretches.get(customerId) ?? [],
  }));
}

async function loadStretches(
  executor: Executor,
  ids: readonly number[],
): Promise<Map<number, Stretch[]>> {
  const rows = await executor.sql
    .selectFrom('revenue_history')
    .select(['customer_id', 'subscription_key', 'plan', 'starts_on', 'ends_on', 'amount'])
    .select(['currency', 'interval', 'interval_count', 'is_trial'])
    .where(sql<boolean>`customer_id = ANY(${ids}::bigint[])`)
    .orderBy('customer_id')
    .orderBy('subscription_key')
    .orderBy('starts_on')
    .execute();
  const stretches = rows.map((row) => ({
    customerId: row.customer_id,
    subscriptionKey: row.subscription_key,
    plan: row.plan,
    startsOn: row.starts_on,
    endsOn: row.ends_on,
    amount: row.amount,
    currency: row.currency,
    interval: row.interval as Interval,
    intervalCount: row.interval_count,
    isTrial: row.is_trial,
  }));
  return Map.groupBy(stretches, ({ customerId }) => customerId);
}

function historiesOf(rows: readonly ChangeRow[]): SubscriptionHistory[] {
  const byKey = Map.groupBy(rows, ({ subscription_key: key }) => key);
  return [...byKey].flatMap(([key, changes]) =>
    key === null ? [] : [{ key, changes: changes.map(changeOf), cancelRequestedMs: null }],
  );
}

function changeOf(row: ChangeRow): SubscriptionChange {
  return {
    effectiveMs: row.effective_at,
    cause: row.cause as SubscriptionChange['cause'],
    status: row.status,
    currency: row.currency,
    items: row.items as RecurringItem[],
    discounts: row.discounts as RecurringDiscount[],
  };
}

/** The slug of each plan version. */
export async function loadPlanNames(executor: Executor): Promise<Map<number, string>> {
  const rows = await executor.sql.selectFrom('subscription_plans').select(['id', 'slug']).execute();
  return new Map(rows.map(({ id, slug }) => [id, slug]));
}
