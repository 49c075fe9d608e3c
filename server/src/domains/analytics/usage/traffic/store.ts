import { sql, type RawBuilder } from 'kysely';
import { formatInstant } from '@whisperforge/kernel/clock';
import { numberArray, textArray } from '../../../../platform/array-literal.ts';
import type { Executor, Tx } from '../../../../platform/database.ts';
import type { Subject } from '../../metrics/registry/metric.ts';
import { keyColumn, matchingFilters, type DimensionColumns } from '../store-use.ts';
import { BY_SUBJECT, type SumsQuestion } from '../summed.ts';

/** Requests of one minute that were alike. */
export interface CountedRequests {
  readonly minuteMs: number;
  readonly method: string;
  readonly route: string;
  readonly keyId: number;
  readonly status: number;
  readonly bucket: number;
  readonly requests: number;
  readonly durationUs: number;
}

/** Adds requests to their minutes, hours and days. */
export async function addTraffic(
  tx: Tx,
  counted: readonly CountedRequests[],
  timeZone: string,
): Promise<void> {
  if (counted.length === 0) return;
  const numbers = (of: (each: CountedRequests) => number) =>
    sql`${numberArray(counted.map(of))}::bigint[]`;
  const texts = (of: (each: CountedRequests) => string) =>
    sql`${textArray(counted.map(of))}::text[]`;
  const input = sql`unnest(
    ${texts(({ minuteMs }) => formatInstant(minuteMs))}::timestamptz[],
    ${texts(({ method }) => method)}, ${texts(({ route }) => route)},
    ${numbers(({ keyId }) => keyId)}, ${numbers(({ status }) => status)},
    ${numbers(({ bucket }) => bucket)}, ${numbers(({ requests }) => requests)},
    ${numbers(({ durationUs }) => durationUs)}
  ) AS counted(minute, method, route, key_id, status, bucket, requests, duration_us)`;
  const spans = [
    ['route_minutes', 'minute', sql`minute`],
    ['route_hours', 'hour', sql`date_trunc('hour', minute)`],
    ['route_days', 'day', sql`(minute AT TIME ZONE ${timeZone})::date`],
  ] as const;
  for (const [table, column, span] of spans) {
    const key = sql.raw(`${column}, method, route, key_id, status, bucket`);
    // In the order of the key, so that those who write at once wait and do not lock each other.
    await sql`
      INSERT INTO ${sql.table(table)} AS present (${key}, requests, duration_us)
      SELECT ${span}, method, route, key_id, status, bucket, sum(requests), sum(duration_us)
      FROM ${input} GROUP BY 1, 2, 3, 4, 5, 6 ORDER BY 1, 2, 3, 4, 5, 6
      ON CONFLICT (${key}) DO UPDATE SET requests = present.requests + excluded.requests,
        duration_us = present.duration_us + excluded.duration_us`.execute(tx.sql);
  }
}

/** Notes that the system is there in a minute. */
export async function markAlive(
  tx: Tx,
  { minuteMs, day }: { readonly minuteMs: number; readonly day: string },
): Promise<void> {
  const minute = formatInstant(minuteMs);
  await sql`
    WITH marked AS (
      INSERT INTO server_minutes (minute) VALUES (${minute}::timestamptz)
      ON CONFLICT DO NOTHING RETURNING minute)
    INSERT INTO server_days AS present (day, minutes, began)
    SELECT ${day}::date, 1, minute FROM marked
    ON CONFLICT (day) DO UPDATE SET minutes = present.minutes + 1,
      began = LEAST(present.began, excluded.began)`.execute(tx.sql);
}

/** Forgets minutes of before an instant; hours and days stay. */
export async function forgetMinutes(executor: Executor, beforeMs: number): Promise<void> {
  const before = sql`${formatInstant(beforeMs)}::timestamptz`;
  await sql`DELETE FROM route_minutes WHERE minute < ${before}`.execute(executor.sql);
  await sql`DELETE FROM server_minutes WHERE minute < ${before}`.execute(executor.sql);
}

const KEY_NAME = sql`COALESCE((SELECT name FROM secret_keys WHERE id = key_id), '')`;

const DIMENSIONS: DimensionColumns = {
  route: sql`method || ' ' || route`,
  key: KEY_NAME,
  status: sql`(status / 100)::text || 'xx'`,
};

export const TRAFFIC_DIMENSIONS = [...Object.keys(DIMENSIONS), 'hour'];

/** What rows are added up by first, before what stands for it is made of each sum. */
const GROUPS: Readonly<Record<string, RawBuilder<unknown>>> = {
  route: sql`method, route`,
  key: sql`key_id`,
  status: sql`status / 100`,
};

export interface TrafficOfSpan {
  readonly key: string | null;
  /** The first of the span's days. */
  readonly day: string;
  /** 0 where durations are not asked for. */
  readonly bucket: number;
  readonly requests: string;
  readonly refused: string;
  readonly errors: string;
  readonly durationUs: string;
}

/**
 * Requests by span, and by bucket of their durations where these are asked for; by hours of the day
 * only where those are. The same key may be told several times, each with a part of its sums.
 */
export async function findTraffic(
  executor: Executor,
  { range, spans = [range], by, filters, book }: SumsQuestion,
  { hasDurations }: { readonly hasDurations: boolean },
): Promise<TrafficOfSpan[]> {
  const isByHour = by === 'hour' || filters['hour'] !== undefined;
  const local = sql`(hour AT TIME ZONE ${book.rules.timeZone})`;
  const columns = isByHour ? { ...DIMENSIONS, hour: sql`to_char(${local}, 'HH24')` } : DIMENSIONS;
  const [table, day]: [string, RawBuilder<unknown>] = isByHour
    ? ['route_hours', sql`${local}::date`]
    : ['route_days', sql`day`];
  // By the index, as far as no time zone is further away.
  const near = isByHour
    ? sql`hour >= ${range.from}::date - 1 AND hour < ${range.to}::date + 2`
    : sql`true`;
  const dimension = by === BY_SUBJECT ? 'route' : by;
  // By what is selected first, which is the key, where nothing is simpler.
  const group = dimension === null ? [] : [GROUPS[dimension] ?? sql`1`];
  const groups = sql.join([sql`2`, ...group, ...(hasDurations ? [sql`bucket`] : [])]);
  const firsts = sql`${textArray(spans.map(({ from }) => from))}::date[]`;
  const { rows } = await sql<TrafficOfSpan>`
    SELECT ${keyColumn(by, { columns, subject: DIMENSIONS['route']! })} AS key,
      (${firsts})[width_bucket(${day}, ${firsts})] AS day,
      ${hasDurations ? sql`bucket` : sql`0`} AS bucket, sum(requests)::text AS requests,
      COALESCE(sum(requests) FILTER (WHERE status BETWEEN 400 AND 499), 0)::text AS refused,
      COALESCE(sum(requests) FILTER (WHERE status >= 500), 0)::text AS errors,
      sum(duration_us)::text AS "durationUs"
    FROM ${sql.table(table)}
    WHERE ${day} BETWEEN ${range.from}::date AND ${range.to}::date AND ${near}
      AND ${matchingFilters(filters, columns)}
    GROUP BY ${groups}`.execute(executor.sql);
  return rows;
}

/** Rows of routes are called as they are. */
export function describeRoutes(keys: readonly string[]): ReadonlyMap<string, Subject> {
  return new Map(keys.map((label) => [label, { label, accountId: null, user: null, details: {} }]));
}

export interface ServedDay {
  readonly day: string;
  readonly minutes: number;
}

/** On how many minutes of days the system was there, and since when that is known. */
export async function findServedDays(
  executor: Executor,
  { from, to }: { readonly from: string; readonly to: string },
): Promise<{ readonly days: ServedDay[]; readonly beganMs: number | null }> {
  const { rows } = await sql<ServedDay>`
    SELECT day, minutes FROM server_days
    WHERE day BETWEEN ${from}::date AND ${to}::date`.execute(executor.sql);
  return { days: rows, beganMs: await findMeasuredSince(executor) };
}

/** When the system began to measure itself; `null` where it has not yet. */
export async function findMeasuredSince(executor: Executor): Promise<number | null> {
  const first = await sql<{ began: number | null }>`
    SELECT min(began) AS began FROM server_days`.execute(executor.sql);
  return first.rows[0]?.began ?? null;
}
