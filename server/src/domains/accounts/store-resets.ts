import { sql } from 'kysely';
import { formatInstant } from '@whisperforge/kernel/clock';
import type { Tx } from '../../platform/database.ts';

/** Users whose shown quota period is over, those first whose ended first; others leave them be. */
export async function lockEndedResets(
  tx: Tx,
  due: { readonly nowMs: number; readonly most: number },
): Promise<{ readonly userId: number; readonly accountId: number }[]> {
  const rows = await tx.sql
    .selectFrom('users')
    .select(['id', 'account_id'])
    .where(sql<boolean>`usage_reset_date <= ${formatInstant(due.nowMs)}`)
    .orderBy('usage_reset_date')
    .limit(due.most)
    .forUpdate()
    .skipLocked()
    .execute();
  return rows.map((row) => ({ userId: row.id, accountId: row.account_id }));
}

export async function putResets(
  tx: Tx,
  resets: readonly { readonly userId: number; readonly resetMs: number }[],
): Promise<void> {
  await sql`
    UPDATE users u SET usage_reset_date = i.reset
    FROM unnest(${resets.map((reset) => reset.userId)}::bigint[],
      ${resets.map((reset) => formatInstant(reset.resetMs))}::timestamptz[]) AS i(id, reset)
    WHERE u.id = i.id`.execute(tx.sql);
}
