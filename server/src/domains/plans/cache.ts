import { assert } from '@whisperforge/kernel/assert';
import type { Executor } from '../../platform/database.ts';
import type { Catalog } from './catalog.ts';
import { findCatalogVersion, loadCatalog } from './store-catalog.ts';

/** The catalogue of one process. Rows say which version a decision needs; this holds it. */
export interface CatalogCache {
  /** What was loaded last, for those who can wait for nothing; `load` comes first. */
  current(): Catalog;
  /** Reads it from the database, together with whoever is reading it already. */
  load(): Promise<Catalog>;
  /** A catalogue that is no older than the version that a decision has seen. */
  atLeast(version: number): Promise<Catalog>;
  /** What is held, read anew if a change was announced. */
  latest(): Promise<Catalog>;
  /** What is on sale at this moment, for who has been asked for something unknown. */
  recheck(): Promise<Catalog>;
  /** For a change that was announced, or may have been while nobody listened. */
  invalidate(): void;
}

/** A reading under way may have begun before the version; the one after it cannot have. */
const MOST_LOADS = 2;

export function createCatalogCache(options: { readonly database: Executor }): CatalogCache {
  let held: Catalog | undefined;
  /** Announcements so far, and how many of them the reading that is held knew of. */
  let announced = 0;
  let known = -1;
  let loading: Promise<Catalog> | undefined;
  const isStale = (): boolean => known < announced;

  const read = async (): Promise<Catalog> => {
    const before = announced;
    try {
      held = await loadCatalog(options.database);
      known = before;
      return held;
    } finally {
      loading = undefined;
    }
  };
  const load = (): Promise<Catalog> => (loading ??= read());

  const atLeast = async (version: number): Promise<Catalog> => {
    for (let loads = 0; loads < MOST_LOADS; loads += 1) {
      // Told of a change it reads anew, however high the version it holds: the database may
      // have been restored to an earlier day.
      if (held !== undefined && !isStale() && held.version >= version) return held;
      await load();
    }
    assert(held !== undefined && held.version >= version, `version ${version} was committed`);
    return held;
  };

  return {
    load,
    current() {
      assert(held !== undefined, 'the catalogue is loaded before it is used');
      return held;
    },
    atLeast,
    async latest() {
      for (let loads = 0; isStale() && loads < MOST_LOADS; loads += 1) await load();
      return held ?? load();
    },
    async recheck() {
      return atLeast(await findCatalogVersion(options.database));
    },
    invalidate() {
      announced += 1;
    },
  };
}
