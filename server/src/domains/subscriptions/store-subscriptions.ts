import { sql, type Insertable, type Selectable } from 'kysely';
import { formatInstant } from '@whisperforge/kernel/clock';
import type { Executor, Tx } from '../../platform/database.ts';
import type { Schema } from '../../platform/schema.ts';
import type { RecordedSubscription, SubscriptionState } from './subscription.ts';

const COLUMNS = [
  'id',
  'account_id',
  'plan_id',
  'status',
  'source',
  'billing_cycle',
  'seats',
  'started_at',
  'current_period_start',
  'current_period_end',
  'trial_end',
  'cancel_at',
  'past_due_since',
  'scheduled_plan_id',
  'scheduled_at',
  'ended_at',
  'stripe_subscription_id',
] as const;

type SubscriptionRow = Pick<Selectable<Schema['user_subscriptions']>, (typeof COLUMNS)[number]>;

export async function findLiveSubscription(
  tx: Tx,
  accountId: number,
): Promise<RecordedSubscription | null> {
  const row = await tx.sql
    .selectFrom('user_subscriptions')
    .select(COLUMNS)
    .where('account_id', '=', accountId)
    .where('ended_at', 'is', null)
    .executeTakeFirst();
  return row === undefined ? null : recordedOf(row);
}

/** Contracts and gifts, the newest first; those that have ended only where it is said. */
export async function listContracts(
  executor: Executor,
  { withEnded }: { readonly withEnded: boolean },
): Promise<RecordedSubscription[]> {
  const all = executor.sql
    .selectFrom('user_subscriptions')
    .select(COLUMNS)
    .where('source', 'in', ['manual', 'gift'])
    .orderBy('started_at', 'desc')
    .orderBy('id', 'desc');
  const rows = await (withEnded ? all : all.where('ended_at', 'is', null)).execute();
  return rows.map(recordedOf);
}

/**
 * The row of the subscription that a state is news of, whosever it is: by its id at Stripe, or
 * else by its source and start, of equals the live one before the latest.
 */
export async function findRecordedSubscription(
  tx: Tx,
  accountId: number,
  state: SubscriptionState,
): Promise<RecordedSubscription | null> {
  const { source, startedMs, stripeSubscriptionId } = state;
  const rows = tx.sql.selectFrom('user_subscriptions').select(COLUMNS);
  const named =
    stripeSubscriptionId === null
      ? rows
          .where('account_id', '=', accountId)
          .where('stripe_subscription_id', 'is', null)
          .where('source', '=', source)
          .where(sql<boolean>`started_at = ${formatInstant(startedMs)}`)
          .orderBy(sql`ended_at IS NULL`, 'desc')
          .orderBy('id', 'desc')
          .limit(1)
      : rows.where('stripe_subscription_id', '=', stripeSubscriptionId);
  const row = await named.executeTakeFirst();
  return row === undefined ? null : recordedOf(row);
}

export async function findSubscriptionOfStripe(
  executor: Executor,
  stripeSubscriptionId: string,
): Promise<RecordedSubscription | null> {
  const row = await executor.sql
    .selectFrom('user_subscriptions')
    .select(COLUMNS)
    .where('stripe_subscription_id', '=', stripeSubscriptionId)
    .executeTakeFirst();
  return row === undefined ? null : recordedOf(row);
}

export async function insertSubscription(
  tx: Tx,
  of: { readonly accountId: number; readonly userId: number },
  state: SubscriptionState,
  nowMs: number,
): Promise<number> {
  const now = formatInstant(nowMs);
  const { id } = await tx.sql
    .insertInto('user_subscriptions')
    .values({
      ...subscriptionColumns(state),
      account_id: of.accountId,
      user_id: of.userId,
      created_at: now,
      updated_at: now,
    })
    .returning('id')
    .executeTakeFirstOrThrow();
  return id;
}

/** Writes a subscription as it now stands. */
export async function updateSubscription(
  tx: Tx,
  id: number,
  state: SubscriptionState,
  nowMs: number,
): Promise<void> {
  await tx.sql
    .updateTable('user_subscriptions')
    .set({ ...subscriptionColumns(state), updated_at: formatInstant(nowMs) })
    .where('id', '=', id)
    .execute();
}

/** Ends a subscription that was to end by itself, though nobody has told that it has. */
export async function endLapsedSubscription(tx: Tx, id: number, nowMs: number): Promise<void> {
  await tx.sql
    .updateTable('user_subscriptions')
    .set({ ended_at: sql`cancel_at`, updated_at: formatInstant(nowMs) })
    .where('id', '=', id)
    .execute();
}

function recordedOf(row: SubscriptionRow): RecordedSubscription {
  const { scheduled_plan_id: scheduledPlan, scheduled_at: scheduledAt } = row;
  return {
    id: row.id,
    accountId: row.account_id,
    planId: row.plan_id,
    status: row.status,
    source: row.source as RecordedSubscription['source'],
    billingCycle: row.billing_cycle as RecordedSubscription['billingCycle'],
    seats: row.seats,
    startedMs: row.started_at,
    period: { startMs: row.current_period_start, endMs: row.current_period_end },
    trialEndMs: row.trial_end,
    cancelAtMs: row.cancel_at,
    pastDueSinceMs: row.past_due_since,
    scheduled:
      scheduledPlan === null || scheduledAt === null
        ? null
        : { planId: scheduledPlan, atMs: scheduledAt },
    endedMs: row.ended_at,
    stripeSubscriptionId: row.stripe_subscription_id,
  };
}

type SubscriptionColumns = Omit<
  Insertable<Schema['user_subscriptions']>,
  'account_id' | 'user_id' | 'created_at' | 'updated_at'
>;

function subscriptionColumns(state: SubscriptionState): SubscriptionColumns {
  const instant = (ms: number | null): string | null => (ms === null ? null : formatInstant(ms));
  return {
    plan_id: state.planId,
    status: state.status,
    source: state.source,
    billing_cycle: state.billingCycle,
    seats: state.seats,
    started_at: formatInstant(state.startedMs),
    current_period_start: formatInstant(state.period.startMs),
    current_period_end: formatInstant(state.period.endMs),
    trial_end: instant(state.trialEndMs),
    cancel_at: instant(state.cancelAtMs),
    past_due_since: instant(state.pastDueSinceMs),
    scheduled_plan_id: state.scheduled?.planId ?? null,
    scheduled_at: instant(state.scheduled?.atMs ?? null),
    ended_at: instant(state.endedMs),
    stripe_subscription_id: state.stripeSubscriptionId,
  };
}
