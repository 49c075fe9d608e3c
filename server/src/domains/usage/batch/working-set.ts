// pure
import { assert } from '@whisperforge/kernel/assert';
import type { Quantity } from '@whisperforge/kernel/quantity';
import { quotaPeriodAt } from '../../accounts/index.ts';
import {
  effectivePlanAt,
  isWithinCeiling,
  markBooked,
  nextPlanChange,
  packsLeftFor,
  refreshLimits,
  settleClosed,
  type AccessContext,
  type Balance,
  type BalanceContext,
} from '../../entitlements/index.ts';
import type { Catalog, EventType } from '../../plans/index.ts';
import type { AccountAccess, AccountRow, Reservation, UsageEvent, UsageKey } from './records.ts';

/**
 * What one batch has read, and what it will write. Operations are decided on it in the order of
 * their arrival; nothing of it is true before it has been written.
 */
export interface WorkingSet {
  readonly nowMs: number;
  readonly catalog: Catalog;
  /** Whether `keys` holds what is known of every idempotency key, or only what is new. */
  readonly areKeysRead: boolean;
  readonly users: Map<string, { readonly userId: number; readonly accountId: number }>;
  readonly accounts: Map<number, AccountRow>;
  /** The current balance of each account's feature, by `pairKey`. */
  readonly balances: Map<string, Balance>;
  /** What balances follow from, for those that had to be computed anew. */
  readonly contexts: Map<string, BalanceContext>;
  readonly access: Map<number, AccessContext>;
  /** What idempotency keys stand for, by `pairKey`. */
  readonly keys: Map<string, UsageKey>;
  readonly reservations: Map<string, Reservation>;
  readonly newEvents: UsageEvent[];
  readonly newKeys: UsageKey[];
  readonly openedReservations: Reservation[];
  readonly settledReservations: Set<Reservation>;
  readonly newAccess: Map<number, AccountAccess>;
  /** Accounts and balances that were not read but recalled from earlier batches. */
  readonly recalledAccounts: Map<number, AccountRow>;
  readonly recalledBalances: Balance[];
}

export function emptyWorkingSet(catalog: Catalog, nowMs: number, areKeysRead: boolean): WorkingSet {
  return {
    areKeysRead,
    nowMs,
    catalog,
    users: new Map(),
    accounts: new Map(),
    balances: new Map(),
    contexts: new Map(),
    access: new Map(),
    keys: new Map(),
    reservations: new Map(),
    newEvents: [],
    newKeys: [],
    openedReservations: [],
    settledReservations: new Set(),
    newAccess: new Map(),
    recalledAccounts: new Map(),
    recalledBalances: [],
  };
}

/** Something depends on a key that has not been looked up; the batch reads again. */
export class KeyUnread extends Error {
  override readonly name = 'KeyUnread';
}

/** Something was recalled that nothing is written on the condition of; the batch reads instead. */
export class NotWritten extends Error {
  override readonly name = 'NotWritten';
}

/** To be called when all is decided: what was only recalled must be written, or be read. */
export function requireWritten(set: WorkingSet): void {
  const isWritten = set.recalledBalances.every((balance) => balance.change !== 'none');
  if (!isWritten) throw new NotWritten('a balance was recalled and is not written');
}

/**
 * To be called before a keyed operation is refused: what has been booked already is not refused
 * when it is repeated, and nothing that is written would show that it is a repeat.
 */
export function requireKeyRead(set: WorkingSet, key: string | undefined): void {
  if (key !== undefined && !set.areKeysRead) throw new KeyUnread('a key is not looked up yet');
}

/** One key for an account's feature or idempotency key. */
export function pairKey(accountId: number, name: string): string {
  return `${accountId}/${name}`;
}

export function keyOf(of: { readonly accountId: number; readonly feature: string }): string {
  return pairKey(of.accountId, of.feature);
}

export function isLevel(set: WorkingSet, feature: string): boolean {
  return set.catalog.features.get(feature)?.kind === 'level';
}

export function currentBalance(set: WorkingSet, accountId: number, feature: string): Balance {
  const balance = set.balances.get(pairKey(accountId, feature));
  assert(balance !== undefined, `the balance of ${feature} is loaded`);
  return balance;
}

/** Now, or when the present period began: a process whose clock is ahead may have opened it. */
export function presentMs(set: WorkingSet, accountId: number, features: Iterable<string>): number {
  let present = set.nowMs;
  for (const feature of features) {
    present = Math.max(present, currentBalance(set, accountId, feature).startMs);
  }
  return present;
}

/** The balance of the period to which something that happened at an instant belongs. */
export function balanceAt(
  set: WorkingSet,
  of: { readonly accountId: number; readonly feature: string },
  occurredMs: number,
): Balance {
  const current = currentBalance(set, of.accountId, of.feature);
  if (occurredMs >= current.startMs || current.endMs === null) return current;
  const context = set.contexts.get(pairKey(of.accountId, of.feature));
  assert(context !== undefined, 'a late event loads what its period follows from');
  return balanceOfPeriod(context, quotaPeriodAt(context.anchorsMs, occurredMs).startMs);
}

/** The balance of the period that began at an instant. */
export function balanceOfPeriod(context: BalanceContext, startMs: number): Balance {
  const balance = context.periods.get(startMs);
  assert(balance !== undefined, 'the period is loaded');
  return balance;
}

/** Whether an amount can be added; to a closed period also what packs could still give to it. */
export function hasRoom(set: WorkingSet, balance: Balance, amount: Quantity): boolean {
  const current = currentBalance(set, balance.accountId, balance.feature);
  if (current === balance || balance.endMs === null) return isWithinCeiling(balance, amount);
  const context = set.contexts.get(pairKey(balance.accountId, balance.feature));
  assert(context !== undefined, 'a closed period is loaded with what it follows from');
  return isWithinCeiling(balance, amount - packsLeftFor(context.ledger, balance.endMs));
}

/** After something was booked: packs bear what a closed period used beyond everything else. */
export function settleBooking(set: WorkingSet, balance: Balance): void {
  markBooked(balance);
  const current = currentBalance(set, balance.accountId, balance.feature);
  if (current === balance) return;
  const context = set.contexts.get(pairKey(balance.accountId, balance.feature));
  assert(context !== undefined, 'a closed period is loaded with what it follows from');
  settleClosed(context, balance);
  refreshLimits(context, current, Math.max(set.nowMs, current.startMs));
}

/** What was computed from facts, and until when it may be used. */
interface Computed {
  readonly accessVersion: number;
  readonly catalogVersion: number;
  readonly validUntilMs: number | null;
}

/** Whether a balance, or the plan in force, may be used as it was computed. */
export function isFresh(computed: Computed, account: AccountRow, nowMs: number): boolean {
  return (
    computed.accessVersion === account.accessVersion &&
    computed.catalogVersion === account.catalogVersion &&
    (computed.validUntilMs === null || nowMs < computed.validUntilMs)
  );
}

/** The plan in force, as the row that is kept of it. */
export function accessRow(
  context: AccessContext,
  of: { readonly accountId: number; readonly accessVersion: number },
  nowMs: number,
): AccountAccess {
  const { plan, restriction } = effectivePlanAt(context, nowMs);
  return {
    accountId: of.accountId,
    planId: plan.id,
    restrictedFromId: restriction?.from.id ?? null,
    restriction: restriction?.cause ?? null,
    accessVersion: of.accessVersion,
    catalogVersion: context.catalog.version,
    computedMs: nowMs,
    validUntilMs: nextPlanChange(context, nowMs),
  };
}

/** The event type that committing a reservation of a feature books; for a level there is none. */
export function commitEventOf(catalog: Catalog, featureKey: string): EventType {
  const feature = catalog.features.get(featureKey);
  const key = feature?.commitEvent ?? featureKey;
  const event = feature?.kind === 'metered' ? catalog.eventTypes.get(key) : undefined;
  return event ?? { key: featureKey, name: featureKey, counts: [] };
}
