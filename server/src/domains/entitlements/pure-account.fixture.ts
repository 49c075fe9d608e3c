import { assert } from '@whisperforge/kernel/assert';
import type { Quantity } from '@whisperforge/kernel/quantity';
import type { Catalog } from '../plans/index.ts';
import type { AccessFacts } from '../subscriptions/index.ts';
import {
  advanceBalance,
  refreshLimits,
  settleClosed,
  type BalanceContext,
  type ExpiringHold,
} from './advance-balance.ts';
import type { Balance } from './balance.ts';
import type { PackBurn } from './packs.ts';

export interface PureAccountOptions {
  readonly catalog: Catalog;
  readonly facts: AccessFacts;
  readonly feature: string;
  readonly isLevel?: boolean;
  readonly anchorsMs: readonly number[];
  readonly graceDays?: number;
}

/** The rows of one account's feature in memory, loaded and stored as the hot path does. */
export class PureAccount {
  readonly options: PureAccountOptions;
  readonly periods = new Map<number, Balance>();
  burns: PackBurn[] = [];
  readonly holds = new Map<string, ExpiringHold>();
  #current: Balance | undefined;

  constructor(options: PureAccountOptions) {
    this.options = options;
  }

  /** What a request at an instant sees, and what looking leaves behind. */
  lookAt(atMs: number): Balance {
    return this.#load(atMs).balance;
  }

  use(atMs: number, amount: Quantity): void {
    const { balance } = this.#load(atMs);
    balance.used += amount;
  }

  hold(atMs: number, hold: Omit<ExpiringHold, 'startMs'>): void {
    assert(hold.expiresMs > atMs, 'a hold ends later than it begins');
    const { balance } = this.#load(atMs);
    balance.reserved += hold.amount;
    this.holds.set(hold.id, { ...hold, startMs: balance.startMs });
  }

  /** Gives a hold back, or books it with what was used; answers whether it still stood. */
  settleHold(atMs: number, id: string, used: Quantity): boolean {
    const { balance: current, context } = this.#load(atMs);
    const hold = this.holds.get(id);
    if (hold === undefined) return false;
    this.holds.delete(id);
    const balance = this.periods.get(hold.startMs)!;
    balance.reserved -= hold.amount;
    balance.used += used;
    if (balance !== current) {
      settleClosed(context, balance);
      refreshLimits(context, current, atMs);
    }
    return true;
  }

  #load(atMs: number): { readonly balance: Balance; readonly context: BalanceContext } {
    const context = this.#contextAt(atMs);
    const balance = advanceBalance(context, this.#current, atMs);
    for (const id of context.releasedHolds) this.holds.delete(id);
    this.burns = context.ledger.burns;
    this.#current = balance;
    return { balance, context };
  }

  #contextAt(atMs: number): BalanceContext {
    const { catalog, facts, feature, isLevel = false, anchorsMs, graceDays = 7 } = this.options;
    const holds = [...this.holds.values()].toSorted(
      (a, b) => a.expiresMs - b.expiresMs || Number(a.id) - Number(b.id),
    );
    const standing = holds.filter((hold) => hold.expiresMs > atMs).map((hold) => hold.expiresMs);
    return {
      catalog,
      facts,
      graceDays,
      accountId: 1,
      feature,
      isLevel,
      anchorsMs,
      accessVersion: 1,
      ledger: { packs: facts.packs.filter((pack) => pack.feature === feature), burns: this.burns },
      expiredHolds: holds.filter((hold) => hold.expiresMs <= atMs),
      releasedHolds: new Set(),
      nextHoldExpiryMs: standing.length === 0 ? null : Math.min(...standing),
      periods: this.periods,
    };
  }
}
