// pure
import { monthIn } from '@whisperforge/kernel/period';
import {
  lineKey,
  parseLineKey,
  stepsOf,
  type Level,
  type LevelOptions,
  type LineKey,
  type SubscriptionHistory,
} from './levels.ts';

/**
 * Why MRR moved. A `transfer` moves it between plans or cycles of one account and sums to nothing;
 * `currency`, what another rate made of it, is never booked but reckoned from rates by day.
 */
export type MovementKind =
  'new' | 'expansion' | 'contraction' | 'churn' | 'reactivation' | 'transfer';

/** A change of one account's MRR at one instant, of one kind, by what it is of. */
export interface Movement extends LineKey {
  readonly effectiveMs: number;
  readonly kind: MovementKind;
  /** What was added, in parts; negative where it was lost. */
  readonly parts: bigint;
}

export interface Fold {
  readonly movements: readonly Movement[];
  /** What the account brings at the end, by line. */
  readonly level: Level;
  /** The next instant at which time alone will move it. */
  readonly nextMs: number | null;
}

/**
 * The movements of one account from the histories of its subscriptions, up to and with `untilMs`.
 * Changes of the same instant are netted, so that moving from one subscription to another is no
 * churn. The movements of an account add up to its level, line by line.
 *
 * Pro at $19 moves to business at $49: a transfer of -$19 and +$19 and an expansion of $30.
 */
export function foldAccount(
  histories: readonly SubscriptionHistory[],
  options: LevelOptions & { readonly untilMs: number },
): Fold {
  const steps = histories.map((history) => stepsOf(history, options));
  const arrivals = steps
    .flatMap(({ changes }, index) => changes.map((change) => ({ ...change, index })))
    .toSorted((first, second) => first.atMs - second.atMs);
  const standing: Level[] = histories.map(() => EMPTY);
  const instants: Instant[] = [];
  let level: Level = EMPTY;
  for (let next = 0; next < arrivals.length;) {
    const { atMs } = arrivals[next]!;
    for (; arrivals[next]?.atMs === atMs; next += 1) {
      const { index, level: stands } = arrivals[next]!;
      standing[index] = stands;
    }
    const before = level;
    level = sumOf(standing);
    instants.push({ atMs, before, after: level });
  }
  const seen = options.rules.ignoresWithinMonth
    ? withoutShortStays(instants, options.rules.timeZone)
    : instants;
  const known = steps.flatMap(({ nextMs }) => (nextMs === null ? [] : [nextMs]));
  return {
    movements: movementsOf(seen),
    level: seen.at(-1)?.after ?? EMPTY,
    nextMs: known.length === 0 ? null : Math.min(...known),
  };
}

const EMPTY: Level = new Map();

interface Instant {
  readonly atMs: number;
  readonly before: Level;
  readonly after: Level;
}

function sumOf(levels: readonly Level[]): Level {
  const sum = new Map<string, bigint>();
  for (const level of levels) {
    for (const [key, parts] of level) sum.set(key, (sum.get(key) ?? 0n) + parts);
  }
  for (const [key, parts] of sum) if (parts === 0n) sum.delete(key);
  return sum;
}

function movementsOf(instants: readonly Instant[]): Movement[] {
  let hasPaid = false;
  return instants.flatMap(({ atMs, before, after }) => {
    const lines = differences(before, after);
    const isReturn = hasPaid;
    if (after.size > 0) hasPaid = true;
    const whole = (kind: MovementKind) =>
      lines.map(({ key, parts }) => movement(atMs, kind, { key, parts }));
    if (before.size === 0) return whole(isReturn ? 'reactivation' : 'new');
    if (after.size === 0) return whole('churn');
    const byCurrency = Map.groupBy(lines, ({ key }) => parseLineKey(key).currency);
    return [...byCurrency.values()].flatMap((ofOne) => netted(atMs, ofOne));
  });
}

interface Line {
  readonly key: string;
  readonly parts: bigint;
}

/** In the order of their keys, so that the same histories always give the same rows. */
function differences(before: Level, after: Level): Line[] {
  const keys = [...new Set([...before.keys(), ...after.keys()])].toSorted();
  return keys
    .map((key) => ({ key, parts: (after.get(key) ?? 0n) - (before.get(key) ?? 0n) }))
    .filter(({ parts }) => parts !== 0n);
}

/**
 * Lines of one currency: what they add up to is an expansion or a contraction, and what goes from
 * one line to another a transfer. A change of currency is a contraction and an expansion.
 */
function netted(atMs: number, lines: readonly Line[]): Movement[] {
  const net = lines.reduce((sum, { parts }) => sum + parts, 0n);
  const isWith = ({ parts }: Line): boolean => (net < 0n ? parts < 0n : parts > 0n);
  let left = net;
  return lines.flatMap((line) => {
    const taken = isWith(line) ? nearerToZero(left, line.parts) : 0n;
    left -= taken;
    const moved = line.parts - taken;
    const kind = net < 0n ? 'contraction' : 'expansion';
    return [
      ...(taken === 0n ? [] : [movement(atMs, kind, { ...line, parts: taken })]),
      ...(moved === 0n ? [] : [movement(atMs, 'transfer', { ...line, parts: moved })]),
    ];
  });
}

/** Of two numbers of one sign, or of which one is 0. */
function nearerToZero(first: bigint, second: bigint): bigint {
  const isNegative = first < 0n || second < 0n;
  return first < second === isNegative ? second : first;
}

function movement(effectiveMs: number, kind: MovementKind, { key, parts }: Line): Movement {
  return { effectiveMs, kind, parts, ...parseLineKey(key) };
}

/** Without the stays that began from nothing and ended in nothing within one calendar month. */
function withoutShortStays(instants: readonly Instant[], timeZone: string): Instant[] {
  const kept: Instant[] = [];
  let stay: Instant[] = [];
  for (const instant of instants) {
    if (instant.before.size === 0) stay = [];
    stay.push(instant);
    kept.push(instant);
    const begins = stay[0]!;
    const isShort =
      begins.before.size === 0 &&
      instant.after.size === 0 &&
      monthIn(timeZone, begins.atMs) === monthIn(timeZone, instant.atMs);
    if (isShort) kept.splice(-stay.length);
  }
  return kept;
}

/** What movements add up to, by line: the level that they lead to. */
export function levelAfter(movements: readonly Movement[]): Level {
  return sumOf(movements.map((each) => new Map([[lineKey(each), each.parts]])));
}
