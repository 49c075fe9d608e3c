import { sql } from 'kysely';
import { formatQuantity } from '@whisperforge/kernel/quantity';
import type { Database } from '../../src/platform/database.ts';
import { burnedOf, type ModelPeriod } from './model/account.ts';
import { leftOf } from './model/limits.ts';
import { openPeriodOf } from './model/time.ts';
import type { Resident } from './resident.ts';
import { LEVELS, METERED } from './sold.ts';
import { compare } from './step.ts';

interface BalanceRow {
  readonly feature: string;
  readonly period_start: number;
  readonly period_end: number | null;
  readonly used: string;
  readonly reserved: string;
  readonly base_limit: string | null;
  readonly pack_amount: string;
  readonly pack_burned: string;
  readonly boost_covered: string;
}

/** Compares every row of a resident's account with the model's history of it. */
export async function auditResident(database: Database, resident: Resident): Promise<void> {
  const { accountId, model } = resident;
  const { rows } = await sql<BalanceRow>`
    SELECT feature, period_start, period_end, used, reserved, base_limit, pack_amount, pack_burned,
      boost_covered FROM balances WHERE account_id = ${accountId}
    ORDER BY feature, period_start`.execute(database.sql);
  const found = new Map(rows.map((row) => [`${row.feature} ${row.period_start}`, row]));
  for (const period of [...model.periods.values()].flat().concat([...model.levels.values()])) {
    const key = `${period.feature} ${period.startMs}`;
    const row = found.get(key);
    found.delete(key);
    if (row !== undefined) auditBalance(resident, period, row);
    else compare(`${key} was used and has a row`, false, isUsed(period));
  }
  compare('rows of periods that there are not', [], [...found.keys()]);
  await auditBurns(database, resident);
  await auditEvents(database, resident);
}

function isUsed(period: ModelPeriod): boolean {
  return period.used > 0n || period.held > 0n || burnedOf(period) > 0n;
}

function auditBalance(resident: Resident, period: ModelPeriod, row: BalanceRow): void {
  const isOpen = period === openPeriodOf(resident.model, period.feature);
  const isLevel = period.endMs === Number.POSITIVE_INFINITY;
  const shown = {
    end: row.period_end,
    used: row.used,
    reserved: row.reserved,
    burned: row.pack_burned,
    covered: row.boost_covered,
    ...(!isOpen && { base: row.base_limit, packs: row.pack_amount }),
  };
  const burned = fixed(burnedOf(period));
  const base = period.closed?.base ?? null;
  compare(
    `the row of ${period.feature} from ${new Date(period.startMs).toISOString()}`,
    {
      end: isLevel ? null : period.endMs,
      used: fixed(period.used),
      reserved: fixed(period.held),
      burned,
      covered: fixed(period.covered),
      ...(!isOpen && { base: base === null ? null : fixed(base), packs: burned }),
    },
    shown,
  );
}

/** What is left of each pack. */
async function auditBurns(database: Database, resident: Resident): Promise<void> {
  const { rows } = await sql<{ id: number; left_over: string }>`
    SELECT g.id, g.amount - COALESCE((
        SELECT sum(b.amount) FROM pack_burns b
        WHERE b.account_id = g.account_id AND b.grant_id = g.id), 0) AS left_over
    FROM grants g WHERE g.account_id = ${resident.accountId} AND g.kind = 'pack'
    ORDER BY g.id`.execute(database.sql);
  const packs = resident.model.packs.map((pack) => fixed(leftOf(resident.model, pack)));
  compare(
    'what is left of the packs',
    packs,
    rows.map((row) => row.left_over),
  );
}

/** All events: their number, their sums, and what they counted to. */
async function auditEvents(database: Database, resident: Resident): Promise<void> {
  const { events } = resident.model;
  const { rows } = await sql<{ total: number; over: number; late: number; amount: string | null }>`
    SELECT count(*) AS total, count(*) FILTER (WHERE over_limit) AS over,
      count(*) FILTER (WHERE late) AS late, sum(resource_consumed) AS amount
    FROM usage_events WHERE account_id = ${resident.accountId}`.execute(database.sql);
  const amount = events.reduce((sum, event) => sum + event.amount, 0n);
  compare(
    'the events',
    {
      total: events.length,
      over: events.filter((event) => event.isOver).length,
      late: events.filter((event) => event.isLate).length,
      amount: events.length === 0 ? null : fixed(amount),
    },
    { ...rows[0] },
  );
  const counted = await sql<{ feature: string; amount: string }>`
    SELECT c.key AS feature, sum(c.value::numeric(20, 6)) AS amount
    FROM usage_events e CROSS JOIN LATERAL jsonb_each_text(e.counted) c
    WHERE e.account_id = ${resident.accountId} GROUP BY c.key ORDER BY c.key COLLATE "C"`.execute(
    database.sql,
  );
  const sums = new Map<string, bigint>();
  for (const [feature, each] of events.flatMap((event) => [...event.counted])) {
    sums.set(feature, (sums.get(feature) ?? 0n) + each);
  }
  const expected = [...sums].toSorted(([a], [b]) => (a < b ? -1 : 1));
  compare(
    'what the events count to',
    expected.map(([feature, sum]) => ({ feature, amount: fixed(sum) })),
    counted.rows.map((row) => ({ feature: row.feature, amount: row.amount })),
  );
}

/**
 * What a period's row says was used is what its events add up to. What happened in the very
 * millisecond in which a new anchor ended a period was counted in that period.
 */
export async function auditSums(database: Database, { accountId }: Resident): Promise<void> {
  const { rows } = await sql<{ account_id: number; feature: string; period_start: number }>`
    SELECT b.account_id, b.feature, b.period_start, b.used, COALESCE(e.amount, 0) AS events
    FROM balances b LEFT JOIN LATERAL (
      SELECT sum((e.counted ->> b.feature)::numeric) AS amount FROM usage_events e
      WHERE e.account_id = b.account_id AND e.occurred_at >= b.period_start
        AND e.occurred_at < b.period_end) e ON true
    WHERE b.account_id = ${accountId} AND b.period_end IS NOT NULL
      AND b.used <> COALESCE(e.amount, 0)
      AND NOT EXISTS (
        SELECT FROM usage_events e JOIN quota_anchors a ON a.effective_at = e.occurred_at
        WHERE e.account_id = b.account_id AND a.account_id = b.account_id)
    LIMIT 5`.execute(database.sql);
  compare('periods whose events do not add up to what was used', [], rows);
}

/** As `numeric(20, 6)` is printed. */
function fixed(amount: bigint): string {
  const [whole, fraction = ''] = formatQuantity(amount).split('.');
  return `${whole}.${fraction.padEnd(6, '0')}`;
}

export const ALL_COUNTED = [...METERED, ...LEVELS];
