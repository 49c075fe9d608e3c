import fc from 'fast-check';
import { expect, test } from 'vitest';
import { createAccountHints, partOf } from './account-hints.ts';

test('whoever is remembered competes for their account, and everybody else for themselves', () => {
  fc.assert(
    fc.property(fc.string(), fc.nat(), (user, account) => {
      const hints = createAccountHints();
      expect(hints.keyOfUser(user)).toBe(user);
      hints.remember(user, account);
      expect(hints.keyOfUser(user)).toBe(account);
    }),
  );
});

test('whoever joins another account is remembered anew', () => {
  const hints = createAccountHints();
  hints.remember('somebody', 1);
  hints.remember('somebody', 2);
  expect(hints.keyOfUser('somebody')).toBe(2);
});

test('a key is dealt to one of the parts, always the same', () => {
  fc.assert(
    fc.property(fc.oneof(fc.string(), fc.nat()), fc.integer({ min: 1, max: 8 }), (key, parts) => {
      const part = partOf(key, parts);
      expect(partOf(key, parts)).toBe(part);
      expect(part).toBeGreaterThanOrEqual(0);
      expect(part).toBeLessThan(parts);
    }),
  );
});
