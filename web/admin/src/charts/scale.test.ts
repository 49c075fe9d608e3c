import { expect, test } from 'vitest';
import { everyOf, extentOf, pathOf, runsOf, ticksOf } from './scale.ts';

test('an extent has 0 in it, and is never without room', () => {
  expect(extentOf([5, null, 9])).toEqual({ min: 0, max: 9 });
  expect(extentOf([-5, -9])).toEqual({ min: -9, max: 0 });
  expect(extentOf([])).toEqual({ min: 0, max: 1 });
  expect(extentOf([0, null, 0], 400)).toEqual({ min: 0, max: 400 });
});

test('ticks are round, cover the extent and have 0 among them', () => {
  expect(ticksOf({ min: 0, max: 97 })).toEqual([0, 25, 50, 75, 100]);
  expect(ticksOf({ min: -40, max: 130 })).toEqual([-50, 0, 50, 100, 150]);
  expect(ticksOf({ min: 0, max: 1 })).toEqual([0, 0.25, 0.5, 0.75, 1]);
});

test('as many labels are shown as fit', () => {
  expect(everyOf(12, 600, 46)).toBe(1);
  expect(everyOf(12, 300, 46)).toBe(2);
  expect(everyOf(366, 300, 46)).toBe(57);
});

test('a path is broken where there is no value', () => {
  const path = pathOf([[0, 1], [1, 2], null, [3, 4]]);
  expect(path).toBe('M0.0 1.0L1.0 2.0M3.0 4.0');
  const runs = runsOf([null, [0, 1], [1, 2], null, [3, 4]]);
  expect(runs).toEqual([
    [
      [0, 1],
      [1, 2],
    ],
    [[3, 4]],
  ]);
});
