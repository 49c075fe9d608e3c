import { describe, expect, test } from 'vitest';
import { AppError } from '../../../platform/errors.ts';
import type { OfferedPrice } from '../rules/check-reduction.ts';
import { code, percent, reduction } from '../quotes/quote.fixture.ts';
import { csvHeader, csvLine, csvOf } from './csv.ts';
import { draftCodes, type NewCodes } from './draft-codes.ts';
import { codeStateAt, CODE_FORM, normaliseCode } from './promotion-code.ts';
import { CODE_ALPHABET, randomCodes } from './random-code.ts';

const NOW = Date.UTC(2026, 2, 10, 12);
const monthly: OfferedPrice = {
  plan: 'pro',
  billingCycle: 'monthly',
  currency: 'usd',
  amountMinor: 1_900,
};
const SOLD = {
  offered: [monthly, { ...monthly, billingCycle: 'yearly' as const, amountMinor: 18_240 }],
  slugs: ['free', 'pro'],
};

const NEW: NewCodes = {
  codes: { kind: 'named', code: 'spring-25' },
  name: 'Spring',
  effect: { percent_off_basis_points: 2_500, duration: 'once' },
};

describe('new codes', () => {
  test('are good once an account, and a generated one once in all, where nothing is said', () => {
    expect(draftCodes(NEW, SOLD, NOW)).toMatchObject({
      mostRedemptions: null,
      mostPerAccount: 1,
      stacking: 'exclusive',
      validFromMs: NOW,
      expiresMs: null,
    });
    const codes = { kind: 'generated', count: 5, prefix: 'SPRING' } as const;
    expect(draftCodes({ ...NEW, codes }, SOLD, NOW).mostRedemptions).toBe(1);
  });

  test.each<[Partial<NewCodes>, string]>([
    [{ effect: { percent_off_basis_points: 15_000, duration: 'once' } }, 'takes 150 % off'],
    [{ effect: { percent_off_basis_points: 0, duration: 'once' } }, 'takes 0 % off'],
    [{ effect: { amounts_off: { usd: '20.00' }, duration: 'once' } }, 'more than pro monthly'],
    [{ effect: { amounts_off: { eur: '2.00' }, duration: 'once' } }, 'in eur'],
    [
      {
        effect: {
          percent_off_basis_points: 500,
          duration: 'repeating',
          duration_in_months: 3,
        },
      },
      'a yearly payment',
    ],
    [{ conditions: { plans: ['gold'] } }, 'gold is not on sale'],
    [{ conditions: { plans: ['free'] } }, 'for nothing that is sold'],
    [{ expiresMs: NOW }, 'ends before it begins'],
    [{ validFromMs: NOW + 10, expiresMs: NOW + 10 }, 'ends before it begins'],
    [{ mostRedemptions: 0 }, 'at least 1'],
    [{ mostPerAccount: 1.5 }, 'at least 1'],
    [{ priority: 0.5 }, 'whole number'],
    [{ name: ' ' }, 'must not be empty'],
    [{ batch: 'a b' }, 'letters, digits'],
    [{ codes: { kind: 'named', code: 'A' } }, '3 to 50'],
    [{ codes: { kind: 'named', code: 'SPRING 25' } }, '3 to 50'],
    [{ codes: { kind: 'generated', count: 10_001, prefix: '' } }, 'from 1 to 10000'],
    [{ codes: { kind: 'generated', count: 0, prefix: '' } }, 'from 1 to 10000'],
    [{ codes: { kind: 'generated', count: 1, prefix: 'A-' } }, 'inner dashes'],
  ])('are refused for %j', (more, expected) => {
    const draft = (): unknown => draftCodes({ ...NEW, ...more }, SOLD, NOW);
    expect(draft).toThrow(AppError);
    expect(draft).toThrow(expected);
  });
});

test('drawn codes are all different, of letters that nobody mistakes', () => {
  const codes = randomCodes(10_000, 'SPRING');
  expect(new Set(codes).size).toBe(10_000);
  const form = new RegExp(`^SPRING(?:-[${CODE_ALPHABET}]{4}){3}$`);
  for (const each of codes) {
    expect(each).toMatch(form);
    expect(each).toMatch(CODE_FORM);
  }
  expect(CODE_ALPHABET).not.toMatch(/[01ILOU]/);
  // Each of thirty letters comes 4,000 times of 120,000; this is nine deviations away.
  const letters = Map.groupBy(codes.join('').replaceAll(/SPRING|-/g, ''), (letter) => letter);
  expect(letters.size).toBe(CODE_ALPHABET.length);
  for (const [, all] of letters) expect(Math.abs(all.length - 4_000)).toBeLessThan(560);
});

test('a code is the same in any case', () => {
  expect(normaliseCode(' Spring-25\n')).toBe('SPRING-25');
});

test('what has become of a code is said in one word', () => {
  const of = (more: Parameters<typeof code>[1]): string =>
    codeStateAt(code(reduction(percent(1_000)), more), NOW);
  expect([
    of({}),
    of({ validFromMs: NOW + 1 }),
    of({ expiresMs: NOW }),
    of({ mostRedemptions: 2, taken: 2 }),
    of({ endedMs: NOW, expiresMs: NOW }),
  ]).toEqual(['active', 'scheduled', 'expired', 'used_up', 'ended']);
});

describe('as a table', () => {
  test('a code is one line, with a column for all that it says', () => {
    const line = csvOf(code(reduction(percent(2_550))), NOW);
    expect(line).toBe(
      'SPRING,Spring,,active,25.5 %,once,,,,,no,exclusive,,1,0,1970-01-01T00:00:00.000Z,,,' +
        '1970-01-01T00:00:00.000Z\r\n',
    );
    expect(csvHeader().split(',')).toHaveLength(line.split(',').length);
  });

  test('cells that a spreadsheet would run are neutralised, and others quoted where needed', () => {
    const formulas = ['=1+1', '+1', '-1', '@SUM(A1)', '\t=1', '  =1', '\r=1', '\n=1'];
    expect(csvLine(formulas)).toBe(`'=1+1,'+1,'-1,'@SUM(A1),'\t=1,'  =1,"'\r=1","'\n=1"\r\n`);
    expect(csvLine(['a,b', 'say "hi"', 'a-b', ''])).toBe('"a,b","say ""hi""",a-b,\r\n');
    const named = csvOf(code(reduction(percent(1_000)), { name: '=HYPERLINK("x")' }), NOW);
    expect(named).toContain(`"'=HYPERLINK(""x"")"`);
  });
});
