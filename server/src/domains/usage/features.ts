import { AppError } from '../../platform/errors.ts';
import type { Catalog, CatalogCache, Feature, FeatureKind } from '../plans/index.ts';
import { EVENT_UNKNOWN, FEATURE_NOT_COUNTED, FEATURE_UNKNOWN } from './errors.ts';

/**
 * What a request may name. Another process may just have put it on sale, so before something is
 * called unknown the database is asked.
 */
export async function findFeature(cache: CatalogCache, key: string): Promise<Feature> {
  return cache.current().features.get(key) ?? requireFeature(await cache.recheck(), key);
}

/** As `findFeature`, for features of these kinds. */
export async function findCounted(
  cache: CatalogCache,
  key: string,
  kinds?: readonly FeatureKind[],
): Promise<Feature> {
  const isKnown = cache.current().features.has(key);
  return requireCounted(isKnown ? cache.current() : await cache.recheck(), key, kinds);
}

/** The catalogue in which the event types are looked up: a newer one where one is missing. */
export function catalogForEvents(
  cache: CatalogCache,
  keys: readonly string[],
): Catalog | Promise<Catalog> {
  const catalog = cache.current();
  return keys.every((key) => catalog.eventTypes.has(key)) ? catalog : cache.recheck();
}

/** Throws `feature_unknown`, with the known ones named. */
function requireFeature(catalog: Catalog, key: string): Feature {
  const feature = catalog.features.get(key);
  if (feature !== undefined) return feature;
  throw new AppError(FEATURE_UNKNOWN, {
    message: `There is no feature ${key}.`,
    members: { known: [...catalog.features.keys()] },
  });
}

/** A feature of one of the kinds; throws `feature_unknown` or `feature_not_counted`. */
export function requireCounted(
  catalog: Catalog,
  key: string,
  kinds: readonly FeatureKind[] = ['metered', 'level'],
): Feature {
  const feature = requireFeature(catalog, key);
  if (kinds.includes(feature.kind)) return feature;
  throw new AppError(FEATURE_NOT_COUNTED, {
    message: `The feature ${key} is of the kind ${feature.kind}; this needs ${kinds.join(' or ')}.`,
    members: { known: countedKeys(catalog, kinds) },
  });
}

/** The keys of the features that are counted, in the catalogue's order. */
export function countedKeys(
  catalog: Catalog,
  kinds: readonly FeatureKind[] = ['metered', 'level'],
): string[] {
  return [...catalog.features.values()]
    .filter((feature) => kinds.includes(feature.kind))
    .map((feature) => feature.key);
}

/** The error for an event type that is not declared, with the known ones named. */
export function unknownEvent(catalog: Catalog, key: string): AppError {
  return new AppError(EVENT_UNKNOWN, {
    message: `There is no event type ${key}.`,
    members: { known: [...catalog.eventTypes.keys()] },
  });
}
