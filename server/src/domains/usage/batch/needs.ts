import { assert } from '@whisperforge/kernel/assert';
import type { AccountFeature } from '../store/context.ts';
import { countEvent } from './decide-track.ts';
import type { CommitOperation, Operation } from './operations.ts';
import type { Reservation } from './records.ts';
import { commitEventOf, isFresh, isLevel, keyOf, type WorkingSet } from './working-set.ts';

/** What is needed of an account's feature beyond a fresh current balance. */
export interface Need extends AccountFeature {
  /** The instant up to which its balance is brought. */
  readonly atMs: number;
  /** Since when every period is needed, used or not; `null` is the current one alone. */
  reachMs: number | null;
  /** Instants whose periods are needed, for late events. */
  readonly instantsMs: number[];
  /** Starts of periods that are needed, for reservations. */
  readonly startsMs: Set<number>;
}

/** What has to be loaded before the operations can be decided, by `pairKey`. */
export function findNeeds(set: WorkingSet, operations: readonly Operation[]): Map<string, Need> {
  const needs = new Map<string, Need>();
  const present = presentInstants(set);
  const need = (of: AccountFeature): Need => {
    const known = needs.get(keyOf(of));
    if (known !== undefined) return known;
    const { accountId, feature } = of;
    const atMs = present.get(accountId) ?? set.nowMs;
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
      const presentMs = present.get(touched.accountId) ?? set.nowMs;
      if (balance === undefined || !isFresh(balance, account, presentMs)) need(touched);
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
      const sides = sideBalances(set, reservation, operation);
      for (const side of sides) needPeriodAt(side, reservation.startMs);
    }
    const current = set.balances.get(keyOf(reservation));
    if (current?.startMs !== reservation.startMs) {
      need(reservation).startsMs.add(reservation.startMs);
    }
  }
  return needs;
}

/**
 * The present of each account: now, or where another process, whose clock is a moment ahead, has
 * brought one of its balances. It is one instant for all of its features.
 */
function presentInstants(set: WorkingSet): Map<number, number> {
  const present = new Map<number, number>();
  for (const { accountId, startMs, computedMs } of set.balances.values()) {
    const broughtMs = Math.max(startMs, computedMs);
    if (broughtMs > (present.get(accountId) ?? set.nowMs)) present.set(accountId, broughtMs);
  }
  return present;
}

/** The features of which an operation reads or changes the balance, where its user is known. */
function touchedBy(set: WorkingSet, operation: Operation): AccountFeature[] {
  const reservation = reservationOf(set, operation);
  if (reservation !== undefined) {
    const others = operation.kind === 'commit' ? sideBalances(set, reservation, operation) : [];
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

/** The other features that committing adds to: none where it tells nothing that they count. */
function sideBalances(
  set: WorkingSet,
  reservation: Reservation,
  operation: CommitOperation,
): AccountFeature[] {
  const { accountId, feature } = reservation;
  const counted = countEvent(commitEventOf(set.catalog, feature), operation);
  counted.delete(feature);
  return [...counted.keys()].map((other) => ({ accountId, feature: other }));
}

function reservationOf(set: WorkingSet, operation: Operation): Reservation | undefined {
  return 'reservationId' in operation ? set.reservations.get(operation.reservationId) : undefined;
}
