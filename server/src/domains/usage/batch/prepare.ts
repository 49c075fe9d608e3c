import { assert } from '@whisperforge/kernel/assert';
import { DAY_MS } from '@whisperforge/kernel/period';
import type { Executor } from '../../../platform/database.ts';
import type { AccessFacts } from '../../subscriptions/index.ts';
import {
  advanceBalance,
  closePeriod,
  isClosed,
  openBalance,
  quotaPeriodAt,
  quotaPeriodsWithin,
  type Balance,
  type BalanceContext,
  type PackLedger,
} from '../../entitlements/index.ts';
import type { Operation } from './operations.ts';
import { sideFeatures } from './read.ts';
import type { Reservation } from './records.ts';
import {
  findPeriods,
  loadSources,
  type AccountFeature,
  type BalanceSources,
} from '../store/context.ts';
import { isFresh, pairKey, type WorkingSet } from './working-set.ts';

const LONGEST_PERIOD_MS = 31 * DAY_MS;
const NO_SOURCES: BalanceSources = { expiredHolds: [], nextHoldExpiries: [], burns: [] };

/** Where the facts come from that are not usage's own. */
export interface FactSources {
  readonly graceDays: number;
  /** Facts in force or to come, and those that ended after `sinceMs`. */
  loadFacts(
    executor: Executor,
    accountIds: readonly number[],
    sinceMs: number,
  ): Promise<ReadonlyMap<number, AccessFacts>>;
  /** Every anchor an account has had, ascending. */
  loadAnchors(
    executor: Executor,
    accountIds: readonly number[],
  ): Promise<ReadonlyMap<number, readonly number[]>>;
}

/** What is needed of an account's feature beyond a fresh current balance. */
interface Need extends AccountFeature {
  /** The instant up to which its balance is brought. */
  readonly atMs: number;
  /** Since when every period is needed, used or not; `null` is the current one alone. */
  reachMs: number | null;
  /** Instants whose periods are needed, for late events. */
  readonly instantsMs: number[];
  /** Starts of periods that are needed, for reservations. */
  readonly startsMs: Set<number>;
}

/**
 * Makes every balance that the operations touch fit for use: computes anew what is outdated, opens
 * periods, and loads the closed ones that late events and old reservations belong to.
 */
export async function prepareBatch(
  executor: Executor,
  set: WorkingSet,
  batch: { readonly operations: readonly Operation[]; readonly sources: FactSources },
): Promise<void> {
  const needs = [...findNeeds(set, batch.operations).values()];
  const forAccess = accountsToRefresh(set, batch.operations);
  const accountIds = [...new Set([...needs.map((need) => need.accountId), ...forAccess])];
  if (accountIds.length === 0) return;
  const sources = needs.length > 0 ? await loadSources(executor, needs) : NO_SOURCES;
  const oldestMs = oldestInstant(set, needs, sources);
  const facts = await batch.sources.loadFacts(executor, accountIds, oldestMs);
  for (const accountId of accountIds) {
    set.access.set(accountId, {
      catalog: set.catalog,
      facts: presentFacts(facts, accountId),
      graceDays: batch.sources.graceDays,
    });
  }
  if (needs.length === 0) return;
  const anchors = await batch.sources.loadAnchors(executor, accountIds);
  for (const need of needs) set.contexts.set(keyOf(need), contextOf(set, need, anchors, sources));
  await loadPeriods(executor, set, needs);
  for (const need of needs) advance(set, need);
}

function findNeeds(set: WorkingSet, operations: readonly Operation[]): Map<string, Need> {
  const needs = new Map<string, Need>();
  const need = (of: AccountFeature): Need => {
    const known = needs.get(keyOf(of));
    if (known !== undefined) return known;
    const current = set.balances.get(keyOf(of));
    // Another process may be a moment ahead and have opened the next period already.
    const atMs = Math.max(set.nowMs, current?.startMs ?? 0, current?.computedMs ?? 0);
    const { accountId, feature } = of;
    const startsMs = new Set<number>();
    const added = { accountId, feature, atMs, reachMs: null, instantsMs: [], startsMs };
    needs.set(keyOf(of), added);
    return added;
  };
  const needPeriodAt = (of: AccountFeature, atMs: number): void => {
    const balance = set.balances.get(keyOf(of));
    // An outdated balance may give way to that of a period that began after the instant.
    const isInBalance = balance !== undefined && atMs >= balance.startMs && !needs.has(keyOf(of));
    if (!isInBalance && !isLevel(set, of.feature)) need(of).instantsMs.push(atMs);
  };
  for (const operation of operations) {
    for (const touched of touchedBy(set, operation)) {
      const balance = set.balances.get(keyOf(touched));
      const account = set.accounts.get(touched.accountId);
      assert(account !== undefined, 'the account is read');
      if (balance === undefined || !isFresh(balance, account, set.nowMs)) need(touched);
      if (operation.kind === 'track' && operation.occurredMs !== undefined) {
        needPeriodAt(touched, operation.occurredMs);
      }
      if (operation.kind === 'refresh' && operation.reachMs !== undefined) {
        need(touched).reachMs = operation.reachMs;
      }
    }
    const reservation = reservationOf(set, operation);
    if (reservation === undefined) continue;
    if (operation.kind === 'commit' && reservation.status === 'held') {
      // What the work used besides belongs to the reservation's period, too.
      for (const side of sideBalances(set, reservation)) needPeriodAt(side, reservation.startMs);
    }
    const current = set.balances.get(keyOf(reservation));
    if (current?.startMs !== reservation.startMs) {
      need(reservation).startsMs.add(reservation.startMs);
    }
  }
  return needs;
}

/** The features of which an operation reads or changes the balance, where its user is known. */
function touchedBy(set: WorkingSet, operation: Operation): AccountFeature[] {
  const reservation = reservationOf(set, operation);
  if (reservation !== undefined) {
    const others = operation.kind === 'commit' ? sideBalances(set, reservation) : [];
    return [reservation, ...others];
  }
  if ('reservationId' in operation) return [];
  const user = set.users.get(operation.user);
  if (user === undefined) return [];
  const { accountId } = user;
  switch (operation.kind) {
    case 'track':
      return [...operation.counted.keys()].map((feature) => ({ accountId, feature }));
    case 'refresh':
      return operation.features.map((feature) => ({ accountId, feature }));
    case 'reserve':
    case 'set_level':
      return [{ accountId, feature: operation.feature }];
  }
}

function sideBalances(set: WorkingSet, reservation: Reservation): AccountFeature[] {
  const { accountId } = reservation;
  return sideFeatures(set.catalog, reservation.feature).map((feature) => ({ accountId, feature }));
}

function reservationOf(set: WorkingSet, operation: Operation): Reservation | undefined {
  return 'reservationId' in operation ? set.reservations.get(operation.reservationId) : undefined;
}

function accountsToRefresh(set: WorkingSet, operations: readonly Operation[]): number[] {
  return operations.flatMap((operation) => {
    if (operation.kind !== 'refresh' || !operation.withAccess) return [];
    const user = set.users.get(operation.user);
    return user === undefined ? [] : [user.accountId];
  });
}

function contextOf(
  set: WorkingSet,
  need: Need,
  anchors: ReadonlyMap<number, readonly number[]>,
  sources: BalanceSources,
): BalanceContext {
  const { accountId, feature } = need;
  const account = set.accounts.get(accountId);
  const access = set.access.get(accountId);
  assert(account !== undefined && access !== undefined, 'the account and its facts are loaded');
  const current = set.balances.get(keyOf(need));
  return {
    ...access,
    accountId,
    feature,
    isLevel: isLevel(set, feature),
    anchorsMs: anchors.get(accountId) ?? [account.anchorMs],
    accessVersion: account.accessVersion,
    ledger: ledgerOf(access.facts, need, sources),
    expiredHolds: holdsOf(set, need, sources),
    releasedHolds: new Set(),
    nextHoldExpiryMs:
      sources.nextHoldExpiries.find(
        (next) => next.accountId === accountId && next.feature === feature,
      )?.expiresMs ?? null,
    periods: new Map(current === undefined ? [] : [[current.startMs, current]]),
  };
}

function ledgerOf(facts: AccessFacts, need: Need, sources: BalanceSources): PackLedger {
  const packs = facts.packs.filter((pack) => pack.feature === need.feature);
  const grants = new Set(packs.map((pack) => pack.grantId));
  return { packs, burns: sources.burns.filter((burn) => grants.has(burn.grantId)) };
}

/** Expired holds, as the same objects that the batch's operations see. */
function holdsOf(set: WorkingSet, need: Need, sources: BalanceSources): Reservation[] {
  return sources.expiredHolds
    .filter((hold) => hold.accountId === need.accountId && hold.feature === need.feature)
    .map((hold) => {
      const known = set.reservations.get(hold.id) ?? hold;
      set.reservations.set(hold.id, known);
      return known;
    });
}

async function loadPeriods(
  executor: Executor,
  set: WorkingSet,
  needs: readonly Need[],
): Promise<void> {
  const wanted = needs.flatMap((need) => {
    const context = set.contexts.get(keyOf(need))!;
    if (need.reachMs !== null && !context.isLevel) {
      const span = { fromMs: need.reachMs, toMs: need.atMs };
      const periods = quotaPeriodsWithin(context.anchorsMs, span);
      need.instantsMs.push(...periods.map((period) => period.startMs));
    }
    for (const atMs of need.instantsMs) {
      need.startsMs.add(quotaPeriodAt(context.anchorsMs, atMs).startMs);
    }
    for (const hold of context.expiredHolds) need.startsMs.add(hold.startMs);
    return [...need.startsMs]
      .filter((startMs) => !context.periods.has(startMs))
      .map((startMs) => ({ accountId: need.accountId, feature: need.feature, startMs }));
  });
  if (wanted.length === 0) return;
  for (const balance of await findPeriods(executor, wanted)) {
    set.contexts.get(keyOf(balance))!.periods.set(balance.startMs, balance);
  }
}

function advance(set: WorkingSet, need: Need): void {
  const key = keyOf(need);
  const context = set.contexts.get(key)!;
  const balance = advanceBalance(context, set.balances.get(key), need.atMs);
  set.balances.set(key, balance);
  for (const id of context.releasedHolds) {
    const hold = set.reservations.get(id);
    assert(hold !== undefined, 'a hold is one of the reservations of the batch');
    hold.status = 'expired';
    hold.settledMs = hold.expiresMs;
    set.settledReservations.add(hold);
  }
  for (const instantMs of need.instantsMs) openLatePeriod(context, balance, instantMs);
}

/** A late event may belong to a period in which nothing was used: it gets its row now. */
function openLatePeriod(context: BalanceContext, current: Balance, atMs: number): void {
  if (atMs >= current.startMs) return;
  const { startMs } = quotaPeriodAt(context.anchorsMs, atMs);
  const known = context.periods.get(startMs);
  const balance = known ?? openBalance(context, atMs);
  if (!isClosed(balance)) closePeriod(context, balance);
}

/**
 * How far back facts matter: to when the oldest balance was computed, a late event happened, or a
 * reservation was made; for all of the period that it was in.
 */
function oldestInstant(set: WorkingSet, needs: readonly Need[], sources: BalanceSources): number {
  let oldest = set.nowMs;
  for (const need of needs) {
    const computedMs = set.balances.get(keyOf(need))?.computedMs ?? set.nowMs;
    oldest = Math.min(oldest, computedMs, need.reachMs ?? computedMs);
    for (const atMs of [...need.instantsMs, ...need.startsMs]) oldest = Math.min(oldest, atMs);
  }
  for (const hold of sources.expiredHolds) oldest = Math.min(oldest, hold.startMs);
  return oldest - LONGEST_PERIOD_MS;
}

function isLevel(set: WorkingSet, feature: string): boolean {
  return set.catalog.features.get(feature)?.kind === 'level';
}

function keyOf(of: AccountFeature): string {
  return pairKey(of.accountId, of.feature);
}

function presentFacts(facts: ReadonlyMap<number, AccessFacts>, accountId: number): AccessFacts {
  const found = facts.get(accountId);
  assert(found !== undefined, 'facts are loaded for every account asked for');
  return found;
}
