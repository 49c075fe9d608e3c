import { sql } from 'kysely';
import { formatInstant } from '@whisperforge/kernel/clock';
import type { Executor } from '../../../../platform/database.ts';

/** An event as the usage domain would have booked it. */
export interface BookedEvent {
  readonly accountId: number;
  readonly userId: number;
  readonly atMs: number;
  readonly amount: string;
  readonly type?: string;
  readonly counted?: Readonly<Record<string, string>>;
  readonly costCents?: string | undefined;
  readonly provider?: string;
  readonly model?: string;
  readonly prompt?: string;
  readonly tokensIn?: number;
  readonly tokensOut?: number;
  readonly isOverLimit?: boolean;
}

/** Where events of some months go. */
export async function makePartitions(executor: Executor, months: readonly string[]): Promise<void> {
  for (const month of months) {
    await sql
      .raw(
        `CREATE TABLE IF NOT EXISTS usage_events_${month.replace('-', '_')}
         PARTITION OF usage_events
         FOR VALUES FROM ('${month}-01') TO ('${month}-01'::timestamptz + interval '1 month')`,
      )
      .execute(executor.sql);
  }
}

export async function bookEvents(executor: Executor, events: readonly BookedEvent[]) {
  for (const event of events) {
    const counted = event.counted ?? { audio_minutes: event.amount };
    const { prompt } = event;
    const metadata = prompt === undefined ? null : JSON.stringify({ prompt });
    await sql`
      INSERT INTO usage_events (account_id, user_id, event_type, occurred_at, recorded_at,
        resource_consumed, cost_cents, provider, model, tokens_in, tokens_out, counted, over_limit,
        late, metadata)
      VALUES (${event.accountId}, ${event.userId}, ${event.type ?? 'audio_processed'},
        ${formatInstant(event.atMs)}, ${formatInstant(event.atMs)}, ${event.amount},
        ${event.costCents ?? null}, ${event.provider ?? null}, ${event.model ?? null},
        ${event.tokensIn ?? null}, ${event.tokensOut ?? null}, ${JSON.stringify(counted)},
        ${event.isOverLimit ?? false}, false, ${metadata})`.execute(executor.sql);
  }
}

const SUMS = [
  'usage_days',
  'usage_feature_days',
  'usage_account_days',
  'usage_account_feature_days',
  'usage_adopters',
  'usage_adoption',
];

/** Forgets all use, all sums and all plans. */
export async function clearUse(executor: Executor): Promise<void> {
  const folds = ['usage_folds', 'usage_fold_months', 'account_plans', 'account_plans_pending'];
  const others = ['usage_events', 'usage_prices', ...folds];
  for (const table of [...SUMS, ...others]) {
    await sql`DELETE FROM ${sql.table(table)}`.execute(executor.sql);
  }
  await sql
    .raw(
      `ALTER TABLE usage_events ALTER COLUMN booked_in
       SET DEFAULT (pg_current_xact_id()::text::bigint)`,
    )
    .execute(executor.sql);
  await sql`ALTER TABLE subscription_changes DISABLE TRIGGER USER`.execute(executor.sql);
  await sql`DELETE FROM subscription_changes`.execute(executor.sql);
  await sql`ALTER TABLE subscription_changes ENABLE TRIGGER USER`.execute(executor.sql);
}

/** Works until all that was booked is in the sums, whoever else is under way in the meantime. */
export async function foldAll(
  executor: Executor,
  fold: { work(): Promise<number> },
): Promise<void> {
  for (;;) {
    const done = await fold.work();
    const { rows } = await sql<{ caught: boolean }>`
      SELECT folded_to > (SELECT COALESCE(max(booked_in), 0) FROM usage_events)
        AND NOT EXISTS (SELECT FROM usage_fold_months) AS caught
      FROM usage_folds`.execute(executor.sql);
    if (done === 0 && rows[0]?.caught === true) return;
  }
}

/** All that the sums say, as lines in a fixed order; a point stands for what is empty. */
export async function sumsOf(executor: Executor) {
  const lines = async (columns: string, table: string): Promise<string[]> => {
    const { rows } = await sql<{ line: string }>`
      SELECT line FROM (
        SELECT concat_ws(' ', ${sql.raw(columns)}) FROM ${sql.table(table)}) AS told(line)
      ORDER BY line COLLATE "C"`.execute(executor.sql);
    return rows.map(({ line }) => line);
  };
  const some = (name: string): string => `COALESCE(NULLIF(${name}, ''), '.')`;
  const detail = ['provider', 'model', 'prompt'].map(some).join(', ');
  const sums = ['stated_cents', 'unstated_tokens_in', 'unstated_tokens_out', 'unstated_amount'];
  const measures = [
    'events, unstated_events, over_limit',
    ...[...sums, 'amount', 'tokens_in', 'tokens_out'].map((name) => `trim_scale(${name})`),
  ].join(', ');
  const use = `${some('plan')}, event_type, ${some('features')}, ${detail}, ${measures}`;
  const feature = `${some('plan')}, event_type, ${detail}, feature, events, trim_scale(amount)`;
  return {
    days: await lines(`day, '.', ${use}`, 'usage_days'),
    accountDays: await lines(`day, account_id, user_id, ${use}`, 'usage_account_days'),
    features: await lines(`day, ${feature}`, 'usage_feature_days'),
    accountFeatures: await lines(
      `day, account_id, user_id, ${feature}`,
      'usage_account_feature_days',
    ),
    adopters: await lines(
      `month, ${some('feature')}, account_id, plan, cohort, events`,
      'usage_adopters',
    ),
    adoption: await lines(
      `month, ${some('feature')}, ${some('plan')}, cohort, accounts`,
      'usage_adoption',
    ),
    prices: await lines(
      `day, ${some('provider')}, model, COALESCE(price_id, 0), superseded_at IS NULL`,
      'usage_prices',
    ),
  };
}
