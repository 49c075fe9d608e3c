import { assert } from '@whisperforge/kernel/assert';
import { quantityFromDatabase } from '@whisperforge/kernel/quantity';
import type { Executor } from '../../platform/database.ts';
import {
  implicitEventType,
  type Catalog,
  type Count,
  type EventType,
  type Feature,
  type FeatureTerms,
  type PlanPrice,
  type PlanVersion,
} from './catalog.ts';
import { MOST_FACTOR } from './definitions.ts';
import { readPacks, readSeatPrices } from './extras/store.ts';
import { parseTerms, type Faults } from './terms.ts';

/** How often a reading may be overtaken by a publication; they are seconds apart at their worst. */
const MOST_READINGS = 10;

export async function findCatalogVersion(executor: Executor): Promise<number> {
  const row = await executor.sql.selectFrom('catalog').select('version').executeTakeFirstOrThrow();
  return row.version;
}

/**
 * All published configuration as it stood at one version. Every change counts the version up in
 * its own transaction, so that a version which stays the same from before the reading to after it
 * proves that nothing was committed between its parts.
 */
export async function loadCatalog(executor: Executor): Promise<Catalog> {
  let version = await findCatalogVersion(executor);
  for (let reading = 0; reading < MOST_READINGS; reading += 1) {
    const rows = await readRows(executor);
    const versionAfter = await findCatalogVersion(executor);
    if (versionAfter === version) return buildCatalog(version, rows);
    version = versionAfter;
  }
  throw new Error(`the catalogue changed during each of ${MOST_READINGS} readings`);
}

export async function loadFeatures(executor: Executor): Promise<Map<string, Feature>> {
  const rows = await executor.sql
    .selectFrom('features')
    .select([
      'key',
      'kind',
      'name',
      'description',
      'unit',
      'when_missing',
      'on_unavailable',
      'commit_event',
      'position',
    ])
    .orderBy('position')
    .orderBy('key')
    .execute();
  return new Map(
    rows.map((row) => [
      row.key,
      {
        key: row.key,
        kind: row.kind as Feature['kind'],
        name: row.name,
        description: row.description,
        unit: row.unit,
        whenMissing: row.when_missing as Feature['whenMissing'],
        onUnavailable: row.on_unavailable as Feature['onUnavailable'],
        commitEvent: row.commit_event,
        position: row.position,
      },
    ]),
  );
}

export async function loadEventTypes(executor: Executor): Promise<Map<string, EventType>> {
  const rows = await executor.sql
    .selectFrom('event_types')
    .select(['key', 'name', 'counts'])
    .orderBy('key')
    .execute();
  return new Map(
    rows.map((row) => [row.key, { key: row.key, name: row.name, counts: readCounts(row.counts) }]),
  );
}

/** The terms of a stored version, whose features were all known when it was written. */
export function readStoredTerms(
  stored: unknown,
  features: ReadonlyMap<string, Feature>,
): ReadonlyMap<string, FeatureTerms | null> {
  const faults: Faults = [];
  const terms = new Map<string, FeatureTerms | null>();
  for (const [key, written] of Object.entries(stored as Record<string, unknown>)) {
    const feature = features.get(key);
    assert(feature !== undefined, `a stored plan grants only known features, not ${key}`);
    terms.set(key, parseTerms(written, feature, `/${key}`, faults));
  }
  assert(faults.length === 0, `stored terms are readable: ${JSON.stringify(faults)}`);
  return terms;
}

type Rows = Awaited<ReturnType<typeof readRows>>;

/** Rows that belong together only if the version proves it: they are not interpreted yet. */
async function readRows(executor: Executor) {
  return {
    features: await loadFeatures(executor),
    eventTypes: await loadEventTypes(executor),
    prices: await readPrices(executor),
    versions: await readVersions(executor),
    packs: await readPacks(executor),
    seatPrices: await readSeatPrices(executor),
  };
}

function buildCatalog(version: number, rows: Rows): Catalog {
  const { features, eventTypes, prices } = rows;
  for (const feature of features.values()) {
    if (feature.kind === 'metered' && !eventTypes.has(feature.key)) {
      eventTypes.set(feature.key, implicitEventType(feature));
    }
  }
  const versions = rows.versions.map((row): PlanVersion => {
    assert(row.version !== null && row.published_at !== null, 'a published version says when');
    return {
      id: row.id,
      slug: row.slug,
      version: row.version,
      name: row.name,
      description: row.description,
      position: row.position,
      isCurrent: row.is_current,
      isDefault: row.is_default,
      publishedMs: row.published_at,
      terms: readStoredTerms(row.features, features),
      prices: prices.get(row.id) ?? [],
      trialDays: row.trial_days,
      extraSeat: seatOf(row.seat_feature, rows.seatPrices.get(row.id)),
    };
  });
  return {
    version,
    features,
    eventTypes,
    plans: new Map(versions.map((plan) => [plan.id, plan])),
    current: versions.filter((plan) => plan.isCurrent),
    packs: rows.packs,
  };
}

function seatOf(feature: string | null, prices: readonly PlanPrice[] = []) {
  return feature === null ? null : { feature, prices };
}

async function readVersions(executor: Executor) {
  return executor.sql
    .selectFrom('subscription_plans')
    .select([
      'id',
      'slug',
      'version',
      'is_current',
      'is_default',
      'name',
      'description',
      'position',
      'features',
      'published_at',
      'trial_days',
      'seat_feature',
    ])
    .where('status', '=', 'published')
    .orderBy('position')
    .orderBy('id')
    .execute();
}

async function readPrices(executor: Executor): Promise<Map<number, PlanPrice[]>> {
  const rows = await executor.sql
    .selectFrom('plan_prices')
    .select(['id', 'plan_id', 'billing_cycle', 'currency', 'amount_minor'])
    .orderBy('billing_cycle')
    .orderBy('currency')
    .execute();
  const prices = new Map<number, PlanPrice[]>();
  for (const { id, plan_id: planId, billing_cycle, currency, amount_minor } of rows) {
    const billingCycle = billing_cycle as PlanPrice['billingCycle'];
    const list = prices.get(planId) ?? [];
    prices.set(planId, [...list, { id, billingCycle, currency, amountMinor: amount_minor }]);
  }
  return prices;
}

function readCounts(stored: unknown): Count[] {
  return (stored as { feature: string; dimension: Count['dimension']; factor: string }[]).map(
    ({ feature, dimension, factor: written }) => {
      const factor = quantityFromDatabase(written);
      const isInRange = factor > 0n && factor <= MOST_FACTOR;
      assert(isInRange, `a stored event counts ${feature} with a factor in range, not ${written}`);
      return { feature, dimension, factor };
    },
  );
}
