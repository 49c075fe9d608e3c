import { sql } from 'kysely';
import type { Executor } from '../../../../platform/database.ts';

/** A pause that ends by itself. */
export interface EndingPause {
  readonly commandId: string;
  readonly accountId: number;
  readonly subscriptionId: string;
  readonly resumesMs: number;
}

/**
 * Pauses with an end that nothing has ended before: no later one, and no attempt to go on. Which
 * is later is told by the database's clock, since at most one command of an account is under way.
 */
const UNENDED = sql`
  SELECT pause.id, pause.account_id, pause.stripe_subscription_id,
    (pause.request ->> 'resumesMs')::bigint AS resumes_ms
  FROM subscription_commands AS pause
  WHERE pause.kind = 'pause' AND pause.state = 'done' AND pause.request ? 'resumesMs'
    AND NOT EXISTS (
      SELECT FROM subscription_commands AS later
      WHERE later.account_id = pause.account_id AND later.touched_at > pause.touched_at
        AND (later.kind = 'unpause' AND later.state IN ('done', 'pending', 'refused')
          OR later.kind = 'pause' AND later.state = 'done'))`;

interface PauseRow {
  id: string;
  account_id: number;
  stripe_subscription_id: string;
  resumes_ms: number;
}

/** Those whose end has come, since an instant that bounds how far is looked back. */
export async function findDuePauses(
  executor: Executor,
  { sinceMs, nowMs, most }: { sinceMs: number; nowMs: number; most: number },
): Promise<EndingPause[]> {
  const { rows } = await sql<PauseRow>`
    ${UNENDED} AND (pause.request ->> 'resumesMs')::bigint BETWEEN ${sinceMs} AND ${nowMs}
    ORDER BY (pause.request ->> 'resumesMs')::bigint LIMIT ${most}`.execute(executor.sql);
  return rows.map(pauseOf);
}

/** When the pause of a subscription ends by itself; `null` where it does not. */
export async function findPauseEnd(
  executor: Executor,
  of: { readonly accountId: number; readonly subscriptionId: string },
): Promise<number | null> {
  const { rows } = await sql<PauseRow>`
    ${UNENDED} AND pause.account_id = ${of.accountId}
      AND pause.stripe_subscription_id = ${of.subscriptionId}
    ORDER BY pause.touched_at DESC LIMIT 1`.execute(executor.sql);
  return rows[0]?.resumes_ms ?? null;
}

function pauseOf(row: PauseRow): EndingPause {
  return {
    commandId: row.id,
    accountId: row.account_id,
    subscriptionId: row.stripe_subscription_id,
    resumesMs: row.resumes_ms,
  };
}
