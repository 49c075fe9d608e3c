import { formatInstant } from '@whisperforge/kernel/clock';
import { addMonths, type Period } from '@whisperforge/kernel/period';
import { connect } from './run-steps.ts';

const EVENTS_A_DAY = 20;
/** As many as there are cores. */
const AT_ONCE = 2;

/** Calendar months from the one in which a period begins to the one in which it ends. */
function monthsOf({ startMs, endMs }: Period): string[] {
  const first = `${formatInstant(startMs).slice(0, 7)}-01T00:00:00.000Z`;
  const months: string[] = [];
  for (let at = Date.parse(first); at < endMs; at = addMonths(at, 1)) {
    months.push(formatInstant(at).slice(0, 7));
  }
  return months;
}

/**
 * Events of customers while they stay, months side by side: on some days each makes twenty, three
 * of five of them audio and the others content, in the order in which they happened.
 */
export async function makeUsage(
  databaseUrl: string,
  { period, events }: { readonly period: Period; readonly events: number },
  tell: (line: string) => void,
): Promise<void> {
  const months = monthsOf(period);
  const preparing = await connect(databaseUrl);
  await preparing.query(PREPARING);
  const { rows } = await preparing.query<{ month: string; stays: number }>(STAYS, [months]);
  await preparing.end();
  const stays = rows.reduce((sum, each) => sum + each.stays, 0);
  const left = rows.map((each) => ({
    month: each.month,
    days: Math.round((events / EVENTS_A_DAY) * (each.stays / stays)),
  }));
  const worker = async (): Promise<void> => {
    const client = await connect(databaseUrl);
    for (let next = left.shift(); next !== undefined; next = left.shift()) {
      tell(`${next.days * EVENTS_A_DAY} events of ${next.month} …`);
      await client.query(partitionOf(next.month));
      await client.query(INSERT, [`${next.month}-01`, next.days]);
    }
    await client.end();
  };
  await Promise.all(Array.from({ length: AT_ONCE }, worker));
}

/** Who is there in a month, by number. */
const PREPARING = `
  CREATE TABLE bench_months AS
  SELECT month::date, n AS account_id,
    row_number() OVER (PARTITION BY month ORDER BY n)::int AS place
  FROM bench_stays, bench_span now, generate_series(date_trunc('month', bench_stays.starts_at),
    least(bench_stays.ends_at, now.ends_at), interval '1 month') month
  WHERE NOT is_given_up;
  CREATE INDEX ON bench_months (month, place);
  ANALYZE bench_months`;

const STAYS = `SELECT month, (SELECT count(*)::int FROM bench_months
    WHERE bench_months.month = (asked.month || '-01')::date) AS stays
  FROM unnest($1::text[]) AS asked(month)`;

/** As the daily job makes them. */
function partitionOf(month: string): string {
  const first = `${month}-01`;
  return `CREATE TABLE IF NOT EXISTS usage_events_${month.replace('-', '_')}
    PARTITION OF usage_events
    FOR VALUES FROM ('${first}') TO ('${formatInstant(addMonths(Date.parse(first), 1))}')`;
}

const INSERT = `
  INSERT INTO usage_events (account_id, user_id, event_type, occurred_at, recorded_at,
    resource_consumed, cost_cents, model, provider, tokens_in, tokens_out, counted, over_limit,
    late)
  SELECT account_id, account_id, CASE WHEN is_audio THEN 'audio_processed'
      ELSE 'content_generated' END, at, at, CASE WHEN is_audio THEN 3 ELSE 1 END,
    CASE WHEN is_audio THEN 0.6 END, CASE WHEN is_audio THEN 'whisper-1' ELSE 'gpt-5' END,
    'openai', CASE WHEN is_audio THEN 0 ELSE 900 END, CASE WHEN is_audio THEN 0 ELSE 600 END,
    CASE WHEN is_audio THEN '{"audio_minutes": "3"}'
      ELSE '{"content_generated": "1", "ai_tokens": "1500"}' END::jsonb, false, false
  FROM (SELECT account_id, day, n FROM (SELECT count(*)::int AS people FROM bench_months
      WHERE month = $1::date) there, generate_series(1, $2::int) n,
      LATERAL (SELECT 1 + abs(hashint8extended(n, 81)) % people AS place,
        $1::date + (abs(hashint8extended(n, 82)) % 28)::int AS day) drawn
    JOIN bench_months ON month = $1::date AND bench_months.place = drawn.place
    WHERE people > 0 ORDER BY account_id, day) days,
    generate_series(1, ${EVENTS_A_DAY}) each,
    LATERAL (SELECT day + interval '9 hours' + n % 600 * interval '1 minute'
      + each * interval '2 minutes' AS at, each % 5 < 3 AS is_audio) made
  WHERE at < (SELECT ends_at FROM bench_span)`;
