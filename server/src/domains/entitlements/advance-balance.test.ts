import fc from 'fast-check';
import { describe, expect, test } from 'vitest';
import { addMonths, DAY_MS } from '@whisperforge/kernel/period';
import { units } from '@whisperforge/kernel/quantity';
import type { AccessFacts } from '../subscriptions/index.ts';
import { limitOf, type Balance } from './balance.ts';
import { CATALOG, FILES, FREE, MINUTES, NO_FACTS, PRO, UNLIMITED } from './catalog.fixture.ts';
import { PureAccount } from './pure-account.fixture.ts';

const START_MS = Date.UTC(2026, 0, 31, 10);
const SPAN_DAYS = 100;
const QUARTER_MS = DAY_MS / 4;
/** Few distinct instants, so that things often happen at the same one, or a millisecond apart. */
const instant = fc
  .tuple(fc.integer({ min: 0, max: SPAN_DAYS * 4 }), fc.constantFrom(0, 0, 0, -1, 1))
  .map(([quarters, shift]) => START_MS + quarters * QUARTER_MS + shift)
  .filter((atMs) => atMs >= START_MS);
const special = fc
  .constantFrom(1, 2, 3)
  .chain((months) => fc.constantFrom(-1, 0, 1).map((shift) => addMonths(START_MS, months) + shift));
const anyInstant = fc.oneof({ weight: 3, arbitrary: instant }, { weight: 1, arbitrary: special });
const end = fc.option(anyInstant, { nil: null });
const amount = fc.integer({ min: 1, max: 120 }).map(units);

const planId = fc.constantFrom(FREE, PRO, UNLIMITED);
const subscription = fc
  .record({
    planId,
    status: fc.constantFrom('active', 'trialing', 'past_due', 'unpaid'),
    startedMs: anyInstant,
    cancelAtMs: end,
    pastDueSinceMs: anyInstant,
    scheduled: fc.option(fc.record({ planId, atMs: anyInstant }), { nil: null }),
  })
  .map((fact) => ({
    ...fact,
    id: 1,
    pastDueSinceMs: fact.status === 'past_due' ? fact.pastDueSinceMs : null,
  }));
const span = fc
  .tuple(anyInstant, end)
  .filter(([startsMs, expiresMs]) => expiresMs === null || expiresMs > startsMs)
  .map(([startsMs, expiresMs]) => ({ startsMs, expiresMs }));
const facts: fc.Arbitrary<AccessFacts> = fc
  .record({
    subscription: fc.option(subscription, { nil: null }),
    planChanges: fc.array(fc.record({ span, planId }), { maxLength: 2 }),
    boosts: fc.array(fc.record({ span, amount, month: fc.constantFrom(null, 0, 1) }), {
      maxLength: 3,
    }),
    packs: fc.array(fc.record({ span, amount }), { maxLength: 3 }),
  })
  .map((drawn) => ({
    ...NO_FACTS,
    subscription: drawn.subscription,
    planChanges: drawn.planChanges.map((change, index) => ({
      id: index,
      planId: change.planId,
      ...change.span,
    })),
    boosts: drawn.boosts.map((boost) => ({
      ...boost.span,
      feature: MINUTES,
      amount: boost.amount,
      periodStartMs: boost.month === null ? null : addMonths(START_MS, boost.month),
    })),
    packs: drawn.packs.map((pack, index) => ({
      ...pack.span,
      grantId: index + 1,
      feature: MINUTES,
      amount: pack.amount,
    })),
  }));

type Deed =
  | { readonly kind: 'use'; readonly atMs: number; readonly amount: bigint }
  | {
      readonly kind: 'hold';
      readonly atMs: number;
      readonly amount: bigint;
      readonly expiresMs: number;
    }
  | {
      readonly kind: 'settle';
      readonly atMs: number;
      readonly hold: number;
      readonly used: bigint;
    };
const deed: fc.Arbitrary<Deed> = fc.oneof(
  fc.record({ kind: fc.constant('use' as const), atMs: anyInstant, amount }),
  fc
    .record({
      kind: fc.constant('hold' as const),
      atMs: anyInstant,
      amount,
      expiresMs: anyInstant,
    })
    .filter(({ atMs, expiresMs }) => expiresMs > atMs),
  fc.record({
    kind: fc.constant('settle' as const),
    atMs: anyInstant,
    hold: fc.nat({ max: 3 }),
    used: fc.oneof(fc.constant(0n), amount),
  }),
);

const anchors = fc
  .array(anyInstant, { maxLength: 2 })
  .map((later) => [...new Set([START_MS, ...later])].toSorted((a, b) => a - b));

function perform(account: PureAccount, deeds: readonly Deed[], looks: readonly number[]): void {
  const order = [
    ...deeds.map((each) => ({ atMs: each.atMs, deed: each })),
    ...looks.map((atMs) => ({ atMs, deed: undefined })),
  ].toSorted((a, b) => a.atMs - b.atMs);
  let holds = 0;
  for (const { atMs, deed: todo } of order) {
    if (todo === undefined) account.lookAt(atMs);
    else if (todo.kind === 'use') account.use(atMs, todo.amount);
    else if (todo.kind === 'settle') account.settleHold(atMs, String(todo.hold), todo.used);
    else
      account.hold(atMs, { id: String(holds++), amount: todo.amount, expiresMs: todo.expiresMs });
  }
}

/** What callers could tell apart: all that was used, and what of it was paid how. */
function shown(account: PureAccount): unknown {
  const rows = [...account.periods.values()]
    .filter((row) => row.used > 0n || row.reserved > 0n || row.packBurned > 0n)
    .map(visible)
    .toSorted((a, b) => a.startMs - b.startMs);
  const burns = account.burns
    .filter((burn) => burn.amount > 0n)
    .map(({ grantId, startMs, amount: burned }) => ({ grantId, startMs, burned }))
    .toSorted((a, b) => a.startMs - b.startMs || a.grantId - b.grantId);
  return { rows, burns, holds: [...account.holds.keys()] };
}

function visible(row: Balance): Omit<Balance, 'change' | 'revision'> {
  const { change: _changed, revision: _revision, ...rest } = row;
  return rest;
}

const END_MS = START_MS + (SPAN_DAYS + 40) * DAY_MS;

describe('looking seldom or often', () => {
  test('gives the same balances, packs and holds', () => {
    fc.assert(
      fc.property(
        facts,
        anchors,
        fc.array(deed, { maxLength: 12 }),
        fc.array(anyInstant, { maxLength: 30 }),
        (given, anchorsMs, deeds, looks) => {
          const options = { catalog: CATALOG, facts: given, feature: MINUTES, anchorsMs };
          const seldom = new PureAccount(options);
          perform(seldom, deeds, [END_MS]);
          const often = new PureAccount(options);
          perform(often, deeds, [...looks, END_MS]);
          expect(shown(often)).toEqual(shown(seldom));
        },
      ),
      { numRuns: 2_000 },
    );
  });

  test('gives the same level', () => {
    fc.assert(
      fc.property(
        facts,
        fc.array(deed, { maxLength: 8 }),
        fc.array(anyInstant, { maxLength: 15 }),
        (given, deeds, looks) => {
          const boosts = given.boosts.map((boost) => ({ ...boost, feature: FILES }));
          const options = {
            catalog: CATALOG,
            facts: { ...given, boosts, packs: [] },
            feature: FILES,
            isLevel: true,
            anchorsMs: [START_MS],
          };
          const seldom = new PureAccount(options);
          perform(seldom, deeds, [END_MS]);
          const often = new PureAccount(options);
          perform(often, deeds, [...looks, END_MS]);
          expect(shown(often)).toEqual(shown(seldom));
          expect([...often.periods.keys()]).toEqual([0]);
        },
      ),
      { numRuns: 500 },
    );
  });
});

/** Days after the start; the first period ends after 28. */
const day = (days: number): number => START_MS + days * DAY_MS;
const TURN_MS = addMonths(START_MS, 1);

function accountWith(given: {
  readonly boosts?: readonly (readonly [minutes: number, endMs: number | null])[];
  readonly packs?: readonly (readonly [minutes: number, endMs: number | null])[];
  readonly anchorsMs?: readonly number[];
}): PureAccount {
  const { boosts = [], packs = [], anchorsMs = [START_MS] } = given;
  return new PureAccount({
    catalog: CATALOG,
    facts: {
      ...NO_FACTS,
      boosts: boosts.map(([minutes, expiresMs]) => ({
        feature: MINUTES,
        amount: units(minutes),
        startsMs: START_MS,
        expiresMs,
        periodStartMs: null,
      })),
      packs: packs.map(([minutes, expiresMs], index) => ({
        grantId: index + 1,
        feature: MINUTES,
        amount: units(minutes),
        startsMs: START_MS,
        expiresMs,
      })),
    },
    feature: MINUTES,
    anchorsMs,
  });
}

const limitAt = (account: PureAccount, atMs: number): number =>
  Number(limitOf(account.lookAt(atMs))) / 1e6;
const burned = (account: PureAccount): number[] =>
  account.burns.map((burn) => Number(burn.amount) / 1e6);

describe('what ends inside a period', () => {
  test('leaves what it covered, after what is included and what ends earlier', () => {
    const account = accountWith({
      boosts: [
        [20, day(10)],
        [10, day(5)],
      ],
      packs: [[40, day(15)]],
    });
    account.use(day(1), units(95));
    // 60 included, 10 of the boost that ends first, 20 of the other, 5 of the pack.
    expect(limitAt(account, day(9))).toBe(130);
    expect(limitAt(account, day(12))).toBe(130);
    expect(limitAt(account, day(16))).toBe(95);
    expect(burned(account)).toEqual([5]);
  });

  test('leaves nothing where it was not needed', () => {
    const account = accountWith({ boosts: [[20, day(10)]], packs: [[40, day(15)]] });
    account.use(day(1), units(59));
    expect(limitAt(account, day(9))).toBe(120);
    expect(limitAt(account, day(16))).toBe(60);
    expect(burned(account)).toEqual([]);
  });
});

describe('a period that closes', () => {
  test('burns packs for what was used and held beyond everything else', () => {
    const account = accountWith({ boosts: [[20, null]], packs: [[40, null]] });
    account.use(day(1), units(85));
    account.hold(day(2), { id: '1', amount: units(10), expiresMs: day(40) });
    expect(limitAt(account, TURN_MS)).toBe(60 + 20 + 25);
    expect(burned(account)).toEqual([15]);
  });

  test('gives back what a hold turns out not to have needed', () => {
    const account = accountWith({ packs: [[40, null]] });
    account.use(day(1), units(60));
    account.hold(day(2), { id: '1', amount: units(10), expiresMs: day(40) });
    account.hold(day(2), { id: '2', amount: units(10), expiresMs: day(40) });
    expect(limitAt(account, TURN_MS)).toBe(60 + 20);
    account.settleHold(day(30), '1', units(4));
    expect(limitAt(account, day(30))).toBe(60 + 26);
    expect(limitAt(account, day(40))).toBe(60 + 36);
    expect(burned(account)).toEqual([4]);
  });

  test('counts a boost and a pack that end with it in full', () => {
    const account = accountWith({ boosts: [[20, TURN_MS]], packs: [[40, TURN_MS]] });
    account.use(day(1), units(90));
    expect(limitAt(account, TURN_MS)).toBe(60);
    const closed = account.periods.get(START_MS)!;
    expect(closed).toMatchObject({ baseLimit: units(80), boostCovered: 0n });
    expect(burned(account)).toEqual([10]);
  });

  test('ends early where an anchor takes over', () => {
    const account = accountWith({ anchorsMs: [START_MS, day(9)] });
    account.use(day(1), units(50));
    expect(account.lookAt(day(8)).endMs).toBe(day(9));
    expect(account.lookAt(day(9))).toMatchObject({ startMs: day(9), used: 0n });
  });
});
