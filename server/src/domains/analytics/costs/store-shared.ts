import { sql } from 'kysely';
import type { DaySpan } from '@whisperforge/kernel/period';
import type { Executor } from '../../../platform/database.ts';

/** How often an account used a model for what in a month. */
export interface AiEvents {
  readonly month: string;
  readonly accountId: number;
  readonly model: string;
  /** What the events count to, separated by commas. */
  readonly features: string;
  readonly events: string;
}

/** The use of AI in all months that days are in: whole months, however the days are cut. */
export async function findAiEvents(executor: Executor, { from, to }: DaySpan): Promise<AiEvents[]> {
  const { rows } = await sql<AiEvents>`
    SELECT date_trunc('month', day)::date AS month, account_id AS "accountId", model, features,
      sum(events)::text AS events
    FROM usage_account_days
    WHERE day >= date_trunc('month', ${from}::date)::date
      AND day < (date_trunc('month', ${to}::date) + interval '1 month')::date
      AND (model <> '' OR stated_cents <> 0)
    GROUP BY 1, 2, 3, 4`.execute(executor.sql);
  return rows;
}
