// pure
import { assert } from '@whisperforge/kernel/assert';
import {
  addFractions,
  divideFractions,
  fraction,
  multiplyFractions,
  parseFraction,
  subtractFractions,
  type Fraction,
} from '@whisperforge/kernel/fraction';
import { shiftDay, type DaySpan } from '@whisperforge/kernel/period';
import type { MovementKind } from '../fold/fold.ts';
import { PARTS_A_MINOR_UNIT } from '../fold/parts.ts';
import type { Opening, Span } from './bridge.ts';
import type { RateTable } from './rates.ts';
import type { ValuedDays } from './valued-days.ts';

/** What moved in a span, of one kind and currency. */
export interface SpanMovement {
  /** Its place among the spans. */
  readonly span: number;
  readonly kind: MovementKind;
  readonly currency: string;
  readonly parts: bigint;
  /** Each part at the rate of its day: a decimal of parts of the reporting currency. */
  readonly worth: string;
  readonly customers: number;
  /** The first day on which anything did. */
  readonly since: string;
}

export interface SpanFacts {
  readonly opening: readonly Opening[];
  readonly movements: readonly SpanMovement[];
  readonly rates: RateTable;
  readonly days: ValuedDays;
}

const NOTHING = fraction(0n);
const PARTS = fraction(PARTS_A_MINOR_UNIT);

/**
 * Bridges over spans that follow one another, as a walk from day to day makes them: movements are
 * valued at the rates of their days, and the movement `currency` is what is left between them and
 * the values of the start and the end. A currency is noted from the day on which it came, even if
 * it was gone again before the day that has no rate.
 */
export function bridgeOfSums(facts: SpanFacts, spans: readonly DaySpan[]): Span[] {
  const bySpan = Map.groupBy(facts.movements, ({ span }) => span);
  const standing = new Map(facts.opening.map(({ currency, parts }) => [currency, parts]));
  let customers = facts.opening.reduce((sum, each) => sum + each.customers, 0);
  let value = valueOn(standing, facts.rates, shiftDay(spans[0]!.from, -1));
  return spans.map((span, index) => {
    const moved = bySpan.get(index) ?? [];
    const start = value;
    const before = { start: customers };
    const there = relevant(standing, moved, span);
    for (const { currency, parts } of moved) {
      standing.set(currency, (standing.get(currency) ?? 0n) + parts);
    }
    const count = counted(moved);
    customers += moved.reduce((sum, each) => sum + each.customers, 0);
    value = valueOn(standing, facts.rates, span.to);
    const sums = sumsOf(moved);
    const told = [...sums.values()].reduce(addFractions, start);
    const noted = (isSo: ValuedDays['isCarried']): string[] =>
      there.filter((each) => isSo(each.currency, each)).map(({ currency }) => currency);
    const of = (kind: MovementKind): Fraction => sums.get(kind) ?? NOTHING;
    return {
      ...span,
      start,
      movements: {
        new: of('new'),
        reactivation: of('reactivation'),
        expansion: of('expansion'),
        contraction: of('contraction'),
        churn: of('churn'),
        transfer: of('transfer'),
        currency: subtractFractions(value, told),
      },
      end: value,
      customers: { ...before, ...count, end: customers },
      carried: noted(facts.days.isCarried),
      missing: noted(facts.days.isMissing),
    };
  });
}

/** What a decimal of parts is in minor units. */
export function minorUnitsOfWorth(worth: string): Fraction {
  const parts = parseFraction(worth);
  assert(parts !== undefined, `not a sum: ${worth}`);
  return divideFractions(parts, PARTS);
}

function valueOn(standing: ReadonlyMap<string, bigint>, rates: RateTable, day: string): Fraction {
  return [...standing].reduce((sum, [currency, parts]) => {
    const rate = parts === 0n ? null : rates.rateOn(currency, day);
    if (rate === null) return sum;
    const minorUnits = fraction(parts, PARTS_A_MINOR_UNIT);
    return addFractions(sum, multiplyFractions(minorUnits, rate.perMinorUnit));
  }, NOTHING);
}

/** The currencies that are there in a span, each from the day on which it is. */
function relevant(
  standing: ReadonlyMap<string, bigint>,
  moved: readonly SpanMovement[],
  { from, to }: DaySpan,
): (DaySpan & { readonly currency: string })[] {
  const since = new Map<string, string>();
  for (const [currency, parts] of standing) if (parts !== 0n) since.set(currency, from);
  for (const { currency, parts, since: day } of moved) {
    const known = since.get(currency);
    if (parts !== 0n && (known === undefined || day < known)) since.set(currency, day);
  }
  return [...since].map(([currency, day]) => ({ currency, from: day, to }));
}

function sumsOf(moved: readonly SpanMovement[]): Map<MovementKind, Fraction> {
  const sums = new Map<MovementKind, Fraction>();
  for (const { kind, worth } of moved) {
    sums.set(kind, addFractions(sums.get(kind) ?? NOTHING, minorUnitsOfWorth(worth)));
  }
  return sums;
}

function counted(moved: readonly SpanMovement[]) {
  const of = (kind: MovementKind): number =>
    moved.reduce((sum, each) => (each.kind === kind ? sum + each.customers : sum), 0);
  return {
    new: of('new'),
    reactivated: of('reactivation'),
    churned: 0 - of('churn'),
    transferred: of('transfer'),
  };
}
