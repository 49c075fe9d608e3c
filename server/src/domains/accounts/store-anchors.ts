import { sql } from 'kysely';
import { assert } from '@whisperforge/kernel/assert';
import { formatInstant } from '@whisperforge/kernel/clock';
import type { Executor, Tx } from '../../platform/database.ts';
import { quotaPeriodAt } from './quota-period.ts';

/** Forgets the anchors after an instant, from which nothing has been counted, and adds another. */
export async function replaceAnchorsAfter(
  tx: Tx,
  of: { readonly accountId: number; readonly atMs: number; readonly nowMs: number },
  anchorMs: number | null,
): Promise<void> {
  const { accountId, atMs, nowMs } = of;
  const known = (await loadAnchors(tx, [accountId])).get(accountId);
  // Without another one the first stays, also where the clock of who asks is behind it.
  const keptMs = anchorMs === null ? Math.max(atMs, known?.[0] ?? atMs) : atMs;
  const { numDeletedRows } = await tx.sql
    .deleteFrom('quota_anchors')
    .where('account_id', '=', accountId)
    .where(sql<boolean>`effective_at > ${formatInstant(keptMs)}`)
    .executeTakeFirst();
  if (anchorMs !== null) await insertAnchor(tx, accountId, anchorMs);
  else if (numDeletedRows === 0n) return;
  await tx.sql
    .updateTable('accounts')
    .set({ quota_anchor: sql`(SELECT max(effective_at) FROM quota_anchors WHERE account_id = id)` })
    .where('id', '=', accountId)
    .execute();
  const anchors = (await loadAnchors(tx, [accountId])).get(accountId);
  assert(anchors !== undefined, 'an account has an anchor');
  const usageResetMs = quotaPeriodAt(anchors, nowMs).endMs;
  await tx.sql
    .updateTable('users')
    .set({ usage_reset_date: formatInstant(usageResetMs) })
    .where('account_id', '=', accountId)
    .execute();
}

/** Every anchor that the accounts have had, ascending. */
export async function loadAnchors(
  executor: Executor,
  accountIds: readonly number[],
): Promise<Map<number, number[]>> {
  const rows = await executor.sql
    .selectFrom('quota_anchors')
    .select(['account_id', 'effective_at'])
    .where(sql<boolean>`account_id = ANY(${accountIds}::bigint[])`)
    .orderBy('account_id')
    .orderBy('effective_at')
    .execute();
  const anchors = new Map<number, number[]>();
  for (const row of rows) {
    const known = anchors.get(row.account_id);
    if (known === undefined) anchors.set(row.account_id, [row.effective_at]);
    else known.push(row.effective_at);
  }
  return anchors;
}

/** Adds an anchor that quota periods are counted from. */
export async function insertAnchor(tx: Tx, accountId: number, anchorMs: number): Promise<void> {
  await tx.sql
    .insertInto('quota_anchors')
    .values({ account_id: accountId, effective_at: formatInstant(anchorMs) })
    .onConflict((conflict) => conflict.doNothing())
    .execute();
}
