import { assert } from '@whisperforge/kernel/assert';
import type { Clock } from '@whisperforge/kernel/clock';
import type { Database } from '../../platform/database.ts';
import { AppError } from '../../platform/errors.ts';
import type { CountedBalance, Restriction } from '../entitlements/index.ts';
import { planVersion, type Catalog, type CatalogCache, type PlanVersion } from '../plans/index.ts';
import { Gatherer } from './batch/gatherer.ts';
import type { AccountAccess } from './batch/records.ts';
import type { RefreshAnswer, RefreshOperation } from './batch/operations.ts';
import { USER_UNKNOWN } from './errors.ts';
import { createRecentAnswers, type RecentAnswers } from './recent-answers.ts';
import { readAccess, UNCHANGED, type AccessReading } from './store/lookup.ts';
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

/** A user's feature, with what this process has read of it. */
interface Asked extends UserFeature {
  known: AccessReading | null;
  /** What follows from `known`. */
  state: Read;
}

type Read = AccessState | 'outdated' | undefined;

const MOST_BATCHES = 1;
const MOST_ITEMS = 128;

export function createLookup(deps: LookupDependencies): Lookup {
  const recent = createRecentAnswers<Asked>();
  const gatherer = new Gatherer<Asked, Read>({
    mostBatches: MOST_BATCHES,
    mostItems: MOST_ITEMS,
    mostWeight: MOST_ITEMS,
    weightOf: () => 1,
    async run(asked) {
      try {
        return await readAll(deps, recent, asked);
      } catch (error) {
        if (error instanceof AppError) recent.forgetAll();
        throw error;
      }
    },
  });
  return {
    async lookup(user, feature) {
      const asked = recent.find(user, feature) ?? { user, feature, known: null, state: undefined };
      const read = await gatherer.submit([], asked);
      return read === 'outdated' ? refreshed(deps, { user, feature }) : read;
    },
    close: () => gatherer.close(),
  };
}

/**
 * Reads each pair once, however many ask for it, and of what is known only whether it has changed.
 */
async function readAll(
  deps: LookupDependencies,
  recent: RecentAnswers<Asked>,
  all: readonly Asked[],
): Promise<Read[]> {
  const nowMs = deps.clock.nowMs();
  const { version } = deps.catalog.current();
  const distinct = [...new Set(all)];
  const questions = distinct.map((asked) =>
    isComparable(asked.known, { nowMs, version }) ? asked : { ...asked, known: null },
  );
  const readings = await readAccess(deps.database, questions, { nowMs, catalogVersion: version });
  const catalog = await catalogOf(deps, readings);
  for (const [index, reading] of readings.entries()) {
    const asked = distinct[index]!;
    if (reading === UNCHANGED) continue;
    asked.known = reading ?? null;
    asked.state = reading && stateOf(reading, catalog);
    if (reading?.access) recent.keep(asked);
  }
  return all.map((asked) => asked.state);
}

/** Whether what was read before would still hold, if its rows are the same. */
function isComparable(
  known: AccessReading | null,
  { nowMs, version }: { readonly nowMs: number; readonly version: number },
): boolean {
  if (known === null || known.access === null || known.catalogVersion !== version) return false;
  const untilMs = known.balance?.validUntilMs ?? null;
  const accessUntilMs = known.access.validUntilMs;
  return (untilMs === null || nowMs < untilMs) && (accessUntilMs === null || nowMs < accessUntilMs);
}

async function catalogOf(
  deps: LookupDependencies,
  readings: readonly (AccessReading | typeof UNCHANGED | undefined)[],
): Promise<Catalog> {
  const catalog = deps.catalog.current();
  let version = 0;
  for (const reading of readings) {
    if (reading !== undefined && reading !== UNCHANGED) version = reading.catalogVersion;
  }
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
  access: Pick<AccountAccess, 'accountId' | 'planId' | 'restriction' | 'restrictedFromId'>,
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
