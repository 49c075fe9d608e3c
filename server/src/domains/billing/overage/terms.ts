import type { Tx } from '../../../platform/database.ts';
import type { Catalog } from '../../plans/index.ts';
import { loadFacts } from '../../subscriptions/index.ts';
import type { Effect } from '../projection/effect.ts';
import { isSameTerms, overageTermsAt } from './decide-overage.ts';
import { findTerms, insertTerms } from './store.ts';

export interface TermsOf {
  readonly accountId: number;
  readonly catalog: Catalog;
  readonly graceDays: number;
  readonly nowMs: number;
}

/**
 * Notes what use beyond the limits costs an account from now on, where that is news. A period is
 * charged by what was noted last before its end, whatever the plan has become since.
 */
export async function noteTerms(tx: Tx, of: TermsOf): Promise<void> {
  const { accountId, catalog, graceDays, nowMs } = of;
  const facts = (await loadFacts(tx, [accountId], nowMs)).get(accountId);
  if (facts === undefined || facts.overageConsents.length === 0) return;
  const known = await findTerms(tx, accountId);
  for (const terms of overageTermsAt({ catalog, facts, graceDays }, nowMs)) {
    const last = known.findLast(({ feature }) => feature === terms.feature);
    if (!isSameTerms(last, terms)) await insertTerms(tx, accountId, terms, nowMs);
  }
}

/** A plan may have become another, with other prices. */
export function followTerms(graceDays: number): Effect {
  return async ({ access }) => {
    const { account, catalog, nowMs } = access;
    await noteTerms(access.tx, { accountId: account.id, catalog, graceDays, nowMs });
  };
}
