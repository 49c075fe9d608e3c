import fc from 'fast-check';
import { expect, test } from 'vitest';
import type { SubscriptionChange } from './change.ts';
import { contractHistory, contractItem, type ContractTerms } from './contract.ts';

const LAST_DAY = 60;

/**
 * A command of one day; the days of ends and changes count from it. Days stand for milliseconds, so
 * that instants meet often.
 */
const command = fc.record({
  afterDays: fc.integer({ min: 1, max: 6 }),
  planId: fc.integer({ min: 1, max: 3 }),
  billingCycle: fc.constantFrom('monthly' as const, 'yearly' as const),
  seats: fc.integer({ min: 1, max: 3 }),
  amountMinor: fc.integer({ min: 0, max: 4 }),
  per: fc.constantFrom('contract' as const, 'seat' as const),
  cancelsIn: fc.option(fc.integer({ min: 1, max: 9 }), { nil: null }),
  changesIn: fc.option(fc.integer({ min: 1, max: 9 }), { nil: null }),
});
const life = fc.record({
  startedMs: fc.integer({ min: 0, max: 9 }),
  commands: fc.array(command, { minLength: 1, maxLength: 8 }),
  ends: fc.boolean(),
});

interface Life {
  readonly startedMs: number;
  readonly commands: readonly (typeof command extends fc.Arbitrary<infer C> ? C : never)[];
  readonly ends: boolean;
}

interface Said {
  readonly atMs: number;
  readonly terms: ContractTerms;
}

/** What is said of a contract until it is told to have ended. */
function saidIn({ startedMs, commands }: Life): Said[] {
  let atMs = 0;
  return commands.map(({ afterDays, cancelsIn, changesIn, amountMinor, per, ...rest }) => {
    atMs += afterDays;
    const scheduled = changesIn === null ? null : { planId: 9, atMs: atMs + changesIn };
    const cancelAtMs = cancelsIn === null ? null : Math.max(startedMs + 1, atMs + cancelsIn);
    const price = { amountMinor, currency: 'usd', per };
    const terms = { ...rest, status: 'active', startedMs, scheduled, cancelAtMs, price };
    return { atMs, terms: { ...terms, endedMs: null } };
  });
}

function endOf(last: Said): Said {
  const endedMs = Math.max(last.terms.startedMs, last.atMs) + 2;
  const terms = { ...last.terms, status: 'canceled', endedMs, cancelAtMs: null };
  return { atMs: endedMs, terms };
}

/** What the command that was the last by then says of an instant; the first, of all before it. */
function inForce(said: readonly Said[], atMs: number): unknown {
  const { terms } = said.findLast((each) => each.atMs <= atMs) ?? said[0]!;
  const { startedMs, cancelAtMs, endedMs, scheduled, planId } = terms;
  const endMs = Math.min(cancelAtMs ?? Infinity, endedMs ?? Infinity);
  if (atMs < startedMs) return null;
  if (atMs >= endMs) return { status: 'canceled', items: [] };
  const isChanged = scheduled !== null && scheduled.atMs <= atMs;
  const item = contractItem({ ...terms, planId: isChanged ? scheduled.planId : planId });
  return { status: 'active', items: [item] };
}

function recorded(history: readonly SubscriptionChange[], atMs: number): unknown {
  const last = history.findLast(({ effectiveMs }) => effectiveMs <= atMs);
  return last === undefined ? null : { status: last.status, items: last.items };
}

/** An end that is told replaces the one that was foreseen last, also where that has passed. */
function withTheEndTold(said: readonly Said[], end: Said): Said[] {
  const last = said.at(-1)!;
  return [...said.slice(0, -1), { ...last, terms: { ...last.terms, cancelAtMs: null } }, end];
}

const DAYS = Array.from({ length: LAST_DAY }, (_, day) => day);

function pastOf(history: readonly SubscriptionChange[], atMs: number): SubscriptionChange[] {
  return history.filter(({ effectiveMs }) => effectiveMs < atMs);
}

test('at each instant the history of a contract is what was said of it by then', () => {
  fc.assert(
    fc.property(life, (lived) => {
      let history: readonly SubscriptionChange[] = [];
      const tell = ({ atMs, terms }: Said): void => {
        history = contractHistory(history, terms, atMs);
        expect(contractHistory(history, terms, atMs)).toEqual(history);
      };
      const said = saidIn(lived);
      for (const each of said) {
        const before = history;
        tell(each);
        if (before.length === 0) continue;
        expect(pastOf(history, each.atMs)).toEqual(pastOf(before, each.atMs));
      }
      const end = endOf(said.at(-1)!);
      if (lived.ends) tell(end);
      const inTheEnd = lived.ends ? withTheEndTold(said, end) : said;
      expect(DAYS.map((day) => recorded(history, day))).toEqual(
        DAYS.map((day) => inForce(inTheEnd, day)),
      );
    }),
    { numRuns: 500 },
  );
});
