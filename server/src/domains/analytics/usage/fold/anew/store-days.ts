import { sql } from 'kysely';
import type { Executor } from '../../../../../platform/database.ts';
import type { DayStretch } from './local-days.ts';

/** Some time before and after a month of UTC, wherever it may begin and end in a time zone. */
const SPARE = '1 day 1 hour';

/**
 * From when on it is which day in a time zone, from before a month until after it. Minute by
 * minute, so that it is what Postgres takes for the day of each event, wherever a clock is changed.
 */
export async function findDays(
  executor: Executor,
  { month, nextMonth, timeZone }: { month: string; nextMonth: string; timeZone: string },
): Promise<DayStretch[]> {
  const { rows } = await sql<DayStretch>`
    SELECT at AS "fromMs", day FROM (
      SELECT at, day, lag(day) OVER (ORDER BY at) AS before
      FROM generate_series(${month}::timestamp - ${SPARE}::interval,
        ${nextMonth}::timestamp + ${SPARE}::interval, interval '1 minute') AS minute(utc),
        LATERAL (SELECT utc AT TIME ZONE 'UTC' AS at) AS instant,
        LATERAL (SELECT (at AT TIME ZONE ${timeZone})::date AS day) AS local) AS each
    WHERE day IS DISTINCT FROM before ORDER BY at`.execute(executor.sql);
  return rows;
}
