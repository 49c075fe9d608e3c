import { sql, type RawBuilder } from 'kysely';
import { formatInstant } from '@whisperforge/kernel/clock';
import { DAY_MS } from '@whisperforge/kernel/period';
import type { Executor } from '../../../platform/database.ts';
import type { TimelineRow } from './entry.ts';

/** How many events are added up at most, unless one day has more. */
const MOST_EVENTS = 10_000;

interface DayRow {
  day_start: number;
  event_type: string;
  events: number;
  amount: string;
  cost_cents: string | null;
  over_limit: number;
}

export interface UsageDays {
  /** Of each day and kind of event one, at the day's start; whole days only. */
  readonly rows: readonly TimelineRow[];
  /** Days up to this one have not been looked at; `null` where there are none. */
  readonly openUntilMs: number | null;
}

/** What an account used, by days of UTC, of the days that begin before an instant. */
export async function listUsageDays(
  executor: Executor,
  accountId: number,
  beforeMs: number,
): Promise<UsageDays> {
  const endMs = Math.floor(beforeMs / DAY_MS) * DAY_MS + DAY_MS;
  const of = sql`account_id = ${accountId} AND occurred_at < ${formatInstant(endMs)}`;
  const edge = await findEdge(executor, of);
  if (edge === null) return { rows: await addUp(executor, of), openUntilMs: null };
  // The day at the edge is whole only by itself; without any other it is read to its beginning.
  const edgeDayMs = Math.floor(edge / DAY_MS) * DAY_MS;
  const isOnlyDay = edgeDayMs + DAY_MS >= endMs;
  const fromMs = isOnlyDay ? edgeDayMs : edgeDayMs + DAY_MS;
  const whole = sql`${of} AND occurred_at >= ${formatInstant(fromMs)}`;
  return { rows: await addUp(executor, whole), openUntilMs: fromMs - DAY_MS };
}

/** The instant of the event at which reading stops; `null` where there are fewer. */
async function findEdge(executor: Executor, of: RawBuilder<unknown>): Promise<number | null> {
  const { rows } = await sql<{ occurred_at: number }>`
    SELECT occurred_at FROM usage_events WHERE ${of}
    ORDER BY occurred_at DESC OFFSET ${MOST_EVENTS} LIMIT 1`.execute(executor.sql);
  return rows[0]?.occurred_at ?? null;
}

async function addUp(executor: Executor, of: RawBuilder<unknown>): Promise<TimelineRow[]> {
  const { rows } = await sql<DayRow>`
    SELECT date_trunc('day', occurred_at, 'UTC') AS day_start, event_type,
      count(*) AS events, sum(resource_consumed)::text AS amount,
      sum(cost_cents)::text AS cost_cents, count(*) FILTER (WHERE over_limit) AS over_limit
    FROM usage_events WHERE ${of} GROUP BY 1, 2`.execute(executor.sql);
  return rows.map((row) => ({
    atMs: row.day_start,
    kind: 'usage',
    id: `${formatInstant(row.day_start)} ${row.event_type}`,
    what: row.event_type,
    detail: {
      events: row.events,
      amount: Number(row.amount),
      cost_cents: row.cost_cents === null ? null : Number(row.cost_cents),
      over_limit: row.over_limit,
    },
    amountMinor: null,
    currency: null,
    actor: null,
  }));
}
