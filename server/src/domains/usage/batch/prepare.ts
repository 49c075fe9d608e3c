import { assert } from '@whisperforge/kernel/assert';
import { DAY_MS } from '@whisperforge/kernel/period';
import type { Executor } from '../../../platform/database.ts';
import { quotaPeriodAt, quotaPeriodsWithin } from '../../accounts/index.ts';
import type { AccessFacts } from '../../subscriptions/index.ts';
import {
  advanceBalance,
  closePeriod,
  isClosed,
  openBalance,
  type Balance,
  type BalanceContext,
  type PackLedger,
} from '../../entitlements/index.ts';
import type { Operation } from './operations.ts';
import { findNeeds, type Need } from './needs.ts';
import type { Reservation } from './records.ts';
import { findPeriods, loadSources, type BalanceSources } from '../store/context.ts';
import { isLevel, keyOf, type WorkingSet } from './working-set.ts';

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
  const found = sorted(sources);
  for (const need of needs) set.contexts.set(keyOf(need), contextOf(set, need, anchors, found));
  await loadPeriods(executor, set, needs);
  for (const need of needs) advance(set, need);
}

function accountsToRefresh(set: WorkingSet, operations: readonly Operation[]): number[] {
  return operations.flatMap((operation) => {
    if (operation.kind !== 'refresh' || !operation.withAccess) return [];
    const user = set.users.get(operation.user);
    return user === undefined ? [] : [user.accountId];
  });
}

/** Sources, to be found by what they belong to. */
interface SortedSources {
  readonly expiredHolds: ReadonlyMap<string, readonly Reservation[]>;
  readonly nextHoldExpiryMs: ReadonlyMap<string, number>;
  readonly burns: ReadonlyMap<number, BalanceSources['burns']>;
}

function sorted({ expiredHolds, nextHoldExpiries, burns }: BalanceSources): SortedSources {
  return {
    expiredHolds: Map.groupBy(expiredHolds, keyOf),
    nextHoldExpiryMs: new Map(nextHoldExpiries.map((next) => [keyOf(next), next.expiresMs])),
    burns: Map.groupBy(burns, (burn) => burn.accountId),
  };
}

function contextOf(
  set: WorkingSet,
  need: Need,
  anchors: ReadonlyMap<number, readonly number[]>,
  sources: SortedSources,
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
    ledger: ledgerOf(access.facts, feature, sources.burns.get(accountId) ?? []),
    expiredHolds: holdsOf(set, sources.expiredHolds.get(keyOf(need)) ?? []),
    releasedHolds: new Set(),
    nextHoldExpiryMs: sources.nextHoldExpiryMs.get(keyOf(need)) ?? null,
    periods: new Map(current === undefined ? [] : [[current.startMs, current]]),
  };
}

/** The packs of a feature, and what they gave to its periods. */
function ledgerOf(
  facts: AccessFacts,
  feature: string,
  ofAccount: BalanceSources['burns'],
): PackLedger {
  const packs = facts.packs.filter((pack) => pack.feature === feature);
  const grants = new Set(packs.map((pack) => pack.grantId));
  return { packs, burns: ofAccount.filter((burn) => grants.has(burn.grantId)) };
}

/** Expired holds, as the same objects that the batch's operations see. */
function holdsOf(set: WorkingSet, expired: readonly Reservation[]): Reservation[] {
  return expired.map((hold) => {
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
  // Two processes may have opened a period each, of which neither saw the other's.
  for (const period of context.periods.values()) {
    if (period.startMs < balance.startMs && !isClosed(period)) closePeriod(context, period);
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

function presentFacts(facts: ReadonlyMap<number, AccessFacts>, accountId: number): AccessFacts {
  const found = facts.get(accountId);
  assert(found !== undefined, 'facts are loaded for every account asked for');
  return found;
}
