import type { Executor } from '../../../platform/database.ts';
import type { Catalog } from '../../plans/index.ts';
import type { Balance } from '../../entitlements/index.ts';
import type { Operation, UserOperation } from './operations.ts';
import type { Recalled, RecentAccounts } from './recent-accounts.ts';
import type { AccountRow } from './records.ts';
import {
  readBalances,
  readKeys,
  readReservations,
  type BalanceReading,
  type CountedFeature,
  type ReservationReading,
  type UserFeature,
} from '../store/read.ts';
import { commitEventOf, emptyWorkingSet, pairKey, type WorkingSet } from './working-set.ts';

/** Two statements of one batch have seen a row at different times; the batch reads again. */
export class ReadingsDiffer extends Error {
  override readonly name = 'ReadingsDiffer';
}

export interface ReadRequest {
  readonly operations: readonly Operation[];
  readonly nowMs: number;
  /** Whether to look whether idempotency keys have been used before. */
  readonly readsKeys: boolean;
  /** What need not be read; `null` where everything is. */
  readonly recent: RecentAccounts | null;
}

/** Reads all that a batch touches: a few statements, whatever the number of operations. */
export async function readBatch(
  executor: Executor,
  batch: ReadRequest,
  catalog: Catalog,
): Promise<WorkingSet> {
  const set = emptyWorkingSet(catalog, batch.nowMs, batch.readsKeys);
  const { operations } = batch;
  const wanted = userFeatures(operations);
  const recalled: [UserFeature, Recalled][] = [];
  const pairs = wanted.filter((pair) => {
    const reading = pair.isRecallable && batch.recent?.recall(pair, set);
    if (reading) recalled.push([pair, reading]);
    return !reading;
  });
  const keys = operations.flatMap((operation) =>
    'idempotencyKey' in operation && operation.idempotencyKey !== undefined
      ? [{ user: operation.user, key: operation.idempotencyKey }]
      : [],
  );
  const reservations = operations.flatMap((operation) =>
    'reservationId' in operation ? [operation] : [],
  );
  const [balanceRows, keyRows, reservationRows] = await Promise.all([
    pairs.length > 0 ? readBalances(executor, pairs) : [],
    batch.readsKeys && keys.length > 0 ? readKeys(executor, keys) : [],
    reservations.length > 0
      ? readReservations(executor, reservations, countedFeatures(catalog))
      : [],
  ]);
  for (const [index, row] of balanceRows.entries()) addUserRow(set, pairs[index]!.user, row);
  for (const row of keyRows) if (row) set.keys.set(pairKey(row.accountId, row.key), row);
  for (const row of reservationRows) addReservation(set, row);
  for (const [{ user }, reading] of recalled) addRecalled(set, user, reading);
  await readNamedReservations(executor, set);
  return set;
}

/** The reservations that known keys stand for, with which a repeated request is answered. */
async function readNamedReservations(executor: Executor, set: WorkingSet): Promise<void> {
  const named = [...set.keys.values()].flatMap((key) =>
    key.reservationId === null
      ? []
      : [{ accountId: key.accountId, reservationId: key.reservationId }],
  );
  if (named.length === 0) return;
  const rows = await readReservations(executor, named, countedFeatures(set.catalog));
  for (const row of rows) addReservation(set, row);
}

/** A balance that operations touch. Whoever asks for it as it is now must see it read. */
interface Wanted extends UserFeature {
  isRecallable: boolean;
}

/** The features of each user that the operations touch, each pair once. */
function userFeatures(operations: readonly Operation[]): Wanted[] {
  const wanted = new Map<string, Wanted>();
  for (const operation of operations) {
    if ('reservationId' in operation) continue;
    for (const feature of featuresOf(operation)) {
      const pair = `${operation.user} ${feature}`;
      const isRecallable = operation.kind !== 'refresh' && wanted.get(pair)?.isRecallable !== false;
      wanted.set(pair, { user: operation.user, feature, isRecallable });
    }
  }
  return [...wanted.values()];
}

function featuresOf(operation: UserOperation): readonly string[] {
  switch (operation.kind) {
    case 'track':
      return orNone([...operation.counted.keys()]);
    case 'refresh':
      return orNone(operation.features);
    case 'reserve':
    case 'set_level':
      return [operation.feature];
  }
}

/** Without a feature there is still the user to find. */
function orNone(features: readonly string[]): readonly string[] {
  return features.length > 0 ? features : [''];
}

/** What a commit adds to besides the reserved feature, such as the tokens that the work took. */
function sideFeatures(catalog: Catalog, feature: string): string[] {
  const event = commitEventOf(catalog, feature);
  return event.counts.map((count) => count.feature).filter((other) => other !== feature);
}

const countedByCatalog = new WeakMap<Catalog, CountedFeature[]>();

/** For every counted feature, what committing a reservation of it adds to. */
function countedFeatures(catalog: Catalog): CountedFeature[] {
  const known = countedByCatalog.get(catalog);
  if (known !== undefined) return known;
  const counted = [...catalog.features.values()]
    .filter((feature) => feature.kind === 'metered' || feature.kind === 'level')
    .flatMap(({ key }) =>
      [key, ...sideFeatures(catalog, key)].map((each) => ({ reserved: key, counted: each })),
    );
  countedByCatalog.set(catalog, counted);
  return counted;
}

function addUserRow(set: WorkingSet, user: string, row: BalanceReading | undefined): void {
  if (row === undefined) return;
  set.users.set(user, { userId: row.userId, accountId: row.account.accountId });
  addAccount(set, row.account);
  addBalance(set, row.balance);
}

/** What was read besides is newer, if it is not the same. */
function addRecalled(set: WorkingSet, user: string, recalled: Recalled): void {
  const { account, balance, userId } = recalled;
  set.users.set(user, { userId, accountId: account.accountId });
  addAccount(set, account);
  set.recalledAccounts.set(account.accountId, account);
  const key = pairKey(account.accountId, balance.feature);
  if (set.balances.has(key)) return;
  set.balances.set(key, balance);
  set.recalledBalances.push(balance);
}

function addReservation(set: WorkingSet, row: ReservationReading): void {
  addAccount(set, row.account);
  addBalance(set, row.balance);
  if (!set.reservations.has(row.reservation.id)) {
    set.reservations.set(row.reservation.id, row.reservation);
  }
}

function addAccount(set: WorkingSet, account: AccountRow): void {
  const known = set.accounts.get(account.accountId);
  // The older version of two readings: a balance computed at it is computed anew soon enough.
  if (known === undefined || account.accessVersion < known.accessVersion) {
    set.accounts.set(account.accountId, account);
  }
}

function addBalance(set: WorkingSet, balance: Balance | undefined): void {
  if (balance === undefined) return;
  const key = pairKey(balance.accountId, balance.feature);
  const known = set.balances.get(key);
  if (known === undefined) set.balances.set(key, balance);
  else if (known.revision !== balance.revision || known.startMs !== balance.startMs) {
    throw new ReadingsDiffer(`the balance of ${balance.feature} changed between two readings`);
  }
}
