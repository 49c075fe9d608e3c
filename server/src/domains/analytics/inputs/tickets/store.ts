import { formatInstant } from '@whisperforge/kernel/clock';
import { sql } from 'kysely';
import type { Executor, Tx } from '../../../../platform/database.ts';
import type { TicketLine } from './ticket-line.ts';

export async function findTickets(
  executor: Executor,
  lines: readonly TicketLine[],
): Promise<TicketLine[]> {
  const keys = lines.map(({ origin, ticketKey }) => ({ origin, key: ticketKey }));
  const { rows } = await sql<TicketLine>`
    SELECT origin, ticket_key AS "ticketKey", user_key AS "userKey", plan, priority,
      opened_at AS "openedMs", first_response_at AS "firstResponseMs", closed_at AS "closedMs",
      satisfaction
    FROM support_tickets WHERE (origin, ticket_key) IN (
      SELECT origin, key FROM jsonb_to_recordset(${JSON.stringify(keys)}::jsonb)
        AS asked(origin text, key text))`.execute(executor.sql);
  return rows;
}

/** As the help desk told of them last; users that the app knows are found by its id. */
export async function putTickets(
  tx: Tx,
  lines: readonly TicketLine[],
  { nowMs }: { readonly nowMs: number },
): Promise<void> {
  const at = (ms: number | null): string | null => (ms === null ? null : formatInstant(ms));
  const told = lines.map((line) => ({
    ...line,
    opened_at: at(line.openedMs),
    first_response_at: at(line.firstResponseMs),
    closed_at: at(line.closedMs),
  }));
  await sql`
    INSERT INTO support_tickets (origin, ticket_key, user_key, account_id, plan, priority,
      opened_at, first_response_at, closed_at, satisfaction, recorded_at)
    SELECT told.origin, "ticketKey", "userKey", users.account_id, told.plan, priority, opened_at,
      first_response_at, closed_at, satisfaction, ${formatInstant(nowMs)}::timestamptz
    FROM jsonb_to_recordset(${JSON.stringify(told)}::jsonb) AS told(origin text, "ticketKey" text,
      "userKey" text, plan text, priority text, opened_at timestamptz,
      first_response_at timestamptz, closed_at timestamptz, satisfaction smallint)
    LEFT JOIN users ON users.external_id = told."userKey"
    ON CONFLICT (origin, ticket_key) DO UPDATE
    SET user_key = excluded.user_key, account_id = excluded.account_id, plan = excluded.plan,
      priority = excluded.priority, opened_at = excluded.opened_at,
      first_response_at = excluded.first_response_at, closed_at = excluded.closed_at,
      satisfaction = excluded.satisfaction, recorded_at = excluded.recorded_at`.execute(tx.sql);
}
