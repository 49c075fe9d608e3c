import fc from 'fast-check';
import { describe, expect, test } from 'vitest';
import { formatQuantity, units } from '@whisperforge/kernel/quantity';
import { isText } from '../../platform/input-checks.ts';
import type { Beyond, FeatureKind, FeatureTerms } from './catalog.ts';
import { parseTerms, pointer, writeTerms, type Faults } from './terms.ts';

function parse(kind: FeatureKind, input: unknown) {
  const faults: Faults = [];
  const terms = parseTerms(input, { key: 'thing', kind }, '/features/thing', faults);
  return { terms, faults };
}

/** The places that were complained about. */
const places = (kind: FeatureKind, input: unknown): string[] =>
  parse(kind, input).faults.map((fault) => fault.field);

const amounts = fc.bigInt({ min: 0n, max: 10n ** 18n - 1n });
const limits = fc.option(amounts, { nil: null });
const words = fc
  .string({ minLength: 1, maxLength: 50, unit: 'binary' })
  .filter((word) => word.trim() !== '' && word.length <= 200 && isText(word));
const beyonds: fc.Arbitrary<Beyond> = fc.oneof(
  fc.constant<Beyond>({ policy: 'block' }),
  fc.record({ policy: fc.constant('grace' as const), amount: amounts }),
  fc.record({
    policy: fc.constant('overage' as const),
    unitPriceMinor: amounts.filter((amount) => amount > 0n).map(formatQuantity),
    currency: fc.constantFrom('usd', 'jpy'),
  }),
);
const anyTerms: fc.Arbitrary<FeatureTerms> = fc.oneof(
  fc.constant<FeatureTerms>({ kind: 'boolean' }),
  fc.record({ kind: fc.constant('metered' as const), limit: amounts, beyond: beyonds }),
  fc.constant<FeatureTerms>({ kind: 'metered', limit: null, beyond: { policy: 'block' } }),
  fc.record({ kind: fc.constant('level' as const), limit: limits }),
  fc.record({ kind: fc.constant('value' as const), value: words }),
  fc.record({
    kind: fc.constant('value' as const),
    value: fc.uniqueArray(words, { minLength: 1, maxLength: 10 }),
  }),
);

describe('terms of a feature', () => {
  test('read back as they were written, through JSON', () => {
    fc.assert(
      fc.property(anyTerms, (terms) => {
        const stored: unknown = JSON.parse(JSON.stringify(writeTerms(terms)));
        expect(parse(terms.kind, stored)).toEqual({ terms, faults: [] });
      }),
      { numRuns: 500 },
    );
  });

  test('false is known and not granted, for every kind', () => {
    for (const kind of ['boolean', 'metered', 'level', 'value'] as const) {
      expect(parse(kind, false)).toEqual({ terms: null, faults: [] });
    }
    expect(writeTerms(null)).toBe(false);
  });

  test('a metered feature blocks at its limit unless it says otherwise', () => {
    expect(parse('metered', { limit: 60 }).terms).toEqual({
      kind: 'metered',
      limit: units(60),
      beyond: { policy: 'block' },
    });
  });

  test('null is unlimited, a number and its decimal text are the same limit', () => {
    expect(parse('level', { limit: null }).terms).toEqual({ kind: 'level', limit: null });
    expect(parse('level', { limit: 12.5 })).toEqual(parse('level', { limit: '12.50' }));
  });

  test('whatever is handed in is read or complained about within its place', () => {
    const kinds = fc.constantFrom<FeatureKind[]>('boolean', 'metered', 'level', 'value');
    fc.assert(
      fc.property(kinds, fc.anything(), (kind, input) => {
        const { terms, faults } = parse(kind, input);
        if (terms !== null) {
          expect(faults).toEqual([]);
          expect(terms.kind).toBe(kind);
        } else if (input !== false) {
          expect(faults.length).toBeGreaterThan(0);
        }
        for (const { field } of faults) expect(field.startsWith('/features/thing')).toBe(true);
      }),
      { numRuns: 1_000 },
    );
  });
});

describe('refused, with its place', () => {
  test.each<[FeatureKind, unknown, string]>([
    ['boolean', 1, ''],
    ['boolean', { limit: 1 }, ''],
    ['metered', true, ''],
    ['metered', {}, ''],
    ['metered', { value: 'priority' }, ''],
    ['level', [1], ''],
    ['value', true, ''],
    ['value', {}, ''],
    ['value', { value: 'a', values: ['a'] }, ''],
  ])('the form of another kind than %s: %j', (kind, input, at) => {
    expect(places(kind, input)).toEqual([`/features/thing${at}`]);
  });

  test.each([-1, -0.5, 0.0000001, 1e12, 1e300, 999999999999.5, '1e3', '', ' 1', NaN, true, [1]])(
    'an impossible amount: %j',
    (limit) => {
      expect(places('metered', { limit })).toEqual(['/features/thing/limit']);
      expect(places('level', { limit })).toEqual(['/features/thing/limit']);
      const beyond = { policy: 'grace', amount: limit };
      expect(places('metered', { limit: 1, beyond })).toEqual(['/features/thing/beyond/amount']);
    },
  );

  test.each<[unknown, string]>([
    ['block', ''],
    [{ policy: 'forgive' }, '/policy'],
    [{ policy: 'block', amount: 1 }, '/amount'],
    [{ policy: 'grace' }, '/amount'],
    [{ policy: 'overage', unit_price_minor: '0', currency: 'usd' }, '/unit_price_minor'],
    [{ policy: 'overage', unit_price_minor: '2.5' }, '/currency'],
    [{ policy: 'overage', unit_price_minor: '2.5', currency: 'USD' }, '/currency'],
  ])('beyond a limit: %j', (beyond, at) => {
    expect(places('metered', { limit: 1, beyond })).toEqual([`/features/thing/beyond${at}`]);
  });

  test('anything beyond an unlimited amount, and anything beyond a level', () => {
    const beyond = { policy: 'grace', amount: 1 };
    expect(places('metered', { limit: null, beyond })).toEqual(['/features/thing/beyond']);
    expect(places('level', { limit: 1, beyond })).toEqual(['/features/thing/beyond']);
  });

  test.each<[unknown, string]>([
    [{ value: '' }, '/value'],
    [{ value: 7 }, '/value'],
    [{ value: 'a\0b' }, '/value'],
    [{ value: '\ud800' }, '/value'],
    [{ values: [] }, '/values'],
    [{ values: 'all' }, '/values'],
    [{ values: ['a', ' '] }, '/values/1'],
    [{ values: ['a', 'a'] }, '/values'],
    [{ 'value': 'a', 'x/y': 1 }, '/x~1y'],
  ])('a value: %j', (input, at) => {
    expect(places('value', input)).toEqual([`/features/thing${at}`]);
  });
});

test('a pointer escapes what would be syntax in it', () => {
  expect(pointer('/plans/0', 'a/b~c')).toBe('/plans/0/a~1b~0c');
});
