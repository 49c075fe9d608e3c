import { units } from '@whisperforge/kernel/quantity';
import type { Balance } from './balance.ts';
import { MINUTES } from './catalog.fixture.ts';

/** A balance of sixty minutes of which nothing is used, but for what is said. */
export function balanceOf(said: Partial<Balance> = {}): Balance {
  return {
    accountId: 1,
    feature: MINUTES,
    startMs: 0,
    endMs: 2_678_400_000,
    used: 0n,
    reserved: 0n,
    baseLimit: units(60),
    packAmount: 0n,
    packBurned: 0n,
    boostCovered: 0n,
    beyond: 0n,
    accessVersion: 1,
    catalogVersion: 1,
    computedMs: 0,
    validUntilMs: null,
    revision: 1,
    change: 'none',
    ...said,
  };
}
