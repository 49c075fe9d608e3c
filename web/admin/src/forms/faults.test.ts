import { expect, test } from 'vitest';
import { Problem } from '../api/problem.ts';
import { faultsIn, listFaults } from './faults.ts';

const problem = new Problem(422, {
  detail: 'The draft is refused.',
  errors: [
    { field: '/content/features/minutes/limit', message: 'must be an amount' },
    { field: '/content/name', message: '(plan pro) must not be empty' },
    { field: '/packs/0/amount', message: 'is not sold any more' },
  ],
});

test('a fault is found at its own place and at what it is a part of', () => {
  const at = faultsIn(problem, 'content');
  expect(at('features/minutes/limit')).toBe('Must be an amount');
  expect(at('features/minutes')).toBe('Must be an amount');
  expect(at('name')).toBe('Must not be empty');
  expect(at('features/min')).toBeUndefined();
  expect(faultsIn(null)('name')).toBeUndefined();
});

test('a fault elsewhere is not lost', () => {
  expect(listFaults(problem, 'content').map(({ at }) => at)).toEqual([
    'features/minutes/limit',
    'name',
    'packs/0/amount',
  ]);
});
