import { assert } from '@whisperforge/kernel/assert';
import type { Clock } from '@whisperforge/kernel/clock';
import type { Database } from '../../platform/database.ts';
import { AppError } from '../../platform/errors.ts';
import type { CountedBalance, Restriction } from '../entitlements/index.ts';
import { planVersion, type Catalog, type CatalogCache, type PlanVersion } from '../plans/index.ts';
import { Gatherer } from './batch/gatherer.ts';
import type { RefreshAnswer, RefreshOperation } from './batch/operations.ts';
import { USER_UNKNOWN } from './errors.ts';
import { readAccess, type AccessReading } from './store/lookup.ts';
import type { UserFeature } from './store/read.ts';

/** What an account has of a feature at this instant. */
export interface AccessState {
  readonly accountId: number;
  readonly plan: PlanVersion;
  readonly restriction: Restriction | null;
  /** For metered features and levels. */
  readonly balance: CountedBalance | null;
  readonly catalog: Catalog;
}

export interface Lookup {
  /**
   * Reads the state of a user's feature, computing it anew first where it is outdated;
   * `undefined` for a user that is not known. The feature is one that is counted, or `''` where
   * only the plan matters.
   */
  lookup(user: string, feature: string): Promise<AccessState | undefined>;
  close(): Promise<void>;
}

export interface LookupDependencies {
  readonly database: Database;
  readonly clock: Clock;
  readonly catalog: CatalogCache;
  refresh(operation: RefreshOperation): Promise<RefreshAnswer>;
}

type Read = AccessState | 'outdated' | undefined;

const MOST_BATCHES = 1;
const MOST_ITEMS = 128;

export function createLookup(deps: LookupDependencies): Lookup {
  const gatherer = new Gatherer<UserFeature, Read>({
    mostBatches: MOST_BATCHES,
    mostItems: MOST_ITEMS,
    mostWeight: MOST_ITEMS,
    weightOf: () => 1,
    run: (pairs) => readAll(deps, pairs),
  });
  return {
    async lookup(user, feature) {
      const read = await gatherer.submit([], { user, feature });
      return read === 'outdated' ? refreshed(deps, { user, feature }) : read;
    },
    close: () => gatherer.close(),
  };
}

/** Reads each pair once, however many ask for it. */
async function readAll(deps: LookupDependencies, pairs: readonly UserFeature[]): Promise<Read[]> {
  const nowMs = deps.clock.nowMs();
  const distinct = new Map<string, number>();
  const asked: UserFeature[] = [];
  const places = pairs.map((pair) => {
    const key = `${pair.user} ${pair.feature}`;
    let place = distinct.get(key);
    if (place === undefined) {
      place = asked.length;
      distinct.set(key, place);
      asked.push(pair);
    }
    return place;
  });
  const readings = await readAccess(deps.database, asked, nowMs);
  const catalog = await catalogOf(deps, readings);
  const reads = readings.map((reading) => reading && stateOf(reading, catalog));
  return places.map((place) => reads[place]);
}

async function catalogOf(
  deps: LookupDependencies,
  readings: readonly (AccessReading | undefined)[],
): Promise<Catalog> {
  const catalog = deps.catalog.current();
  const version = readings.find((reading) => reading !== undefined)?.catalogVersion ?? 0;
  return version > catalog.version ? deps.catalog.atLeast(version) : catalog;
}

function stateOf({ access, balance }: AccessReading, catalog: Catalog): Read {
  return access === null ? 'outdated' : state(access, balance, catalog);
}

async function refreshed(
  deps: LookupDependencies,
  pair: UserFeature,
): Promise<AccessState | undefined> {
  try {
    const features = pair.feature === '' ? [] : [pair.feature];
    const { access, balances } = await deps.refresh({
      kind: 'refresh',
      user: pair.user,
      features,
      withAccess: true,
    });
    assert(access !== null, 'the plan in force was asked for');
    return state(access, balances[0] ?? null, await deps.catalog.atLeast(access.catalogVersion));
  } catch (error) {
    if (error instanceof AppError && error.code === USER_UNKNOWN.code) return undefined;
    throw error;
  }
}

function state(
  access: NonNullable<AccessReading['access']>,
  balance: CountedBalance | null,
  catalog: Catalog,
): AccessState {
  const { restriction, restrictedFromId } = access;
  return {
    accountId: access.accountId,
    plan: planVersion(catalog, access.planId),
    restriction:
      restriction === null || restrictedFromId === null
        ? null
        : { cause: restriction, from: planVersion(catalog, restrictedFromId) },
    balance,
    catalog,
  };
}
