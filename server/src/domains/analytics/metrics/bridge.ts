// pure
import {
  addFractions,
  fraction,
  multiplyFractions,
  subtractFractions,
  type Fraction,
} from '@whisperforge/kernel/fraction';
import { shiftDay } from '@whisperforge/kernel/period';
import type { MovementKind } from '../fold/fold.ts';
import { PARTS_A_MINOR_UNIT } from '../fold/parts.ts';
import type { RateTable } from './rates.ts';

/** Movements of a day, kind and currency, in parts. */
export interface DayMovement {
  readonly day: string;
  readonly kind: MovementKind;
  readonly currency: string;
  readonly parts: bigint;
  readonly customers: number;
}

/** What was there before the first day, by currency; a customer is counted with one of them. */
export interface Opening {
  readonly currency: string;
  readonly parts: bigint;
  readonly customers: number;
}

export const bridgeKinds = [
  'new',
  'reactivation',
  'expansion',
  'contraction',
  'churn',
  'transfer',
  'currency',
] as const;

export type BridgeKind = (typeof bridgeKinds)[number];

/** How MRR came from the start of a span of days to its end, in exact minor units. */
export interface Span {
  /** Its first and its last day. */
  readonly from: string;
  readonly to: string;
  readonly start: Fraction;
  /** Signed, so that `start` and all of them are `end`. */
  readonly movements: Readonly<Record<BridgeKind, Fraction>>;
  readonly end: Fraction;
  readonly customers: {
    readonly start: number;
    readonly new: number;
    readonly reactivated: number;
    readonly churned: number;
    /** Those that came from another segment, less those that went to one. */
    readonly transferred: number;
    readonly end: number;
  };
  /** Currencies valued at the rate of an earlier day. */
  readonly carried: readonly string[];
  /** Currencies that there was no rate for; they count nothing. */
  readonly missing: readonly string[];
}

export interface BridgeFacts {
  readonly opening: readonly Opening[];
  /** By day, and none before the first. */
  readonly movements: readonly DayMovement[];
  readonly rates: RateTable;
}

const NOTHING = fraction(0n);
const PARTS = fraction(1n, PARTS_A_MINOR_UNIT);

/**
 * Bridges over spans of days that follow one another. A movement is valued at the rate of its
 * day; what another rate makes of the MRR of the day before is the movement `currency` of the day.
 * So every span starts where the one before ended, and its movements lead to its end exactly.
 * Whoever makes many of the same span may tell the days that are in it.
 */
export function bridge(
  facts: BridgeFacts,
  spans: readonly { readonly from: string; readonly to: string }[],
  daysIn = daysOf,
): Span[] {
  const byDay = Map.groupBy(facts.movements, ({ day }) => day);
  const walk = begin(facts, spans[0]?.from ?? '');
  // Where all is in the reporting currency, days without movements change nothing.
  const isForeign = [...facts.opening, ...facts.movements].some(
    ({ currency }) => currency !== facts.rates.base,
  );
  return spans.map(({ from, to }) => {
    const sums = new Map<BridgeKind, Fraction>();
    const count = { new: 0, reactivated: 0, churned: 0, transferred: 0 };
    const start = walk.value;
    const customersBefore = walk.customers;
    walk.carried.clear();
    walk.missing.clear();
    const days = isForeign ? daysIn(from, to) : [...byDay.keys()].filter(within(from, to));
    for (const day of days) step(walk, { day, movements: byDay.get(day) ?? [], sums, count });
    return {
      from,
      to,
      start,
      movements: complete(sums),
      end: walk.value,
      customers: { start: customersBefore, ...count, end: walk.customers },
      carried: [...walk.carried],
      missing: [...walk.missing],
    };
  });
}

/** Where the walk through the days stands. */
interface Walk {
  readonly rates: RateTable;
  readonly standing: Map<string, bigint>;
  value: Fraction;
  customers: number;
  readonly carried: Set<string>;
  readonly missing: Set<string>;
  /** The rates that `value` is at, by currency; the same rate is the same object. */
  readonly valuedAt: Map<string, Fraction>;
}

function begin({ opening, rates }: BridgeFacts, firstDay: string): Walk {
  const walk: Walk = {
    rates,
    standing: new Map(opening.map(({ currency, parts }) => [currency, parts])),
    value: NOTHING,
    customers: opening.reduce((sum, { customers }) => sum + customers, 0),
    carried: new Set(),
    missing: new Set(),
    valuedAt: new Map(),
  };
  if (firstDay !== '') walk.value = valueOf(walk, shiftDay(firstDay, -1));
  return walk;
}

function step(
  walk: Walk,
  on: {
    readonly day: string;
    readonly movements: readonly DayMovement[];
    readonly sums: Map<BridgeKind, Fraction>;
    readonly count: Record<'new' | 'reactivated' | 'churned' | 'transferred', number>;
  },
): void {
  const add = (kind: BridgeKind, amount: Fraction): void => {
    if (amount.numerator === 0n) return;
    on.sums.set(kind, addFractions(on.sums.get(kind) ?? NOTHING, amount));
    walk.value = addFractions(walk.value, amount);
  };
  if (hasOtherRates(walk, on.day)) {
    add('currency', subtractFractions(valueOf(walk, on.day), walk.value));
  }
  for (const { kind, currency, parts, customers } of on.movements) {
    add(kind, converted(walk, { currency, parts, day: on.day }));
    walk.standing.set(currency, (walk.standing.get(currency) ?? 0n) + parts);
    walk.customers += customers;
    if (kind === 'new') on.count.new += customers;
    if (kind === 'reactivation') on.count.reactivated += customers;
    if (kind === 'churn') on.count.churned -= customers;
    if (kind === 'transfer') on.count.transferred += customers;
  }
}

/** Whether what stands is worth something else than on the day before; notes the rates. */
function hasOtherRates(walk: Walk, day: string): boolean {
  let isOther = false;
  for (const [currency, parts] of walk.standing) {
    if (parts === 0n) continue;
    // Marks what is carried or missing on this day, too.
    const value = rateOn(walk, currency, day);
    if (value !== walk.valuedAt.get(currency)) isOther = true;
    walk.valuedAt.set(currency, value);
  }
  return isOther;
}

function valueOf(walk: Walk, day: string): Fraction {
  return [...walk.standing].reduce(
    (sum, [currency, parts]) => addFractions(sum, converted(walk, { currency, parts, day })),
    NOTHING,
  );
}

function converted(
  walk: Walk,
  {
    currency,
    parts,
    day,
  }: { readonly currency: string; readonly parts: bigint; readonly day: string },
): Fraction {
  if (parts === 0n) return NOTHING;
  const rate = rateOn(walk, currency, day);
  return multiplyFractions(multiplyFractions(fraction(parts), PARTS), rate);
}

/** Minor units of the reporting currency for one of this; none where there is no rate. */
function rateOn(walk: Walk, currency: string, day: string): Fraction {
  const rate = walk.rates.rateOn(currency, day);
  if (rate === null) walk.missing.add(currency);
  else if (rate.isCarried) walk.carried.add(currency);
  return rate?.perMinorUnit ?? NOTHING;
}

function complete(sums: ReadonlyMap<BridgeKind, Fraction>): Record<BridgeKind, Fraction> {
  const of = (kind: BridgeKind): Fraction => sums.get(kind) ?? NOTHING;
  return {
    new: of('new'),
    reactivation: of('reactivation'),
    expansion: of('expansion'),
    contraction: of('contraction'),
    churn: of('churn'),
    transfer: of('transfer'),
    currency: of('currency'),
  };
}

function within(from: string, to: string): (day: string) => boolean {
  return (day) => day >= from && day <= to;
}

/** The days of a span, its last one included. */
export function daysOf(from: string, to: string): string[] {
  const days: string[] = [];
  for (let day = from; day <= to; day = shiftDay(day, 1)) days.push(day);
  return days;
}
