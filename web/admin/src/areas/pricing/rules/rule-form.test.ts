import { expect, test } from 'vitest';
import type { Rule } from '../../../api/pricing/rules.ts';
import { formOf, keyOf, NEW_RULE, statedOf } from './rule-form.ts';

const rule: Rule = {
  key: 'spring',
  version: 4,
  name: 'Spring',
  rule_type: 'promotion',
  state: 'scheduled',
  conditions: { plans: ['pro'], countries: ['DE'] },
  effect: { percent_off_basis_points: 1_250, duration: 'repeating', duration_in_months: 2 },
  stacking: 'stackable',
  priority: 10,
  valid_from: '2026-04-01T00:00:00.000Z',
  valid_until: '2026-05-01T00:00:00.000Z',
};

test('a rule that is opened and saved as it is says the same', () => {
  const { key: _, version: __, state: ___, ...said } = rule;
  expect(statedOf(formOf(rule))).toEqual(said);
});

test('what has begun is not begun anew, nor given a day in the past', () => {
  expect(statedOf(formOf({ ...rule, state: 'active' }))).not.toHaveProperty('valid_from');
});

test('a rule of yearly prices says its percent and nothing that belongs to promotions', () => {
  const form = {
    ...NEW_RULE,
    type: 'discount',
    name: 'Two months',
    reduction: { ...NEW_RULE.reduction, percent: '16.67' },
  } as const;
  expect(statedOf(form)).toEqual({
    name: 'Two months',
    rule_type: 'discount',
    conditions: { billing_cycle: 'yearly' },
    effect: { percent_off_basis_points: 1_667 },
    priority: 0,
  });
});

test('a key is made of the name until somebody writes another', () => {
  expect(keyOf('Spring in Germany, 2026!')).toBe('spring_in_germany_2026');
  expect(keyOf('10 % off')).toBe('off');
});
