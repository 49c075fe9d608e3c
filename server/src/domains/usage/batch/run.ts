import { assert } from '@whisperforge/kernel/assert';
import { calendarMonthAt, DAY_MS } from '@whisperforge/kernel/period';
import {
  isUniqueViolation,
  StatementRefused,
  type Database,
  type Executor,
  type Tx,
} from '../../../platform/database.ts';
import { AppError } from '../../../platform/errors.ts';
import type { Catalog } from '../../plans/index.ts';
import { decideCommit, decideExtend, decideRelease, decideReserve } from './decide-reservation.ts';
import { countEvent, decideSetLevel, decideTrack, unknownUser } from './decide-track.ts';
import { USAGE_CONTENDED } from '../errors.ts';
import type {
  CountedTrack,
  Operation,
  Outcome,
  RefreshOperation,
  Request,
  TrackOperation,
} from './operations.ts';
import { prepareBatch, type FactSources } from './prepare.ts';
import { readBatch, ReadingsDiffer, type ReadRequest } from './read.ts';
import { deleteKeys, ensurePartition, lockAccountsAndBalances } from '../store/context.ts';
import { writeBatch, type BatchWrites } from '../store/write.ts';
import type { RecentAccounts } from './recent-accounts.ts';
import {
  accessRow,
  currentBalance,
  KeyUnread,
  NotWritten,
  pairKey,
  requireWritten,
  type WorkingSet,
} from './working-set.ts';

export interface BatchDependencies {
  readonly database: Database;
  readonly sources: FactSources;
  /** The catalogue at this version of it or a later one. */
  catalogAtLeast(version: number): Promise<Catalog>;
  currentCatalog(): Catalog;
  /** Months for which there is a partition, by their start. */
  readonly partitions: Set<number>;
  readonly recent: RecentAccounts;
  /** Repeated idempotency keys. */
  readonly repeats: Watch;
  /** Other processes that write the same balances. */
  readonly rivals: Watch;
}

/** For how many batches more something is to be expected that has been met. */
export interface Watch {
  batches: number;
}

export interface Batch {
  readonly requests: readonly Request[];
  readonly nowMs: number;
}

export interface BatchResult {
  /** One for each operation, in order. */
  readonly outcomes: Outcome[];
  /** What it was decided on. */
  readonly set: WorkingSet;
}

/** How long an idempotency key is remembered. */
export const KEY_LIFETIME_MS = 35 * DAY_MS;

/** Repeats come in bursts, when a caller has lost its answers; rivals stay for a while, too. */
const WATCHED_BATCHES = 64;

const OPTIMISTIC_ATTEMPTS = 3;
const MOST_ATTEMPTS = 12;

/** Somebody else changed what the batch had read; nothing was written. */
class Outrun extends Error {
  override readonly name = 'Outrun';
}

/** The database knows a newer catalogue than the one that the batch was read by. */
class CatalogChanged extends Error {
  override readonly name = 'CatalogChanged';
}

/** A batch, and what this attempt at it need not read or look up. */
type Attempt = Batch & Omit<ReadRequest, 'operations'>;

/**
 * Decides and books a batch: reads without locks, decides in memory in the order of arrival, and
 * writes all of it in one statement that holds only if nothing has changed meanwhile. A batch that
 * keeps losing against other processes takes locks instead and waits for its turn. An outcome is
 * true once this resolves; when it rejects, it is not known whether the batch was booked.
 *
 * Most idempotency keys are new, and the unique index finds those that are not; so the first
 * attempt does not look them up, unless repeats were met lately. Nor does it read the balances that
 * this process has written lately, unless others were met that write them, too.
 */
export async function runBatch(deps: BatchDependencies, batch: Batch): Promise<BatchResult> {
  const areRepeatsLikely = isExpected(deps.repeats);
  const areRivalsLikely = isExpected(deps.rivals);
  for (let attempt = 0; attempt < MOST_ATTEMPTS; attempt += 1) {
    const readsKeys = areRepeatsLikely || attempt > 0;
    const recent = areRivalsLikely || attempt > 0 ? null : deps.recent;
    const request = { ...batch, readsKeys, recent };
    try {
      if (attempt < OPTIMISTIC_ATTEMPTS) return await attemptBatch(deps, deps.database, request);
      return await deps.database.transaction((tx) => attemptLocked(deps, tx, request));
    } catch (error) {
      // Another server may answer next, without all that was written on this one.
      if (error instanceof AppError) deps.recent.forgetAll();
      if (!isOutrun(error)) throw error;
      if (isRepeat(error)) deps.repeats.batches = WATCHED_BATCHES;
      if (error instanceof Outrun) deps.rivals.batches = WATCHED_BATCHES;
    }
  }
  throw new AppError(USAGE_CONTENDED, {
    message: 'Too many processes are changing the same balance; try again.',
    retryAfterSeconds: 1,
  });
}

function isExpected(watch: Watch): boolean {
  if (watch.batches === 0) return false;
  watch.batches -= 1;
  return true;
}

function isOutrun(error: unknown): boolean {
  if (error instanceof Outrun || error instanceof ReadingsDiffer) return true;
  if (error instanceof NotWritten || error instanceof CatalogChanged) return true;
  return isRepeat(error) || isUniqueViolation(error) || isDeadlock(error);
}

/** A key that was taken for new had been used before, or may have been. */
function isRepeat(error: unknown): boolean {
  if (error instanceof KeyUnread) return true;
  return isUniqueViolation(error) && error.constraint === 'usage_keys_pkey';
}

/** Nothing was written either: two processes that forget the same old keys may meet like this. */
function isDeadlock(error: unknown): boolean {
  return error instanceof StatementRefused && error.sqlState === '40P01';
}

async function attemptLocked(
  deps: BatchDependencies,
  tx: Tx,
  attempt: Attempt,
): Promise<BatchResult> {
  const first = await readCounted(deps, tx, attempt);
  await lockAccountsAndBalances(tx, [...first.set.accounts.keys()]);
  return attemptBatch(deps, tx, attempt);
}

async function attemptBatch(
  deps: BatchDependencies,
  executor: Executor,
  attempt: Attempt,
): Promise<BatchResult> {
  const { set, operations } = await readCounted(deps, executor, attempt);
  await forgetOldKeys(executor, set);
  await prepareBatch(executor, set, { operations, sources: deps.sources });
  const outcomes = operations.map((operation) => decide(set, operation));
  try {
    requireWritten(set);
    await ensurePartitions(deps, set);
    const isWritten = await writeBatch(executor, writesOf(set));
    if (!isWritten) throw new Outrun('a balance changed after it was read');
    return { outcomes, set };
  } catch (error) {
    deps.recent.forget(set.recalledAccounts.keys());
    throw error;
  }
}

/** Reads what the batch touches by one catalogue, which is no older than what was read. */
async function readCounted(
  deps: BatchDependencies,
  executor: Executor,
  attempt: Attempt,
): Promise<{ readonly set: WorkingSet; readonly operations: readonly Operation[] }> {
  const catalog = deps.currentCatalog();
  const operations = attempt.requests.map((request) =>
    request.kind === 'track' ? countedBy(catalog, request) : request,
  );
  const set = await readBatch(executor, { ...attempt, operations }, catalog);
  const version = newestCatalogVersion(set);
  if (version <= catalog.version) return { set, operations };
  await deps.catalogAtLeast(version);
  throw new CatalogChanged('the batch is to be counted by the catalogue that is on sale now');
}

/** An event type that is not declared any more counts as it did when it was sent. */
function countedBy(catalog: Catalog, request: TrackOperation): CountedTrack {
  const event = catalog.eventTypes.get(request.event.key) ?? request.event;
  return { ...request, event, counted: countEvent(event, request) };
}

function newestCatalogVersion(set: WorkingSet): number {
  let newest = 0;
  for (const account of set.accounts.values()) newest = Math.max(newest, account.catalogVersion);
  return newest;
}

/** A key that has outlived its 35 days is free again. */
async function forgetOldKeys(executor: Executor, set: WorkingSet): Promise<void> {
  const old = [...set.keys.values()].filter((key) => key.receivedMs <= set.nowMs - KEY_LIFETIME_MS);
  if (old.length === 0) return;
  await deleteKeys(executor, old);
  for (const key of old) set.keys.delete(pairKey(key.accountId, key.key));
}

function decide(set: WorkingSet, operation: Operation): Outcome {
  switch (operation.kind) {
    case 'track':
      return decideTrack(set, operation);
    case 'reserve':
      return decideReserve(set, operation);
    case 'commit':
      return decideCommit(set, operation);
    case 'release':
      return decideRelease(set, operation);
    case 'extend':
      return decideExtend(set, operation);
    case 'set_level':
      return decideSetLevel(set, operation);
    case 'refresh':
      return decideRefresh(set, operation);
  }
}

function decideRefresh(set: WorkingSet, operation: RefreshOperation): Outcome {
  const user = set.users.get(operation.user);
  if (user === undefined) return unknownUser(operation.user);
  const { accountId } = user;
  const balances = operation.features.map((feature) => ({
    ...currentBalance(set, accountId, feature),
  }));
  if (!operation.withAccess) return { access: null, balances };
  const account = set.accounts.get(accountId);
  const context = set.access.get(accountId);
  assert(account !== undefined && context !== undefined, 'the account and its facts are loaded');
  const access = accessRow(context, account, set.nowMs);
  set.newAccess.set(accountId, access);
  return { access, balances };
}

async function ensurePartitions(deps: BatchDependencies, set: WorkingSet): Promise<void> {
  for (const event of set.newEvents) {
    const { startMs } = calendarMonthAtCached(event.occurredMs);
    if (deps.partitions.has(startMs)) continue;
    await ensurePartition(deps.database, event.occurredMs);
    deps.partitions.add(startMs);
  }
}

let cachedMonth = calendarMonthAt(0);

/** Nearly all events of a process fall into one month. */
function calendarMonthAtCached(atMs: number): { readonly startMs: number } {
  if (atMs < cachedMonth.startMs || atMs >= cachedMonth.endMs) cachedMonth = calendarMonthAt(atMs);
  return cachedMonth;
}

export function writesOf(set: WorkingSet): BatchWrites {
  const balances = new Set(
    [...set.balances.values()].filter((balance) => balance.change !== 'none'),
  );
  const burns = [];
  for (const context of set.contexts.values()) {
    for (const period of context.periods.values()) {
      if (period.change !== 'none') balances.add(period);
    }
    for (const burn of context.ledger.burns) {
      if (burn.isChanged) burns.push({ ...burn, accountId: context.accountId });
    }
  }
  return {
    nowMs: set.nowMs,
    recalled: [...set.recalledAccounts.values()],
    balances: [...balances],
    burns,
    events: set.newEvents,
    keys: set.newKeys,
    opened: set.openedReservations,
    settled: [...set.settledReservations],
    access: [...set.newAccess.values()].toSorted((a, b) => a.accountId - b.accountId),
  };
}
