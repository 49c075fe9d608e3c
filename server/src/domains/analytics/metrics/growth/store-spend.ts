import { sql } from 'kysely';
import type { DaySpan } from '@whisperforge/kernel/period';
import type { Executor } from '../../../../platform/database.ts';

/** What was spent on a channel over some days; the last one is not among them. */
export interface MarketingSpend {
  readonly channel: string;
  readonly startsOn: string;
  readonly endsOn: string;
  readonly amountMinor: number;
  readonly currency: string;
}

/** The latest word on what was spent on any of the days, where need be on some channels only. */
export async function findMarketingSpend(
  executor: Executor,
  { from, to }: DaySpan,
  channels: readonly string[] | null,
): Promise<MarketingSpend[]> {
  const ofChannels = channels === null ? sql`true` : sql`channel = ANY(${[...channels]}::text[])`;
  const { rows } = await sql<MarketingSpend>`
    SELECT channel, starts_on AS "startsOn", ends_on AS "endsOn", amount_minor AS "amountMinor",
      currency
    FROM marketing_spend
    WHERE superseded_at IS NULL AND starts_on <= ${to}::date AND ends_on > ${from}::date
      AND ${ofChannels}
    ORDER BY starts_on, channel, campaign`.execute(executor.sql);
  return rows;
}
