import { expect, test } from 'vitest';
import { tellDiscount, tellStanding } from './standing.ts';

const discount = {
  coupon: 'c',
  percent_off: null,
  amount_off_minor: null,
  currency: null,
  duration: 'forever',
  ends_at: null,
} as const;

test('a discount is told by what it takes off and for how long', () => {
  expect(tellDiscount({ ...discount, percent_off: 12.5 })).toBe('12.5 % off forever');
  const amount = { ...discount, amount_off_minor: 500, currency: 'usd' };
  expect(tellDiscount({ ...amount, duration: 'once' })).toBe('$5.00 off once');
  const until = '2026-06-10T12:00:00.000Z';
  expect(tellDiscount({ ...amount, duration: 'repeating', ends_at: until })).toMatch(
    /^\$5\.00 off until .*2026$/,
  );
});

test('who has no subscription has nothing that ends or changes', () => {
  const ends = { trial_end: null, resumes_at: null };
  const none = { plan: 'free', status: 'none', subscription: null, ...ends, discounts: [] };
  expect(tellStanding(none)).toEqual({
    plan: 'Free',
    status: '',
    paid_for: '',
    ends: '',
    changes: '',
    trial_ends: '',
    pause_ends: '',
    discounts: '',
  });
});
