import { formatInstant } from '@whisperforge/kernel/clock';
import { sql, type RawBuilder } from 'kysely';
import type { Executor, Tx } from '../../../platform/database.ts';

/** What is on record of a kind, as it is shown: members by the names of the lines' fields. */
export type ShownRecord = Readonly<Record<string, string | number | null>>;

interface Listing {
  readonly rows: RawBuilder<unknown>;
  /** What rows are ordered by, the last first; each as text that sorts as it does. */
  readonly order: RawBuilder<unknown>;
}

const DECIMAL = (column: string): RawBuilder<unknown> =>
  sql`trim_scale(${sql.ref(column)})::text AS ${sql.ref(column)}`;
const INSTANT = (column: string): RawBuilder<unknown> =>
  sql`to_char(${sql.ref(column)} AT TIME ZONE 'UTC', 'YYYY-MM-DD"T"HH24:MI:SS.MS"Z"')
    AS ${sql.ref(column)}`;

const LISTINGS: Readonly<Record<string, Listing>> = {
  'marketing-spend': {
    rows: sql`SELECT id::text AS id, channel, campaign, starts_on, ends_on, amount_minor, currency
      FROM marketing_spend WHERE superseded_at IS NULL`,
    order: sql`to_char(starts_on, 'YYYYMMDD') || lpad(id::text, 19, '0')`,
  },
  'ai-prices': {
    rows: sql`SELECT id::text AS id, provider, model, starts_on, currency,
      ${DECIMAL('per_million_tokens_in')}, ${DECIMAL('per_million_tokens_out')},
      ${DECIMAL('per_unit')} FROM ai_prices WHERE superseded_at IS NULL`,
    order: sql`to_char(starts_on, 'YYYYMMDD') || lpad(id::text, 19, '0')`,
  },
  'exchange-rates': {
    rows: sql`SELECT DISTINCT ON (base, currency, day) base || ' ' || currency || ' ' || day AS id,
      day, currency, base, ${DECIMAL('rate')} FROM exchange_rates
      ORDER BY base, currency, day, recorded_at DESC`,
    order: sql`to_char(day, 'YYYYMMDD') || base || currency`,
  },
  'support-tickets': {
    rows: sql`SELECT origin || ' ' || ticket_key AS id, origin, ticket_key AS ticket_id,
      user_key AS user_id, plan, priority, ${INSTANT('opened_at')}, ${INSTANT('first_response_at')},
      ${INSTANT('closed_at')}, satisfaction FROM support_tickets`,
    order: sql`opened_at || ' ' || id`,
  },
  'survey-answers': {
    rows: sql`SELECT origin || ' ' || answer_key AS id, origin, answer_key AS answer_id,
      kind AS survey, score, user_key AS user_id, plan, ${INSTANT('answered_at')}, comment
      FROM survey_answers`,
    order: sql`answered_at || ' ' || id`,
  },
};

export interface ListedRecord {
  readonly cursor: string;
  readonly shown: ShownRecord;
}

/** What is on record, the latest first. */
export async function listRecords(
  executor: Executor,
  kind: string,
  { after, limit }: { readonly after: string | undefined; readonly limit: number },
): Promise<ListedRecord[]> {
  const listing = LISTINGS[kind];
  if (listing === undefined) return [];
  const { rows, order } = listing;
  const beyond =
    after === undefined ? sql`true` : sql`(${order}) COLLATE "C" < ${after}::text COLLATE "C"`;
  const found = await sql<{ cursor: string } & ShownRecord>`
    SELECT *, ${order} AS cursor FROM (${rows}) AS shown WHERE ${beyond}
    ORDER BY (${order}) COLLATE "C" DESC LIMIT ${limit}`.execute(executor.sql);
  return found.rows.map(({ cursor, ...shown }) => ({ cursor, shown }));
}

const WITHDRAWN = { 'marketing-spend': 'marketing_spend', 'ai-prices': 'ai_prices' } as const;

export type WithdrawableKind = keyof typeof WITHDRAWN;

/** Puts what was told out of force; answers whether it was in force. */
export async function withdrawRecord(
  tx: Tx,
  kind: WithdrawableKind,
  { id, nowMs }: { readonly id: number; readonly nowMs: number },
): Promise<boolean> {
  const result = await tx.sql
    .updateTable(WITHDRAWN[kind])
    .set({ superseded_at: formatInstant(nowMs) })
    .where('id', '=', id)
    .where('superseded_at', 'is', null)
    .executeTakeFirst();
  return result.numUpdatedRows > 0n;
}
