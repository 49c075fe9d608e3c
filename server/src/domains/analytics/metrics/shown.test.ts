import fc from 'fast-check';
import { expect, test } from 'vitest';
import {
  addFractions,
  fraction,
  roundFraction,
  type Fraction,
} from '@whisperforge/kernel/fraction';
import { bridgeKinds, type BridgeKind, type Span } from './bridge.ts';
import { shownSpan } from './shown.ts';

const amount = fc
  .tuple(fc.bigInt({ min: -(10n ** 12n), max: 10n ** 12n }), fc.constantFrom(1n, 2n, 3n, 7n, 12n))
  .map(([numerator, denominator]) => fraction(numerator, denominator));

test('what is shown adds up, and is nowhere off by more than a minor unit', () => {
  fc.assert(
    fc.property(amount, fc.tuple(...bridgeKinds.map(() => amount)), (start, amounts) => {
      const pairs = bridgeKinds.map((kind, index) => [kind, amounts[index]!] as const);
      const movements = Object.fromEntries(pairs) as Record<BridgeKind, Fraction>;
      const end = amounts.reduce(addFractions, start);
      const customers = { start: 0, new: 0, reactivated: 0, churned: 0, end: 0 };
      const rest = { from: '', to: '', customers, carried: [], missing: [] };
      const shown = shownSpan({ ...rest, start, movements, end } satisfies Span);
      const sum = Object.values(shown.movementsMinor).reduce((total, each) => total + each, 0);
      expect(shown.startMinor + sum).toBe(shown.endMinor);
      expect(shown.startMinor).toBe(Number(roundFraction(start)));
      expect(shown.endMinor).toBe(Number(roundFraction(end)));
      for (const [kind, exact] of pairs) {
        const off =
          shown.movementsMinor[kind] * Number(exact.denominator) - Number(exact.numerator);
        expect(Math.abs(off)).toBeLessThanOrEqual(1.5 * Number(exact.denominator));
      }
    }),
  );
});
