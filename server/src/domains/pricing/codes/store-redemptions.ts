import { formatInstant } from '@whisperforge/kernel/clock';
import type { Executor, Tx } from '../../../platform/database.ts';
import type { Redemption } from './promotion-code.ts';

const COLUMNS = [
  'id',
  'code_id',
  'account_id',
  'reference',
  'state',
  'held_at',
  'redeemed_at',
  'freed_at',
] as const;

interface RedemptionRow {
  id: number;
  code_id: number;
  account_id: number;
  reference: string;
  state: string;
  held_at: number;
  redeemed_at: number | null;
  freed_at: number | null;
}

export async function findRedemption(
  executor: Executor,
  reference: string,
): Promise<Redemption | undefined> {
  const row = await executor.sql
    .selectFrom('promotion_redemptions')
    .select(COLUMNS)
    .where('reference', '=', reference)
    .executeTakeFirst();
  return row && redemptionOf(row);
}

/** The uses of codes that stand; what was freed is none. */
export async function findRedemptions(
  executor: Executor,
  codeIds: readonly number[],
): Promise<Redemption[]> {
  const rows = await executor.sql
    .selectFrom('promotion_redemptions')
    .select(COLUMNS)
    .where('code_id', 'in', [...codeIds])
    .where('state', '<>', 'freed')
    .orderBy('id')
    .execute();
  return rows.map(redemptionOf);
}

/** How a code was used, the latest first, freed holds too. */
export async function findUses(
  executor: Executor,
  page: { readonly codeId: number; readonly beforeId: number | undefined; readonly limit: number },
): Promise<Redemption[]> {
  let query = executor.sql
    .selectFrom('promotion_redemptions')
    .select(COLUMNS)
    .where('code_id', '=', page.codeId);
  if (page.beforeId !== undefined) query = query.where('id', '<', page.beforeId);
  const rows = await query.orderBy('id', 'desc').limit(page.limit).execute();
  return rows.map(redemptionOf);
}

/** How an account has used a code; what was freed does not count. */
export async function countRedemptions(
  executor: Executor,
  use: { readonly codeId: number; readonly accountId: number },
): Promise<{ readonly held: number; readonly redeemed: number }> {
  const rows = await executor.sql
    .selectFrom('promotion_redemptions')
    .select((of) => ['state', of.fn.countAll<number>().as('count')])
    .where('code_id', '=', use.codeId)
    .where('account_id', '=', use.accountId)
    .where('state', '<>', 'freed')
    .groupBy('state')
    .execute();
  const count = (state: string): number => rows.find((row) => row.state === state)?.count ?? 0;
  return { held: count('held'), redeemed: count('redeemed') };
}

export async function insertHold(
  tx: Tx,
  hold: { readonly codeId: number; readonly accountId: number; readonly reference: string },
  nowMs: number,
): Promise<Redemption> {
  const row = await tx.sql
    .insertInto('promotion_redemptions')
    .values({
      code_id: hold.codeId,
      account_id: hold.accountId,
      reference: hold.reference,
      state: 'held',
      held_at: formatInstant(nowMs),
    })
    .returning(COLUMNS)
    .executeTakeFirstOrThrow();
  return redemptionOf(row);
}

/** Writes what has become of a redemption. */
export async function setState(
  tx: Tx,
  id: number,
  state: Redemption['state'],
  nowMs: number,
): Promise<Redemption> {
  const now = formatInstant(nowMs);
  const instants = {
    held: { held_at: now },
    redeemed: { redeemed_at: now },
    freed: { freed_at: now },
  };
  const row = await tx.sql
    .updateTable('promotion_redemptions')
    .set({ state, ...instants[state] })
    .where('id', '=', id)
    .returning(COLUMNS)
    .executeTakeFirstOrThrow();
  return redemptionOf(row);
}

function redemptionOf(row: RedemptionRow): Redemption {
  return {
    id: row.id,
    codeId: row.code_id,
    accountId: row.account_id,
    reference: row.reference,
    state: row.state as Redemption['state'],
    heldMs: row.held_at,
    redeemedMs: row.redeemed_at,
    freedMs: row.freed_at,
  };
}
