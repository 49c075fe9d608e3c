import { ACCOUNTS_A_REFRESH } from './patrol.ts';
import { refreshEntries, type RefreshDependencies } from './refresh.ts';
import { clearEntries, countEntries } from './store-entries.ts';
import { listAccounts } from './store-patrol.ts';

/**
 * Makes all entries anew. Lists are short while it runs; what is changed meanwhile is told as
 * always.
 *
 * @returns how many entries were made
 */
export async function rebuildEntries(
  deps: RefreshDependencies,
  nowMs: number,
  onProgress: (made: number) => void = () => undefined,
): Promise<number> {
  await deps.database.transaction(clearEntries);
  let made = 0;
  for (let afterId = 0; ;) {
    const ids = await listAccounts(deps.database, { afterId, limit: ACCOUNTS_A_REFRESH });
    if (ids.length === 0) break;
    made += (await refreshEntries(deps, ids, nowMs)).length;
    afterId = ids.at(-1) ?? afterId;
    onProgress(made);
  }
  await countEntries(deps.database);
  return made;
}
