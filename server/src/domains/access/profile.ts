import { assert } from '@whisperforge/kernel/assert';
import type { Clock } from '@whisperforge/kernel/clock';
import type { Quantity } from '@whisperforge/kernel/quantity';
import type { Database } from '../../platform/database.ts';
import type { Accounts, User } from '../accounts/index.ts';
import {
  covers,
  planSourceAt,
  type Balance,
  type PlanSource,
  type RestrictionCause,
} from '../entitlements/index.ts';
import {
  planVersion,
  termsOf,
  type CatalogCache,
  type Feature,
  type FeatureTerms,
  type PlanVersion,
} from '../plans/index.ts';
import { loadFacts, type AccessFacts, type SubscriptionFact } from '../subscriptions/index.ts';
import { countedKeys, type Lookup, type Usage } from '../usage/index.ts';

/** Where something that an account may do comes from. */
export interface GrantSource {
  readonly source: 'plan' | 'boost' | 'pack';
  /** The plan's slug. */
  readonly plan: string | null;
  /** How much of a counted feature; `null` is unlimited, or not counted. */
  readonly amount: Quantity | null;
  readonly expiresMs: number | null;
}

export interface FeatureProfile {
  readonly feature: Feature;
  readonly isGranted: boolean;
  readonly terms: FeatureTerms | undefined;
  readonly balance: Balance | null;
  readonly sources: readonly GrantSource[];
}

/** All that a user may do at an instant. */
export interface AccessProfile {
  readonly user: User;
  readonly plan: PlanVersion;
  /** How the plan came to be in force. */
  readonly planSource: PlanSource;
  readonly restriction: RestrictionCause | null;
  readonly subscription: (SubscriptionFact & { readonly plan: PlanVersion }) | null;
  readonly features: readonly FeatureProfile[];
}

export interface ProfileDependencies {
  readonly database: Database;
  readonly clock: Clock;
  readonly accounts: Accounts;
  readonly catalog: CatalogCache;
  readonly usage: Usage;
  readonly lookup: Lookup;
}

export async function loadProfile(
  deps: ProfileDependencies,
  externalId: string,
): Promise<AccessProfile> {
  const user = await deps.accounts.getUser(externalId);
  const { balances } = await deps.usage.refresh({
    kind: 'refresh',
    user: externalId,
    features: countedKeys(deps.catalog.current()),
    withAccess: false,
  });
  // Read as it is kept: refreshing it, too, would write it anew for whoever looks.
  const state = await deps.lookup.lookup(externalId, '');
  assert(state !== undefined, 'a user who was found is known');
  const { catalog, plan } = state;
  const restriction = state.restriction?.cause ?? null;
  const nowMs = deps.clock.nowMs();
  const facts = (await loadFacts(deps.database, [user.accountId], nowMs)).get(user.accountId);
  assert(facts !== undefined, 'facts are loaded for every account asked for');
  const features = [...catalog.features.values()].map((feature): FeatureProfile => {
    const terms = termsOf(catalog, plan, feature.key);
    const balance = balances.find((each) => each.feature === feature.key) ?? null;
    const sources = sourcesOf({ plan, terms, facts, balance, feature: feature.key, nowMs });
    return { feature, isGranted: sources.length > 0, terms, balance, sources };
  });
  const { subscription } = facts;
  return {
    user,
    plan,
    planSource: planSourceAt(facts, restriction, nowMs),
    restriction,
    subscription: subscription && {
      ...subscription,
      plan: planVersion(catalog, subscription.planId),
    },
    features,
  };
}

function sourcesOf(of: {
  readonly plan: PlanVersion;
  readonly terms: FeatureTerms | undefined;
  readonly facts: AccessFacts;
  readonly balance: Balance | null;
  readonly feature: string;
  readonly nowMs: number;
}): GrantSource[] {
  const { plan, terms, facts, balance, nowMs } = of;
  const isOurs = (each: { feature: string; startsMs: number; expiresMs: number | null }): boolean =>
    each.feature === of.feature && covers(each.startsMs, each.expiresMs, nowMs);
  const fromPlan = terms === undefined ? [] : [planSource(plan, terms)];
  // One that was for a period which a new anchor has cut short adds nothing to the next.
  const boosts = facts.boosts
    .filter(isOurs)
    .filter(({ periodStartMs }) => periodStartMs === null || periodStartMs === balance?.startMs)
    .map((boost) => added('boost', boost));
  const packs = facts.packs.filter(isOurs).map((pack) => added('pack', pack));
  return [...fromPlan, ...boosts, ...packs];
}

function planSource(plan: PlanVersion, terms: FeatureTerms): GrantSource {
  const amount = terms.kind === 'metered' || terms.kind === 'level' ? terms.limit : null;
  return { source: 'plan', plan: plan.slug, amount, expiresMs: null };
}

function added(
  source: 'boost' | 'pack',
  grant: { readonly amount: Quantity; readonly expiresMs: number | null },
): GrantSource {
  return { source, plan: null, amount: grant.amount, expiresMs: grant.expiresMs };
}
