import type { Tx } from '../../../platform/database.ts';
import type { Catalog } from '../../plans/index.ts';
import { loadFacts } from '../../subscriptions/index.ts';
import { findOpenPeriods } from '../../usage/index.ts';
import type { Effect } from '../projection/effect.ts';
import { isSameTerms, limitBefore, overageTermsAt } from './decide-overage.ts';
import { findTerms, insertTerms, keepLimit } from './store.ts';

export interface TermsOf {
  readonly accountId: number;
  readonly catalog: Catalog;
  readonly graceDays: number;
  readonly nowMs: number;
  /** Whether facts have changed in this transaction; else terms have changed by time alone. */
  readonly isNews: boolean;
}

/**
 * Notes what use beyond the limits costs an account from now on, where that is news, and how far
 * use has come under the terms before: what was used beyond the limit under them is owed by them.
 * The caller holds the account's lock, and its balances are settled by the facts as they were.
 */
export async function noteTerms(tx: Tx, of: TermsOf): Promise<void> {
  const { accountId, catalog, graceDays, nowMs, isNews } = of;
  const facts = (await loadFacts(tx, [accountId], nowMs)).get(accountId);
  if (facts === undefined || facts.overageConsents.length === 0) return;
  const known = await findTerms(tx, accountId);
  const periods = await findOpenPeriods(tx, accountId);
  for (const terms of overageTermsAt({ catalog, facts, graceDays }, nowMs)) {
    const last = known.findLast(({ feature }) => feature === terms.feature);
    const period = periods.get(terms.feature);
    if (!isSameTerms(last, terms)) {
      const limit = period === undefined ? null : limitBefore(last, period, isNews);
      const mark = period === undefined ? null : { ...period, limit };
      await insertTerms(tx, { ...terms, accountId, mark }, nowMs);
    } else if (!isNews && last !== undefined && period !== undefined) {
      if (last.knownLimit !== period.limit) await keepLimit(tx, { ...period, id: last.id });
    }
  }
}

/** A plan may have become another, with other prices. */
export function followTerms(graceDays: number): Effect {
  return async ({ access }) => {
    const { account, catalog, nowMs } = access;
    const of = { accountId: account.id, catalog, graceDays, nowMs };
    await noteTerms(access.tx, { ...of, isNews: true });
  };
}
