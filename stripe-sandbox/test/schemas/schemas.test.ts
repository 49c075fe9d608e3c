import { readFileSync } from 'node:fs';
import { join } from 'node:path';
import { expect, test } from 'vitest';
import { answeredObjects } from './answered.ts';
import { generateSchemas } from './generate.ts';
import { findProblems, listKnownObjects } from './validate.ts';

test('the schemas are those of the SDK that is installed; `generate.ts` makes them', () => {
  const kept = readFileSync(join(import.meta.dirname, 'schemas.jsonl'), 'utf8');
  expect(kept === generateSchemas()).toBe(true);
});

test('there is a schema of every object that the sandbox answers', () => {
  expect(listKnownObjects()).toEqual(expect.arrayContaining([...answeredObjects]));
});

const coupon = {
  id: 'half',
  object: 'coupon',
  amount_off: null,
  created: 1_700_000_000,
  currency: null,
  duration: 'once',
  duration_in_months: null,
  livemode: false,
  max_redemptions: null,
  metadata: {},
  name: null,
  percent_off: 12.5,
  redeem_by: null,
  times_redeemed: 0,
  valid: true,
};

test('what is as declared passes, also in a list and in an event', () => {
  const list = { object: 'list', url: '/v1/coupons', has_more: false, data: [coupon] };
  expect(findProblems(coupon)).toEqual([]);
  expect(findProblems(list)).toEqual([]);
  expect(findProblems({ id: 'half', object: 'coupon', deleted: true })).toEqual([]);
});

test('what is missing, not declared, of another type or half an amount is named by path', () => {
  const { valid: _, ...invalid } = { ...coupon, amount_off: 0.5, metadata: { a: 1 }, extra: 'x' };
  expect(findProblems(invalid)).toEqual([
    'coupon.valid is missing',
    'coupon.amount_off is 0.5: not of type integer or null',
    'coupon.metadata.a is 1: not of type string',
    'coupon.extra is "x": not declared',
  ]);
});

test('a word that the SDK does not know is wrong only where all words are to be known', () => {
  const unknown = { ...coupon, duration: 'weekly' };
  expect(findProblems(unknown)).toEqual([]);
  expect(findProblems(unknown, { knowsAllWords: true })).toHaveLength(1);
});
