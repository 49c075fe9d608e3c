import { formatInstant } from '@whisperforge/kernel/clock';
import { sql, type RawBuilder } from 'kysely';
import type { Executor, Tx } from '../../../platform/database.ts';
import { readCursor, writeCursor } from '../../../platform/pages.ts';

/** What is on record of a kind, as it is shown: members by the names of the lines' fields. */
export type ShownRecord = Readonly<Record<string, string | number | object | null>>;

interface Listing {
  /** The columns that are shown. */
  readonly shown: RawBuilder<unknown>;
  readonly from: RawBuilder<unknown>;
  /** What rows are ordered by, the last first; by columns, so that an index answers a page. */
  readonly order: Readonly<Record<string, 'day' | 'instant' | 'number' | 'string'>>;
}

const DECIMAL = (column: string): RawBuilder<unknown> =>
  sql`trim_scale(${sql.ref(column)})::text AS ${sql.ref(column)}`;
const INSTANT = (column: string): RawBuilder<unknown> =>
  sql`to_char(${sql.ref(column)} AT TIME ZONE 'UTC', 'YYYY-MM-DD"T"HH24:MI:SS.MS"Z"')
    AS ${sql.ref(column)}`;

const LISTINGS: Readonly<Record<string, Listing>> = {
  'marketing-spend': {
    shown: sql`id::text AS id, channel, campaign, starts_on, ends_on, amount_minor, currency`,
    from: sql`(SELECT * FROM marketing_spend WHERE superseded_at IS NULL)`,
    order: { starts_on: 'day', id: 'number' },
  },
  'ai-prices': {
    shown: sql`id::text AS id, provider, model, starts_on, currency,
      ${DECIMAL('per_million_tokens_in')}, ${DECIMAL('per_million_tokens_out')},
      ${DECIMAL('per_unit')}`,
    from: sql`(SELECT * FROM ai_prices WHERE superseded_at IS NULL)`,
    order: { starts_on: 'day', id: 'number' },
  },
  'exchange-rates': {
    shown: sql`base || ' ' || currency || ' ' || day AS id, day, currency, base,
      ${DECIMAL('rate')}`,
    from: sql`(SELECT DISTINCT ON (base, currency, day) base, currency, day, rate
      FROM exchange_rates ORDER BY base, currency, day, recorded_at DESC)`,
    order: { day: 'day', base: 'string', currency: 'string' },
  },
  'support-tickets': {
    shown: sql`origin || ' ' || ticket_key AS id, origin, ticket_key AS ticket_id,
      user_key AS user_id, plan, priority, ${INSTANT('opened_at')}, ${INSTANT('first_response_at')},
      ${INSTANT('closed_at')}, satisfaction`,
    from: sql`support_tickets`,
    order: { opened_at: 'instant', origin: 'string', ticket_key: 'string' },
  },
  'survey-answers': {
    shown: sql`origin || ' ' || answer_key AS id, origin, answer_key AS answer_id,
      kind AS survey, score, user_key AS user_id, plan, ${INSTANT('answered_at')}, comment`,
    from: sql`survey_answers`,
    order: { answered_at: 'instant', origin: 'string', answer_key: 'string' },
  },
  'customers': {
    shown: sql`origin || ' ' || external_key AS id, origin, external_key AS customer_id, name,
      email, country, source, signed_up_on, attributes`,
    from: sql`(SELECT * FROM revenue_customers WHERE account_id IS NULL)`,
    order: { id: 'number' },
  },
  'leaving-reasons': {
    shown: sql`origin || ' ' || reason_key AS id, origin, reason_key AS reason_id,
      user_key AS user_id, ${INSTANT('left_at')}, reason, comment, plan`,
    from: sql`leaving_reasons`,
    order: { left_at: 'instant', origin: 'string', reason_key: 'string' },
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
  const { shown, from, order } = listing;
  const columns = Object.keys(order).map((column) => sql.ref(`record.${column}`));
  const latestFirst = columns.map((column) => sql`${column} DESC`);
  const beyond =
    after === undefined ? sql`true` : sql`(${sql.join(columns)}) < ${readPlace(listing, after)}`;
  const found = await sql<{ place: readonly (string | number)[] } & ShownRecord>`
    SELECT ${shown}, ${placeOf(listing)} AS place FROM ${from} AS record
    WHERE ${beyond}
    ORDER BY ${sql.join(latestFirst)} LIMIT ${limit}`.execute(executor.sql);
  return found.rows.map(({ place, ...row }) => ({ cursor: writeCursor(place), shown: row }));
}

/** Where a row stands, as a cursor tells it: instants in milliseconds. */
function placeOf({ order }: Listing): RawBuilder<unknown> {
  const parts = Object.entries(order).map(([name, kind]) => {
    const column = sql.ref(`record.${name}`);
    return kind === 'instant' ? sql`(extract(epoch FROM ${column}) * 1000)::bigint` : column;
  });
  return sql`jsonb_build_array(${sql.join(parts)})`;
}

const TYPES = { day: 'date', instant: 'timestamptz', number: 'bigint', string: 'text' } as const;

function readPlace({ order }: Listing, cursor: string): RawBuilder<unknown> {
  const kinds = Object.values(order);
  const parts = readCursor(cursor, kinds).map((part, index) => {
    const kind = kinds[index] ?? 'string';
    const value = kind === 'instant' && typeof part === 'number' ? formatInstant(part) : part;
    return sql`${value}::${sql.raw(TYPES[kind])}`;
  });
  return sql`(${sql.join(parts)})`;
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

/** Lines of one kind are taken by one at a time, since each is held against those on record. */
export async function lockInputs(tx: Tx, kind: string): Promise<void> {
  await sql`SELECT pg_advisory_xact_lock(hashtext(${`inputs ${kind}`}::text))`.execute(tx.sql);
}
