import type { Tx } from '../../../platform/database.ts';
import { assert } from '@whisperforge/kernel/assert';
import { lockBalances } from '../store-context.ts';
import { writeBatch } from '../store-write.ts';
import { prepareBatch } from './prepare.ts';
import { writesOf, type BatchDependencies } from './run.ts';
import { emptyWorkingSet, pairKey } from './working-set.ts';

/** The account's own name in the working set: settling knows no user. */
const OWNER = '';

/** Brings all balances of a locked account up to an instant by the facts as they are. */
export async function settleBalances(
  deps: BatchDependencies,
  tx: Tx,
  of: {
    readonly account: { readonly id: number; readonly accessVersion: number };
    readonly nowMs: number;
  },
): Promise<void> {
  const { id: accountId, accessVersion } = of.account;
  const balances = await lockBalances(tx, accountId);
  if (balances.length === 0) return;
  const catalog = deps.currentCatalog();
  const set = emptyWorkingSet(catalog, of.nowMs);
  set.users.set(OWNER, { userId: 0, accountId });
  set.accounts.set(accountId, {
    accountId,
    accessVersion,
    catalogVersion: catalog.version,
    anchorMs: 0,
  });
  for (const balance of balances) set.balances.set(pairKey(accountId, balance.feature), balance);
  await prepareBatch(tx, set, {
    sources: deps.sources,
    operations: [
      {
        kind: 'refresh',
        user: OWNER,
        features: balances.map((balance) => balance.feature),
        withAccess: false,
      },
    ],
  });
  const isWritten = await writeBatch(tx, writesOf(set), of.nowMs);
  assert(isWritten, 'nobody else changes balances that are locked');
}
