// pure
import { assert } from '@whisperforge/kernel/assert';
import { clampQuantity, minQuantity, type Quantity } from '@whisperforge/kernel/quantity';
import { quotaPeriodAt } from '../accounts/index.ts';
import { covers, earliestAfter, nextPlanChange, type AccessContext } from './effective-plan.ts';
import { includedAt, type Included } from './included.ts';
import type { BoostFact, PackFact } from '../subscriptions/index.ts';
import { LEVEL_START_MS, MOST_STORED, takenOf, type Balance } from './balance.ts';
import { burnPack, packsLeftAt, settleBurns, type PackLedger } from './packs.ts';

/** An amount that is held until an instant, unless it is used or given back before. */
export interface ExpiringHold {
  readonly id: string;
  readonly startMs: number;
  readonly amount: Quantity;
  readonly expiresMs: number;
}

/** All that a balance follows from, besides what was booked on it. */
export interface BalanceContext extends AccessContext {
  readonly accountId: number;
  readonly feature: string;
  readonly isLevel: boolean;
  readonly anchorsMs: readonly number[];
  readonly accessVersion: number;
  readonly ledger: PackLedger;
  /** Those that hold an amount though their time is up, in the order in which it was up. */
  readonly expiredHolds: readonly ExpiringHold[];
  /** The ids of those whose amounts have been given back. */
  readonly releasedHolds: Set<string>;
  /** The earliest end of a hold that still stands. */
  nextHoldExpiryMs: number | null;
  /** Periods already in memory, by their start; those that holds belong to must be among them. */
  readonly periods: Map<number, Balance>;
}

/**
 * Brings an account's balance of a feature up to an instant, as if somebody had looked at every
 * instant on the way: holds end, boosts and packs expire leaving what they covered, a period
 * closes and the one that contains `nowMs` opens. Idle periods in between leave no row.
 */
export function advanceBalance(
  context: BalanceContext,
  current: Balance | undefined,
  nowMs: number,
): Balance {
  let balance = current ?? openBalance(context, nowMs);
  if (balance.endMs !== null) balance.endMs = periodEnd(context, balance);
  for (const step of stepsUntil(context, balance, nowMs)) takeStep(context, balance, step);
  if (balance.endMs !== null && balance.endMs <= nowMs) {
    closePeriod(context, balance);
    balance = openBalance(context, nowMs);
    // What ran out since then counted against the period that has just closed, or an older one.
    for (const hold of context.expiredHolds) releaseHold(context, hold);
  }
  refreshLimits(context, balance, nowMs);
  return balance;
}

/** Computes the limit of a balance as it stands at an instant within its period. */
export function refreshLimits(context: BalanceContext, balance: Balance, atMs: number): void {
  const period = balance.endMs === null ? null : { startMs: balance.startMs, endMs: balance.endMs };
  const included = includedAt(context, context.feature, { atMs, period });
  const boosts = context.facts.boosts.filter((boost) => isBoosting(boost, context, balance));
  const active = boosts.filter((boost) => covers(boost.startsMs, boost.expiresMs, atMs));
  const packs = context.ledger.packs;
  balance.baseLimit = baseLimitOf(included, balance, active);
  balance.beyond = included.beyond;
  balance.packAmount = storable(balance.packBurned + packsLeftAt(context.ledger, atMs));
  balance.accessVersion = context.accessVersion;
  balance.catalogVersion = context.catalog.version;
  balance.computedMs = atMs;
  balance.validUntilMs = earliestAfter(atMs, [
    nextPlanChange(context, atMs),
    balance.endMs,
    context.nextHoldExpiryMs,
    ...boosts.flatMap((boost) => [boost.startsMs, boost.expiresMs]),
    ...packs.flatMap((pack) => [pack.startsMs, pack.expiresMs]),
  ]);
  balance.change = 'computed';
}

/** A row for the quota period that contains an instant, with nothing used. */
export function openBalance(context: BalanceContext, atMs: number): Balance {
  const period = context.isLevel
    ? { startMs: LEVEL_START_MS, endMs: null }
    : quotaPeriodAt(context.anchorsMs, atMs);
  const opened: Balance = {
    accountId: context.accountId,
    feature: context.feature,
    startMs: period.startMs,
    endMs: period.endMs,
    used: 0n,
    reserved: 0n,
    baseLimit: 0n,
    packAmount: 0n,
    packBurned: 0n,
    boostCovered: 0n,
    beyond: 0n,
    accessVersion: context.accessVersion,
    catalogVersion: context.catalog.version,
    // What ended before the period began is no business of this row.
    computedMs: period.endMs === null ? atMs : period.startMs,
    validUntilMs: null,
    revision: 0,
    change: 'computed',
  };
  context.periods.set(opened.startMs, opened);
  return opened;
}

/** Fixes the limit of a period that is over, and lets packs bear what went beyond it. */
export function closePeriod(context: BalanceContext, balance: Balance): void {
  const { startMs, endMs } = balance;
  assert(endMs !== null, 'a level has no period to close');
  const lastMs = endMs - 1;
  const period = { startMs, endMs };
  const included = includedAt(context, context.feature, { atMs: lastMs, period });
  const boosts = context.facts.boosts.filter(
    (boost) =>
      isBoosting(boost, context, balance) && covers(boost.startsMs, boost.expiresMs, lastMs),
  );
  balance.baseLimit = baseLimitOf(included, balance, boosts);
  balance.beyond = included.beyond;
  balance.computedMs = endMs;
  balance.validUntilMs = null;
  settleClosed(context, balance);
}

/** Done again when a late event, or the end of a hold, changes what was used in a closed period. */
export function settleClosed(context: BalanceContext, balance: Balance): void {
  assert(isClosed(balance) && balance.endMs !== null, 'only a closed period is settled');
  settleBurns(context.ledger, balance, balance.endMs);
  balance.packAmount = balance.packBurned;
  balance.change = 'computed';
}

export function isClosed(balance: Balance): boolean {
  return balance.endMs !== null && balance.computedMs >= balance.endMs;
}

/** A period ends early where a new anchor begins, even if its row was written before that. */
function periodEnd(context: BalanceContext, balance: Balance): number {
  return quotaPeriodAt(context.anchorsMs, balance.startMs).endMs;
}

type Step =
  | { readonly kind: 'hold'; readonly atMs: number; readonly hold: ExpiringHold }
  | { readonly kind: 'boost'; readonly atMs: number; readonly boost: BoostFact }
  | { readonly kind: 'pack'; readonly atMs: number; readonly pack: PackFact };

const ORDER_AT_ONE_INSTANT = { hold: 0, boost: 1, pack: 2 } as const;

/**
 * What ends within the balance's period after it was last computed, in the order of time. A boost
 * or pack that ends together with the period was in force throughout, which its closing counts.
 */
function stepsUntil(context: BalanceContext, balance: Balance, nowMs: number): Step[] {
  const afterMs = balance.computedMs;
  const untilMs = Math.min(nowMs, balance.endMs ?? nowMs);
  const isDue = (atMs: number | null): atMs is number =>
    atMs !== null && atMs > afterMs && atMs <= untilMs && atMs !== balance.endMs;
  const steps: Step[] = context.expiredHolds
    .filter((hold) => hold.expiresMs <= untilMs)
    .map((hold) => ({ kind: 'hold', atMs: hold.expiresMs, hold }));
  for (const boost of context.facts.boosts) {
    if (isBoosting(boost, context, balance) && isDue(boost.expiresMs)) {
      steps.push({ kind: 'boost', atMs: boost.expiresMs, boost });
    }
  }
  for (const pack of context.ledger.packs) {
    if (isDue(pack.expiresMs)) steps.push({ kind: 'pack', atMs: pack.expiresMs, pack });
  }
  return steps.toSorted(
    (a, b) => a.atMs - b.atMs || ORDER_AT_ONE_INSTANT[a.kind] - ORDER_AT_ONE_INSTANT[b.kind],
  );
}

function takeStep(context: BalanceContext, balance: Balance, step: Step): void {
  if (step.kind === 'hold') {
    releaseHold(context, step.hold);
    return;
  }
  const wasCovered = coveredBefore(context, balance, step);
  if (wasCovered === null) return;
  if (step.kind === 'boost') {
    // What it covered stays covered in this period, or packs would have to pay for it.
    const covered = clampQuantity(wasCovered, step.boost.amount);
    balance.boostCovered = storable(balance.boostCovered + covered);
    balance.change = 'computed';
  } else {
    burnPack(context.ledger, balance, {
      pack: step.pack,
      most: clampQuantity(wasCovered, takenOf(balance)),
    });
  }
}

/**
 * What is used and held beyond all that is used up before the boost or pack that ends now: what
 * is included, what ended boosts covered, for a pack also boosts and burned packs. `null` where
 * the plan is unlimited and so nothing was taken of it.
 */
function coveredBefore(
  context: BalanceContext,
  balance: Balance,
  step: Exclude<Step, { kind: 'hold' }>,
): Quantity | null {
  const beforeMs = step.atMs - 1;
  const period = balance.endMs === null ? null : { startMs: balance.startMs, endMs: balance.endMs };
  const included = includedAt(context, context.feature, { atMs: beforeMs, period });
  if (included.limit === null || context.isLevel) return null;
  let before = included.limit + balance.boostCovered + balance.packBurned;
  if (step.kind === 'pack') {
    const active = context.facts.boosts.filter(
      (boost) =>
        isBoosting(boost, context, balance) &&
        covers(boost.startsMs, boost.expiresMs, beforeMs) &&
        boost.expiresMs !== step.atMs,
    );
    before += totalOf(active);
  }
  return takenOf(balance) - before;
}

function releaseHold(context: BalanceContext, hold: ExpiringHold): void {
  if (context.releasedHolds.has(hold.id)) return;
  const balance = context.periods.get(hold.startMs);
  assert(balance !== undefined, `the period of reservation ${hold.id} is loaded`);
  context.releasedHolds.add(hold.id);
  balance.reserved -= hold.amount;
  balance.change = 'computed';
  if (isClosed(balance)) settleClosed(context, balance);
}

function isBoosting(boost: BoostFact, context: BalanceContext, balance: Balance): boolean {
  if (boost.feature !== context.feature) return false;
  return boost.periodStartMs === null || boost.periodStartMs === balance.startMs;
}

function baseLimitOf(
  included: Included,
  balance: Balance,
  boosts: readonly BoostFact[],
): Quantity | null {
  if (included.limit === null) return null;
  return storable(included.limit + balance.boostCovered + totalOf(boosts));
}

/** Grants without measure come to as much as a balance can hold. */
function storable(amount: Quantity): Quantity {
  return minQuantity(amount, MOST_STORED);
}

function totalOf(boosts: readonly BoostFact[]): Quantity {
  return boosts.reduce((sum, boost) => sum + boost.amount, 0n);
}
