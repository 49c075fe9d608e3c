import { assert } from '@whisperforge/kernel/assert';
import type { Database } from '../../../platform/database.ts';
import { findContact } from '../../accounts/index.ts';
import { effectivePlanAt } from '../../entitlements/index.ts';
import { defaultPlanAt, findCatalogVersion, type CatalogCache } from '../../plans/index.ts';
import { findLiveSubscription, loadFacts } from '../../subscriptions/index.ts';
import { findListedInvoice } from '../invoices/store.ts';
import type { Situation } from './situation.ts';
import { zoneOf } from './wording.ts';

export interface SituationSources {
  readonly database: Database;
  readonly catalog: CatalogCache;
  readonly graceDays: number;
  readonly publicUrl: () => string;
}

export interface SituationOf {
  readonly accountId: number;
  readonly invoiceId: string | null;
  readonly nowMs: number;
}

/** Reads how things stand with an account, all of it at one moment as far as it is its own. */
export async function loadSituation(
  { database, catalog: cache, graceDays, publicUrl }: SituationSources,
  { accountId, invoiceId, nowMs }: SituationOf,
): Promise<Situation> {
  const catalog = await cache.atLeast(await findCatalogVersion(database));
  return database.transaction(async (tx) => {
    const contact = await findContact(tx, accountId);
    assert(contact !== undefined, 'an account has an owner');
    const facts = (await loadFacts(tx, [accountId], nowMs)).get(accountId);
    assert(facts !== undefined, 'the facts of an account are asked for');
    return {
      nowMs,
      account: {
        id: accountId,
        user: contact.externalId,
        email: contact.email,
        name: contact.name,
        zone: zoneOf(contact.metadata['time_zone']),
      },
      invoice: invoiceId === null ? null : await findListedInvoice(tx, { accountId, invoiceId }),
      subscription: await findLiveSubscription(tx, accountId),
      effective: effectivePlanAt({ catalog, facts, graceDays }, nowMs),
      defaultPlan: defaultPlanAt(catalog, nowMs),
      catalog,
      graceDays,
      accountUrl: `${publicUrl()}/account`,
    };
  });
}
