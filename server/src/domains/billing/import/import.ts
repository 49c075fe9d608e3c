import { isUniqueViolation } from '../../../platform/database.ts';
import { AppError } from '../../../platform/errors.ts';
import type { Catalog } from '../../plans/index.ts';
import { IMPORT_MISSING, IMPORT_UNFINISHED } from '../errors.ts';
import type { PricedCatalog } from '../projection/plan-of-price.ts';
import { loadMappedPrices, putMappedPrices } from '../projection/store-prices.ts';
import type { ImportOptions } from './options.ts';
import { readPriceMap } from './price-map.ts';
import { readCustomers } from './read-customers.ts';
import {
  countImport,
  endImport,
  findSkipped,
  findUnfinished,
  insertImport,
  type ImportCounts,
  type ImportRun,
  type SkippedCustomer,
} from './store.ts';
import { readUserSources, type UserSource } from './user-source.ts';
import { writeCustomers } from './write-customers.ts';

export interface ImportRequest {
  /** Only reads and tells what would be done. */
  readonly isDry: boolean;
  /** Goes on with the import that was interrupted. */
  readonly isResumed: boolean;
  /** Where customers name the user, such as `metadata.user,email`. */
  readonly userFrom: string;
  /** Such as `price_1=pro:monthly`; remembered, but for a dry one. */
  readonly map: readonly string[];
  readonly signal?: AbortSignal;
  readonly onProgress?: (progress: ImportProgress) => void;
}

export interface ImportProgress {
  readonly state: 'reading' | 'writing';
  /** Since this process began. */
  readonly customers: number;
}

export interface ImportReport extends ImportCounts {
  readonly isDry: boolean;
  readonly skippedCustomers: readonly SkippedCustomer[];
  /** Prices that nobody has said anything of, and how many customers wait for that. */
  readonly unknownPrices: readonly { readonly priceId: string; readonly customers: number }[];
}

export interface Importer {
  /**
   * Brings in the customers of an account of Stripe that was there before, with subscriptions,
   * invoices and history. Interrupted at any moment it is gone on with; done again it changes
   * nothing. Throws `import_unfinished`, `import_missing` and `price_map_invalid`.
   */
  run(request: ImportRequest): Promise<ImportReport>;
}

export function createImporter(options: ImportOptions): Importer {
  const { database, clock, catalog } = options;
  return {
    async run(request) {
      const known = await catalog.load();
      const given = readPriceMap(known, request.map);
      const run = request.isResumed ? await unfinished(options) : await begin(options, request);
      if (!request.isDry && given.size > 0) {
        await database.transaction((tx) => putMappedPrices(tx, given, clock.nowMs()));
      }
      const mappedPrices = new Map([...(await loadMappedPrices(database)), ...given]);
      await goOn(options, run, { request, catalog: pricedBy(known, mappedPrices) });
      const report = await reportOf(options, run.id, request.isDry);
      const state = request.isDry ? 'dropped' : 'done';
      await database.transaction((tx) => endImport(tx, run.id, { state, nowMs: clock.nowMs() }));
      return report;
    },
  };
}

function pricedBy(catalog: Catalog, mappedPrices: PricedCatalog['mappedPrices']): PricedCatalog {
  return mappedPrices === undefined ? catalog : { ...catalog, mappedPrices };
}

async function begin(
  { database, clock }: ImportOptions,
  { userFrom, isDry }: ImportRequest,
): Promise<ImportRun> {
  try {
    return await database.transaction((tx) =>
      insertImport(tx, { userFrom, isDry, nowMs: clock.nowMs() }),
    );
  } catch (error) {
    if (!isUniqueViolation(error)) throw error;
    throw new AppError(
      IMPORT_UNFINISHED,
      { message: 'An import has begun and is not finished: --resume goes on with it.' },
      error,
    );
  }
}

async function unfinished({ database }: ImportOptions): Promise<ImportRun> {
  const run = await findUnfinished(database);
  if (run !== undefined) return run;
  throw new AppError(IMPORT_MISSING, { message: 'There is no import to go on with.' });
}

interface Going {
  readonly request: ImportRequest;
  readonly catalog: PricedCatalog;
}

async function goOn(
  options: ImportOptions,
  run: ImportRun,
  { request, catalog }: Going,
): Promise<void> {
  const { signal, onProgress, isDry } = request;
  const counter = (state: ImportProgress['state']): ((more: number) => void) => {
    let customers = 0;
    return (more) => {
      customers += more;
      onProgress?.({ state, customers });
    };
  };
  if (run.state === 'reading') {
    const onRead = counter('reading');
    await readCustomers(options, run, { catalog, sources: sourcesOf(run), signal, onRead });
  }
  if (!isDry) await writeCustomers(options, run.id, { signal, onWritten: counter('writing') });
}

/** What was understood when the import began. */
function sourcesOf({ userFrom }: ImportRun): readonly UserSource[] {
  return readUserSources(userFrom) ?? [];
}

async function reportOf(
  { database }: ImportOptions,
  importId: number,
  isDry: boolean,
): Promise<ImportReport> {
  const skippedCustomers = await findSkipped(database, importId);
  const customersOf = new Map<string, number>();
  for (const priceId of skippedCustomers.flatMap(({ unknownPriceIds }) => unknownPriceIds)) {
    customersOf.set(priceId, (customersOf.get(priceId) ?? 0) + 1);
  }
  const unknownPrices = [...customersOf]
    .map(([priceId, customers]) => ({ priceId, customers }))
    .toSorted((a, b) => b.customers - a.customers);
  return { ...(await countImport(database, importId)), isDry, skippedCustomers, unknownPrices };
}
