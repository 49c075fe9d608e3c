import type { Database } from '../../../platform/database.ts';
import { findCatalogVersion, type CatalogCache } from '../../plans/index.ts';
import { loadFacts } from '../../subscriptions/index.ts';
import { decideEntry } from './decide-entry.ts';
import type { Entry, EntryHistory } from './entry.ts';
import { putEntries } from './store-entries.ts';
import { loadBalances, loadHistories, loadSubjects } from './store-facts.ts';

export interface RefreshDependencies {
  readonly database: Database;
  readonly catalog: CatalogCache;
  readonly graceDays: number;
}

const NO_HISTORY: EntryHistory = { lastId: 0, terms: [], nextMs: null };

/** Computes the entries of the accounts' users from all that is on record, and writes them. */
export async function refreshEntries(
  deps: RefreshDependencies,
  accountIds: readonly number[],
  nowMs: number,
): Promise<readonly Entry[]> {
  if (accountIds.length === 0) return [];
  const { database, graceDays } = deps;
  const catalog = await deps.catalog.atLeast(await findCatalogVersion(database));
  const subjects = await loadSubjects(database, accountIds);
  const histories = await loadHistories(database, accountIds, nowMs);
  const access = await loadFacts(database, accountIds, nowMs);
  const balances = await loadBalances(database, accountIds, nowMs);
  const entries = subjects.flatMap((subject) => {
    const { accountId } = subject;
    const facts = access.get(accountId);
    if (facts === undefined) return [];
    const history = histories.get(accountId) ?? NO_HISTORY;
    const open = balances.get(accountId) ?? [];
    const known = { subject, access: facts, history, balances: open };
    return [decideEntry(known, { catalog, graceDays }, nowMs)];
  });
  await putEntries(database, entries, nowMs);
  return entries;
}
