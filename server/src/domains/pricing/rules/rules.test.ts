import fc from 'fast-check';
import { describe, expect, test } from 'vitest';
import { AppError } from '../../../platform/errors.ts';
import { parseCatalogFile, writeCatalogFile } from '../catalog-file.ts';
import { decidePublication, type PublishedFacts } from '../decide-publication.ts';
import type { WrittenCatalog } from '../file-schema.ts';
import type { WrittenRule } from './rule-schema.ts';

const NOW = Date.UTC(2026, 2, 10, 12);

const NOTHING: PublishedFacts = {
  catalog: {
    version: 1,
    features: new Map(),
    eventTypes: new Map(),
    plans: new Map(),
    current: [],
    packs: [],
  },
  rules: [],
};

const annual: WrittenRule = {
  key: 'annual',
  name: 'A year at once',
  rule_type: 'discount',
  conditions: { billing_cycle: 'yearly' },
  effect: { percent_off_basis_points: 2_000 },
};

const file = (rules: readonly unknown[]) => ({
  features: [
    {
      key: 'team_seats',
      kind: 'level',
      name: 'Seats',
      when_missing: 'deny',
      on_unavailable: 'deny',
    },
  ],
  event_types: [],
  pricing_rules: [annual, ...rules],
  plans: [
    { slug: 'free', name: 'Free', default: true, monthly_prices: { usd: '0.00' }, features: {} },
    { slug: 'pro', name: 'Pro', monthly_prices: { usd: '19.00', kwd: '6.000' }, features: {} },
    { slug: 'enterprise', name: 'Enterprise', monthly_prices: {}, features: {} },
  ],
});

const rule = (more: Partial<WrittenRule> & Pick<WrittenRule, 'effect'>) => ({
  key: 'spring',
  name: 'Spring',
  rule_type: 'promotion',
  conditions: {},
  ...more,
});

/** Why a file with these rules is refused: the first fault, with its place. */
function refusalOf(...rules: readonly unknown[]): string {
  try {
    decidePublication(NOTHING, parseCatalogFile(file(rules)), NOW);
  } catch (error) {
    if (!(error instanceof AppError)) throw error;
    return error.details.fields?.map(({ field, message }) => `${field} ${message}`)[0] ?? '';
  }
  return 'none';
}

const once = (percent: number) =>
  ({ percent_off_basis_points: percent, duration: 'once' }) as const;
const off = (amounts: Record<string, string>) =>
  ({ amounts_off: amounts, duration: 'once' }) as const;

describe('a promotion is refused by its name', () => {
  test.each<[string, unknown, RegExp]>([
    ['of 0 %', rule({ effect: once(0) }), /rule spring\) takes 0 % off: it must be more than 0 %/],
    ['of 150 %', rule({ effect: once(15_000) }), /takes 150 % off: .* at most 100 %/],
    ['of less than nothing', rule({ effect: once(-1) }), /takes less than 0 % off/],
    ['of a third decimal', rule({ effect: once(1_250.5) }), /more than two decimals of a percent/],
    ['that takes nothing off', rule({ effect: { duration: 'once' } }), /either percent_off/],
    [
      'that takes both off',
      rule({ effect: { ...once(1_000), amounts_off: { usd: '1.00' } } }),
      /either percent_off_basis_points or amounts_off/,
    ],
    ['of no amount', rule({ effect: off({ usd: '0.00' }) }), /is 0.00: it must be more than/],
    ['of less than no amount', rule({ effect: off({ usd: '-1.00' }) }), /more than nothing/],
    ['of half a cent', rule({ effect: off({ usd: '1.005' }) }), /major units of usd/],
    ['of a fil', rule({ effect: off({ kwd: '1.005' }) }), /last decimal of kwd cannot be charged/],
    ['above what is sold', rule({ effect: off({ usd: '19.01' }) }), /more than pro monthly at 19/],
    ['in what is not sold', rule({ effect: off({ eur: '5.00' }) }), /in eur, in which nothing/],
    [
      'that leaves a dime',
      rule({ effect: off({ usd: '18.90' }) }),
      /leaves 0.10 usd of pro monthly/,
    ],
    ['that leaves 19 cents', rule({ effect: once(9_900) }), /leaves 0.19 usd.* too little/],
    [
      'without duration',
      rule({ effect: { percent_off_basis_points: 5 } }),
      /one of once, repeating/,
    ],
    [
      'of months without a number',
      rule({ effect: { percent_off_basis_points: 5, duration: 'repeating' } }),
      /whole number of months/,
    ],
    [
      'once for months',
      rule({ effect: { ...once(500), duration_in_months: 3 } }),
      /cannot be given: the discount is once/,
    ],
    [
      'of three months of a year',
      rule({
        effect: { percent_off_basis_points: 2_500, duration: 'repeating', duration_in_months: 3 },
      }),
      /3 months, which a yearly payment cannot be divided into/,
    ],
    [
      'for a plan that is none',
      rule({ conditions: { plans: ['gold'] }, effect: once(500) }),
      /gold/,
    ],
    ['for no plan', rule({ conditions: { plans: [] }, effect: once(500) }), /is empty/],
    [
      'for free',
      rule({ conditions: { plans: ['free'] }, effect: once(500) }),
      /nothing that is sold/,
    ],
    [
      'of another country',
      rule({ conditions: { countries: ['de'] }, effect: once(500) }),
      /no.* code/,
    ],
    [
      'with an empty window',
      rule({
        effect: once(500),
        valid_from: '2026-05-01T00:00:00Z',
        valid_until: '2026-05-01T00:00:00Z',
      }),
      /ends before it begins/,
    ],
    [
      'that is over',
      rule({ effect: once(500), valid_until: '2026-03-10T12:00:00Z' }),
      /is over already/,
    ],
    ['without an instant', rule({ effect: once(500), valid_until: 'May' }), /must be an instant/],
    [
      'with what is another type',
      rule({ effect: { ...once(500), amount: '5.00' } }),
      /is not known of/,
    ],
  ])('%s', (_, written, expected) => {
    const refusal = refusalOf(written);
    expect(refusal).toMatch(expected);
    expect(refusal).toMatch(/^\/pricing_rules\/1\S* \(rule spring\)/);
  });

  test.each<[string, unknown]>([
    ['the smallest part', rule({ effect: once(1), conditions: { billing_cycles: ['yearly'] } })],
    ['all of it', rule({ effect: once(10_000) })],
    ['all of an amount', rule({ effect: off({ usd: '19.00' }) })],
    ['what has three decimals', rule({ effect: off({ kwd: '1.250' }) })],
  ])('but %s may be given away', (_, written) => {
    expect(refusalOf(written)).toBe('none');
  });
});

describe('rules that may come together are refused', () => {
  const stackable = (key: string, effect: WrittenRule['effect'], more: object = {}) =>
    rule({ key, effect, stacking: 'stackable', ...more });

  test.each<[string, WrittenRule['effect'], WrittenRule['effect'], RegExp]>([
    ['as percent and amount', once(1_000), off({ usd: '5.00' }), /percent and amount/],
    [
      'as they last differently',
      once(1_000),
      { ...once(1_000), duration: 'forever' },
      /differently/,
    ],
    ['above 100 %', once(6_000), once(5_000), /more off pro than it costs/],
    ['above the price', off({ usd: '10.00' }), off({ usd: '9.50' }), /more off pro than it costs/],
  ])('%s', (_, first, second, expected) => {
    const refusal = refusalOf(stackable('first', first), stackable('second', second));
    expect(refusal).toMatch(expected);
    expect(refusal).toMatch(/\(rule second\) and stackable rule first/);
    // Alone each may be given, and where they never meet both may.
    const apart = stackable('second', second, { conditions: { countries: ['DE'] } });
    const other = stackable('first', first, { conditions: { countries: ['FR'] } });
    expect(refusalOf(other, apart)).toBe('none');
    expect(refusalOf(rule({ key: 'first', effect: first }), apart)).toBe('none');
  });
});

describe('a custom price', () => {
  const custom = (conditions: WrittenRule['conditions'], effect: WrittenRule['effect']) =>
    rule({ key: 'acme', rule_type: 'custom', conditions, effect });
  const monthly = { plan: 'enterprise', billing_cycle: 'monthly', currency: 'usd' } as const;
  const acme = { ...monthly, user: 'acme' };

  test.each<[string, unknown, RegExp]>([
    ['for nobody', custom(monthly, { amount: '499.00' }), /either an account or a user/],
    ['for two', custom({ ...acme, account: '7' }, { amount: '499.00' }), /either an account or/],
    ['for no plan', custom({ ...acme, plan: 'gold' }, { amount: '499.00' }), /gold.* no plan/],
    [
      'for a version to come',
      custom({ ...acme, plan_version: 9 }, { amount: '9.00' }),
      /version 9/,
    ],
    [
      'of no cycle',
      custom({ plan: 'pro', user: 'a', currency: 'usd' }, { amount: '9.00' }),
      /cycle/,
    ],
    ['of nothing', custom(acme, { amount: '0.00' }), /more than nothing/],
    ['too little to charge', custom(acme, { amount: '0.20' }), /0.20 usd, which is too little/],
    ['and a part off', custom(acme, { amount: '9.00', ...once(500) }), /together with an amount/],
    ['off what has no price', custom({ user: 'a', plan: 'enterprise' }, once(500)), /nothing that/],
  ])('%s is refused', (_, written, expected) => {
    expect(refusalOf(written)).toMatch(expected);
  });

  test('of an amount, of seats or of a part off is published', () => {
    const seats = { amount: '499.00', extra_seat_amount: '7.00' };
    expect(refusalOf(custom(acme, seats))).toBe('none');
    expect(refusalOf(custom({ account: '7', plan: 'pro', plan_version: 1 }, once(500)))).toBe(
      'none',
    );
  });
});

const EVERY = [
  rule({
    conditions: {
      plans: ['pro'],
      billing_cycles: ['monthly'],
      currencies: ['usd'],
      countries: ['DE', 'FR'],
      first_purchase_only: true,
    },
    effect: { percent_off_basis_points: 2_550, duration: 'repeating', duration_in_months: 3 },
    stacking: 'stackable',
    priority: 5,
    valid_from: '2026-04-01T00:00:00.000Z',
    valid_until: '2026-05-01T00:00:00.000Z',
  }),
  rule({
    key: 'acme',
    rule_type: 'custom',
    conditions: {
      user: 'acme',
      plan: 'enterprise',
      plan_version: 1,
      billing_cycle: 'monthly',
      currency: 'usd',
    },
    effect: { amount: '499.00', extra_seat_amount: '7.00' },
    stacking: 'exclusive',
    priority: 0,
  }),
  rule({
    key: 'five',
    effect: { amounts_off: { kwd: '1.500', usd: '5.00' }, duration: 'forever' },
    stacking: 'exclusive',
    priority: 0,
  }),
];

test('every rule is written as it was read', () => {
  const read = parseCatalogFile(file(EVERY));
  const written: WrittenCatalog = writeCatalogFile(NOTHING.catalog, read.rules);
  expect(written.pricing_rules).toEqual([{ ...annual, priority: 0 }, ...EVERY]);
});

/** The names that lead to everything in a value. */
function placesOf(value: unknown, at: readonly string[] = []): string[][] {
  if (typeof value !== 'object' || value === null) return [];
  return Object.entries(value).flatMap(([name, member]) => [
    [...at, name],
    ...placesOf(member, [...at, name]),
  ]);
}

test('any JSON in any place of a rule is read, or refused at a place that is a pointer', () => {
  const place = fc.constantFrom(...placesOf(EVERY));
  fc.assert(
    fc.property(place, fc.jsonValue(), (names, value) => {
      const rules = structuredClone(EVERY) as unknown;
      let holder = rules as Record<string, unknown>;
      for (const name of names.slice(0, -1)) holder = holder[name] as Record<string, unknown>;
      holder[names.at(-1)!] = value;
      expect(refusalOf(...(rules as unknown[]))).toMatch(/^(?:none|(?:\/(?:[^~/ ]|~[01])*)+ )/);
    }),
    { numRuns: 2_000 },
  );
});
