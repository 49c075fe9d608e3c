import { formatInstant } from '@whisperforge/kernel/clock';
import type { Period } from '@whisperforge/kernel/period';
import { sql } from 'kysely';
import { numberArray } from '../../../platform/array-literal.ts';
import type { Executor } from '../../../platform/database.ts';

/** A code that was used and paid with. */
export interface CodeUse {
  readonly id: number;
  readonly code: string;
  readonly accountId: number;
  readonly heldMs: number;
  readonly redeemedMs: number;
}

/** The uses of codes that were paid in a period, or all of some accounts. */
export async function loadCodeUses(
  executor: Executor,
  of: Period | { readonly accountIds: readonly number[] },
): Promise<CodeUse[]> {
  const asked =
    'accountIds' in of
      ? sql`used.account_id = ANY(${numberArray(of.accountIds)}::bigint[])`
      : sql`used.redeemed_at >= ${formatInstant(of.startMs)}::timestamptz
      AND used.redeemed_at < ${formatInstant(of.endMs)}::timestamptz`;
  const { rows } = await sql<CodeUse>`
    SELECT used.id, code.code, used.account_id AS "accountId", used.held_at AS "heldMs",
      used.redeemed_at AS "redeemedMs"
    FROM promotion_redemptions used JOIN promotion_codes code ON code.id = used.code_id
    WHERE used.state = 'redeemed' AND ${asked}
    ORDER BY used.id`.execute(executor.sql);
  return rows;
}
