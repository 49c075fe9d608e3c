import type { Database } from '../../../platform/database.ts';
import { AppError } from '../../../platform/errors.ts';
import { findAccountOfCustomer, findCustomerOfAccount } from '../../accounts/index.ts';
import { IMPORT_UNFINISHED, PROVIDER_REFUSED } from '../errors.ts';
import type { Page } from '../gateway/gateway.ts';
import type { PricedCatalog } from '../projection/plan-of-price.ts';
import { faultOf, isAway, patiently } from '../sweep/patiently.ts';
import {
  decideDoubles,
  decideEntry,
  unreadable,
  type Entry,
  type KnownUser,
} from './decide-entry.ts';
import type { ImportOptions } from './options.ts';
import { beginWriting, findRivals, savePage, skip, type ImportRun } from './store.ts';
import { userNamed, type UserSource } from './user-source.ts';
import { findAccountOfUser } from './users.ts';

export interface Reading {
  readonly catalog: PricedCatalog;
  readonly sources: readonly UserSource[];
  readonly signal: AbortSignal | undefined;
  /** Told after each page how many it had. */
  readonly onRead: (customers: number) => void;
}

const AT_ONCE = 4;
/** More than anybody has: a list that does not end is a fault. */
const MOST_PAGES = 1_000_000;

/**
 * Reads every customer of Stripe's, page by page, so that it can be gone on with after any of them,
 * and decides about all together.
 */
export async function readCustomers(
  options: ImportOptions,
  run: ImportRun,
  reading: Reading,
): Promise<void> {
  let { cursor } = run;
  for (let read = 0; read < MOST_PAGES; read += 1) {
    reading.signal?.throwIfAborted();
    const { data: ids, next } = await pageAfter(options, cursor);
    const entries: Entry[] = [];
    for (let from = 0; from < ids.length; from += AT_ONCE) {
      const some = ids.slice(from, from + AT_ONCE);
      const found = await Promise.all(some.map((id) => readSurely(options, id, reading)));
      entries.push(...found.filter((entry) => entry !== undefined));
    }
    const page = { entries, next };
    const isSaved = await options.database.transaction((tx) => savePage(tx, run.id, page));
    if (!isSaved) {
      throw new AppError(IMPORT_UNFINISHED, { message: 'Another import has begun meanwhile.' });
    }
    reading.onRead(ids.length);
    if (next === null) return decideTogether(options.database, run.id);
    cursor = next;
  }
}

/** Where the customer is gone after whom it was to go on, it begins anew: reading again is free. */
async function pageAfter({ gateway }: ImportOptions, cursor: string | null): Promise<Page<string>> {
  try {
    return await patiently(() => gateway.listCustomerIds(cursor));
  } catch (error) {
    const isGone = error instanceof AppError && error.code === PROVIDER_REFUSED.code;
    if (!isGone || cursor === null) throw error;
    return patiently(() => gateway.listCustomerIds(null));
  }
}

/** One customer who cannot be read does not keep the others out. */
async function readSurely(
  options: ImportOptions,
  customerId: string,
  reading: Reading,
): Promise<Entry | undefined> {
  try {
    return await readOne(options, customerId, reading);
  } catch (error) {
    if (isAway(error)) throw error;
    return unreadable(customerId, faultOf(error));
  }
}

async function readOne(
  { database, gateway, accounts }: ImportOptions,
  customerId: string,
  { catalog, sources }: Reading,
): Promise<Entry | undefined> {
  const retrieval = await patiently(() => gateway.retrieveCustomer(customerId));
  if (retrieval.kind !== 'found') return undefined;
  const { customer } = retrieval;
  const externalId = userNamed(sources, customer);
  const isLinked = (await findAccountOfCustomer(database, customerId)) !== undefined;
  const accountId = externalId === null ? undefined : await findAccountOfUser(accounts, externalId);
  const user: KnownUser | undefined =
    accountId === undefined
      ? undefined
      : { customerId: await findCustomerOfAccount(database, accountId) };
  return decideEntry(catalog, customer, { externalId, user, isLinked });
}

async function decideTogether(database: Database, importId: number): Promise<void> {
  await database.transaction(async (tx) => {
    const skipped = decideDoubles(await findRivals(tx, importId));
    for (const [customerId, reason] of skipped) await skip(tx, importId, { customerId, reason });
    await beginWriting(tx, importId);
  });
}
