import { DAY_MS } from '@whisperforge/kernel/period';
import { assert } from '@whisperforge/kernel/assert';
import type { Tx } from '../../../platform/database.ts';
import { countedKeys } from '../features.ts';
import {
  findLastOccurrence,
  findNewestBalances,
  lockAccountsAndBalances,
} from '../store/context.ts';
import { writeBatch } from '../store/write.ts';
import { prepareBatch } from './prepare.ts';
import { writesOf, type BatchDependencies } from './run.ts';
import { emptyWorkingSet, pairKey } from './working-set.ts';

/** The account's own name in the working set: settling knows no user. */
const OWNER = '';

/** That of an account whose facts no command has changed yet. */
const FIRST_VERSION = 1;

/** How long ago something may have happened that is booked now. */
const REACH_MS = 35 * DAY_MS;

/** An account of which all balances are to be settled; the caller has locked it. */
export interface SettledAccount {
  readonly id: number;
  readonly accessVersion: number;
  /** Opens its periods though nothing of it is counted, so that no first use can do so besides. */
  readonly opensPeriods?: boolean;
}

/**
 * Brings all balances of an account up to one instant by the facts as they are: now, or until when
 * a process whose clock is ahead has counted any of them. Periods that late events may still belong
 * to get their rows, because later nobody knows by which facts they went; an account that has
 * neither used anything nor seen a command has had none but its present facts.
 * Answers the instant; `null` where nothing of the account is counted.
 */
export async function settleBalances(
  deps: BatchDependencies,
  tx: Tx,
  of: { readonly account: SettledAccount; readonly nowMs: number },
): Promise<number | null> {
  const { id: accountId, accessVersion, opensPeriods = false } = of.account;
  await lockAccountsAndBalances(tx, [accountId]);
  const balances = await findNewestBalances(tx, accountId);
  const isUntouched = balances.length === 0 && accessVersion === FIRST_VERSION;
  if (isUntouched && !opensPeriods) return null;
  const catalog = deps.currentCatalog();
  // All of them to one instant: a command changes facts from then on, of every feature.
  const lastMs = await findLastOccurrence(tx, { accountId, afterMs: of.nowMs });
  const settledMs = Math.max(
    lastMs === null ? of.nowMs : lastMs + 1,
    ...balances.map((balance) => balance.computedMs),
  );
  const set = emptyWorkingSet(catalog, settledMs, true);
  set.users.set(OWNER, { userId: 0, accountId });
  const account = { accountId, accessVersion, catalogVersion: catalog.version, anchorMs: 0 };
  set.accounts.set(accountId, account);
  for (const balance of balances) set.balances.set(pairKey(accountId, balance.feature), balance);
  const features = countedKeys(catalog);
  const reachMs = settledMs - REACH_MS;
  await prepareBatch(tx, set, {
    sources: deps.sources,
    operations: [{ kind: 'refresh', user: OWNER, features, withAccess: false, reachMs }],
  });
  // It would be found to be old when it is written, and taken for the work of another process.
  deps.recent.forget([accountId]);
  // A batch that has read a balance by the old facts must not write it after the command.
  const isWritten = await writeBatch(tx, writesOf(set));
  assert(isWritten, 'nobody else changes balances that are locked');
  return settledMs;
}
