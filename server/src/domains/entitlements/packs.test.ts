import fc from 'fast-check';
import { describe, expect, test } from 'vitest';
import { units } from '@whisperforge/kernel/quantity';
import type { PackFact } from '../subscriptions/index.ts';
import { balanceOf } from './balance.fixture.ts';
import { MINUTES } from './catalog.fixture.ts';
import {
  burnPack,
  packLeft,
  packsLeftAt,
  packsLeftFor,
  settleBurns,
  type PackLedger,
} from './packs.ts';

const END = 2_678_400_000;

function pack(grantId: number, amount: number, expiresMs: number | null = null): PackFact {
  return { grantId, feature: MINUTES, amount: units(amount), startsMs: 0, expiresMs };
}

function ledgerOf(...packs: PackFact[]): PackLedger {
  return { packs, burns: [] };
}

const left = (ledger: PackLedger): bigint[] => ledger.packs.map((each) => packLeft(ledger, each));

describe('packs', () => {
  test('give what a period has taken beyond everything else, the first to expire first', () => {
    const ledger = ledgerOf(pack(1, 10), pack(2, 10, END + 2), pack(3, 10, END + 1));
    const balance = balanceOf({ used: units(70), reserved: units(5) });
    settleBurns(ledger, balance, END);
    expect(left(ledger)).toEqual([units(10), units(5), 0n]);
    expect(balance.packBurned).toBe(units(15));
  });

  test('that expire together are used in the order in which they were granted', () => {
    const ledger = ledgerOf(pack(7, 10, END + 1), pack(5, 10, END + 1));
    settleBurns(ledger, balanceOf({ used: units(64) }), END);
    expect(left(ledger)).toEqual([units(10), units(6)]);
  });

  test('take back what turns out not to have been needed, the last to expire first', () => {
    const ledger = ledgerOf(pack(1, 10), pack(2, 10, END + 2), pack(3, 10, END + 1));
    const balance = balanceOf({ used: units(85) });
    settleBurns(ledger, balance, END);
    expect(left(ledger)).toEqual([units(5), 0n, 0n]);
    balance.used = units(72);
    settleBurns(ledger, balance, END);
    expect(left(ledger)).toEqual([units(10), units(8), 0n]);
    expect(balance.packBurned).toBe(units(12));
  });

  test('that begin after a period, or ended inside it, give it nothing', () => {
    const late = { ...pack(1, 10), startsMs: END };
    const ledger = ledgerOf(late, pack(2, 10, END - 1), pack(3, 10, END));
    settleBurns(ledger, balanceOf({ used: units(90) }), END);
    expect(left(ledger)).toEqual([units(10), units(10), 0n]);
  });

  test('of one that ended inside the period keep what it gave while it lasted', () => {
    const ledger = ledgerOf(pack(1, 10, END - 1), pack(2, 10));
    const balance = balanceOf({ used: units(65) });
    burnPack(ledger, balance, { pack: ledger.packs[0]!, most: units(5) });
    balance.used = units(68);
    settleBurns(ledger, balance, END);
    expect(left(ledger)).toEqual([units(5), units(7)]);
  });

  test('have nothing to give to an unlimited period', () => {
    const ledger = ledgerOf(pack(1, 10));
    settleBurns(ledger, balanceOf({ used: units(900), baseLimit: null }), END);
    expect(left(ledger)).toEqual([units(10)]);
  });

  test('count as left only while they are in force', () => {
    const ledger = ledgerOf(pack(1, 10, 5), { ...pack(2, 20), startsMs: 5 });
    expect(packsLeftAt(ledger, 4)).toBe(units(10));
    expect(packsLeftAt(ledger, 5)).toBe(units(20));
    expect(packsLeftFor(ledger, 5)).toBe(units(10));
  });

  test('never fall below nothing nor rise above what was bought, whatever is settled when', () => {
    const drawn = fc.record({
      amount: fc.integer({ min: 1, max: 40 }),
      expiresMs: fc.constantFrom(null, END - 1, END, END + 1, 2 * END, 3 * END),
    });
    const settlement = fc.record({
      period: fc.nat({ max: 2 }),
      used: fc.integer({ min: 0, max: 200 }),
      reserved: fc.integer({ min: 0, max: 20 }),
    });
    fc.assert(
      fc.property(
        fc.array(drawn, { maxLength: 4 }),
        fc.array(settlement, { maxLength: 20 }),
        (drawnPacks, settlements) => {
          const packs = drawnPacks.map((each, index) => pack(index, each.amount, each.expiresMs));
          const ledger = ledgerOf(...packs);
          const periods = [0, 1, 2].map((number) =>
            balanceOf({ startMs: number * END, endMs: (number + 1) * END }),
          );
          for (const { period, used, reserved } of settlements) {
            const balance = periods[period]!;
            balance.used = units(used);
            balance.reserved = units(reserved);
            settleBurns(ledger, balance, balance.endMs!);
            const over = units(Math.max(0, used + reserved - 60));
            expect(balance.packBurned).toBeLessThanOrEqual(over);
            // Short of what is needed only where there is nothing left to take.
            if (balance.packBurned < over) expect(packsLeftFor(ledger, balance.endMs!)).toBe(0n);
            for (const each of packs) {
              expect(packLeft(ledger, each)).toBeGreaterThanOrEqual(0n);
              expect(packLeft(ledger, each)).toBeLessThanOrEqual(each.amount);
            }
          }
          const burned = periods.reduce((sum, balance) => sum + balance.packBurned, 0n);
          const given = packs.reduce((sum, each) => sum + each.amount - packLeft(ledger, each), 0n);
          expect(given).toBe(burned);
        },
      ),
    );
  });
});
