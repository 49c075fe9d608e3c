import { expect, test } from 'vitest';
import { assert, AssertionError, unreachable } from './assert.ts';

test('what must hold and does not fails the request with what must hold', () => {
  expect(() => assert(true, 'one is one')).not.toThrow();
  expect(() => assert(false, 'one plan is the default')).toThrow(AssertionError);
  expect(() => assert(false, 'one plan is the default')).toThrow('one plan is the default');
});

test('a value outside its union is named', () => {
  expect(() => unreachable({ policy: 'gift' } as never)).toThrow('{"policy":"gift"}');
});
