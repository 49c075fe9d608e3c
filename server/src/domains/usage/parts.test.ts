import fc from 'fast-check';
import { expect, test } from 'vitest';
import { partOf } from './parts.ts';

test('a key is dealt to one of the parts, always the same', () => {
  const key = fc.oneof(fc.string(), fc.nat());
  fc.assert(
    fc.property(key, fc.integer({ min: 1, max: 8 }), (drawn, parts) => {
      const part = partOf(drawn, parts);
      expect(partOf(drawn, parts)).toBe(part);
      expect(part).toBeGreaterThanOrEqual(0);
      expect(part).toBeLessThan(parts);
    }),
  );
});
