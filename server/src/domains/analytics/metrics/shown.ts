// pure
import { roundFraction, subtractFractions, fraction } from '@whisperforge/kernel/fraction';
import { bridgeKinds, type BridgeKind, type Span } from './bridge.ts';

/** A span in whole minor units, as it is shown and exported. */
export interface ShownSpan {
  readonly from: string;
  readonly to: string;
  readonly startMinor: number;
  readonly movementsMinor: Readonly<Record<BridgeKind, number>>;
  readonly endMinor: number;
}

/**
 * Rounded so that what is shown adds up: start and end half to even, and of the movements those
 * with the largest remainders take what is left. So a movement is at most one minor unit off.
 *
 * 0.5 + 0.5 = 1 from 10.0 to 11.0 is shown as 0 + 1: the first of two alike takes nothing.
 */
export function shownSpan({ from, to, start, movements, end }: Span): ShownSpan {
  const startMinor = Number(roundFraction(start));
  const endMinor = Number(roundFraction(end));
  const rounded = bridgeKinds.map((kind) => {
    const whole = roundFraction(movements[kind]);
    const rest = subtractFractions(movements[kind], fraction(whole));
    return { kind, whole: Number(whole), rest: Number(rest.numerator) / Number(rest.denominator) };
  });
  let left = endMinor - startMinor - rounded.reduce((sum, { whole }) => sum + whole, 0);
  const step = Math.sign(left);
  for (const each of rounded.toSorted((a, b) => step * (b.rest - a.rest))) {
    if (left === 0) break;
    each.whole += step;
    left -= step;
  }
  const movementsMinor = Object.fromEntries(rounded.map(({ kind, whole }) => [kind, whole]));
  return {
    from,
    to,
    startMinor,
    movementsMinor: movementsMinor as Record<BridgeKind, number>,
    endMinor,
  };
}
