// pure
import { minQuantity, type Quantity } from '@whisperforge/kernel/quantity';
import { covers } from './effective-plan.ts';
import type { PackFact } from '../subscriptions/index.ts';
import { MOST_STORED, overflowOf, type Balance } from './balance.ts';

/** What one pack gave to one quota period. */
export interface PackBurn {
  readonly grantId: number;
  readonly startMs: number;
  amount: Quantity;
  isChanged: boolean;
}

/** The packs of one account for one feature, and what every period has burned of them. */
export interface PackLedger {
  readonly packs: readonly PackFact[];
  readonly burns: PackBurn[];
}

/** What is left of a pack after all that periods have burned of it. */
export function packLeft(ledger: PackLedger, pack: PackFact): Quantity {
  return ledger.burns.reduce(
    (left, burn) => (burn.grantId === pack.grantId ? left - burn.amount : left),
    pack.amount,
  );
}

/** What all packs that are in force at an instant have left. */
export function packsLeftAt(ledger: PackLedger, atMs: number): Quantity {
  return ledger.packs
    .filter((pack) => covers(pack.startsMs, pack.expiresMs, atMs))
    .reduce((sum, pack) => sum + packLeft(ledger, pack), 0n);
}

/** What packs could still give to a period that has ended. */
export function packsLeftFor(ledger: PackLedger, endMs: number): Quantity {
  return packsLeftAt(ledger, endMs - 1);
}

/**
 * Makes the packs bear exactly what a period's use goes beyond everything else: burns more of
 * them, those first that expire first, or gives back what turned out not to be needed.
 */
export function settleBurns(ledger: PackLedger, balance: Balance, endMs: number): void {
  let missing = overflowOf(balance) - balance.packBurned;
  if (missing > 0n) {
    for (const pack of inOrderOfExpiry(ledger.packs)) {
      if (missing === 0n) break;
      if (!isInForceAtEnd(pack, endMs)) continue;
      missing -= burnPack(ledger, balance, { pack, most: missing });
    }
  } else if (missing < 0n) {
    giveBack(ledger, balance, -missing);
  }
}

/** Burns up to `most` of one pack for a period; answers how much there was. */
export function burnPack(
  ledger: PackLedger,
  balance: Balance,
  wanted: { readonly pack: PackFact; readonly most: Quantity },
): Quantity {
  const most = minQuantity(wanted.most, MOST_STORED - balance.packBurned);
  const amount = minQuantity(most, packLeft(ledger, wanted.pack));
  if (amount <= 0n) return 0n;
  const { grantId } = wanted.pack;
  const earlier = findBurn(ledger, grantId, balance.startMs);
  if (earlier === undefined) {
    ledger.burns.push({ grantId, startMs: balance.startMs, amount, isChanged: true });
  } else {
    earlier.amount += amount;
    earlier.isChanged = true;
  }
  balance.packBurned += amount;
  balance.change = 'computed';
  return amount;
}

function giveBack(ledger: PackLedger, balance: Balance, tooMuch: Quantity): void {
  let left = minQuantity(tooMuch, balance.packBurned);
  for (const pack of inOrderOfExpiry(ledger.packs).toReversed()) {
    const burn = findBurn(ledger, pack.grantId, balance.startMs);
    if (burn === undefined || left === 0n) continue;
    const amount = minQuantity(left, burn.amount);
    burn.amount -= amount;
    burn.isChanged = true;
    balance.packBurned -= amount;
    balance.change = 'computed';
    left -= amount;
  }
}

function findBurn(ledger: PackLedger, grantId: number, startMs: number): PackBurn | undefined {
  return ledger.burns.find((burn) => burn.grantId === grantId && burn.startMs === startMs);
}

/** One that ends inside the period was settled at that instant; one that ends with it was not. */
function isInForceAtEnd(pack: PackFact, endMs: number): boolean {
  return covers(pack.startsMs, pack.expiresMs, endMs - 1);
}

/** Packs without an end last; of equals, the one granted first. */
export function inOrderOfExpiry(packs: readonly PackFact[]): PackFact[] {
  const endOf = (pack: PackFact): number => pack.expiresMs ?? Number.POSITIVE_INFINITY;
  return packs.toSorted((a, b) => endOf(a) - endOf(b) || a.grantId - b.grantId);
}
