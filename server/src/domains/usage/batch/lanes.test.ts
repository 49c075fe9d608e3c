import fc from 'fast-check';
import { expect, test } from 'vitest';
import { createLaneChooser } from './lanes.ts';

test('whoever is remembered goes where their account goes', () => {
  fc.assert(
    fc.property(fc.string(), fc.nat(), fc.integer({ min: 1, max: 8 }), (user, account, lanes) => {
      const chooser = createLaneChooser(lanes);
      expect(chooser.laneOfUser(user)).toBeLessThan(lanes);
      chooser.remember(user, account);
      expect(chooser.laneOfUser(user)).toBe(chooser.laneOfAccount(account));
      expect(chooser.laneOfAccount(account)).toBeLessThan(lanes);
    }),
  );
});

test('whoever joins another account is remembered anew', () => {
  const chooser = createLaneChooser(2);
  chooser.remember('somebody', 1);
  chooser.remember('somebody', 2);
  expect(chooser.laneOfUser('somebody')).toBe(chooser.laneOfAccount(2));
});
