import fc from 'fast-check';
import { describe, expect, test } from 'vitest';
import { formatQuantity, parseQuantity, units } from '@whisperforge/kernel/quantity';
import type { Count, EventType } from '../../plans/index.ts';
import { countEvent, fingerprintOf } from './decide-track.ts';

function eventOf(...counts: (Omit<Count, 'factor'> & { readonly factor?: string })[]): EventType {
  return {
    key: 'speech',
    name: 'Speech',
    counts: counts.map((count) => ({ ...count, factor: parseQuantity(count.factor ?? '1')! })),
  };
}

function counted(
  event: EventType,
  said: { readonly amount: string; readonly tokensIn?: number; readonly tokensOut?: number },
): Record<string, string> {
  const { amount, ...tokens } = said;
  const counts = countEvent(event, { amount: parseQuantity(amount)!, ...tokens });
  return Object.fromEntries([...counts].map(([feature, each]) => [feature, formatQuantity(each)]));
}

describe('what an event counts to', () => {
  test('is each dimension times its factor, exactly', () => {
    const event = eventOf(
      { feature: 'minutes', dimension: 'amount', factor: '0.1' },
      { feature: 'calls', dimension: 'count', factor: '2' },
      { feature: 'tokens', dimension: 'tokens_in' },
      { feature: 'words', dimension: 'tokens_out', factor: '0.75' },
    );
    expect(counted(event, { amount: '0.3', tokensIn: 12, tokensOut: 3 })).toEqual({
      minutes: '0.03',
      calls: '2',
      tokens: '12',
      words: '2.25',
    });
  });

  test('is summed where several dimensions count to one feature', () => {
    const event = eventOf(
      { feature: 'tokens', dimension: 'tokens_in', factor: '1' },
      { feature: 'tokens', dimension: 'tokens_out', factor: '3' },
    );
    expect(counted(event, { amount: '1', tokensIn: 10, tokensOut: 5 })).toEqual({ tokens: '25' });
    expect(counted(event, { amount: '1', tokensOut: 5 })).toEqual({ tokens: '15' });
  });

  test('is rounded once, half to even', () => {
    const event = eventOf({ feature: 'minutes', dimension: 'amount', factor: '0.5' });
    expect(counted(event, { amount: '0.000001' })).toEqual({ minutes: '0' });
    expect(counted(event, { amount: '0.000003' })).toEqual({ minutes: '0.000002' });
  });

  test('leaves out tokens that there were none of, but not an amount of nothing', () => {
    const event = eventOf(
      { feature: 'minutes', dimension: 'amount' },
      { feature: 'tokens', dimension: 'tokens_in' },
    );
    expect(counted(event, { amount: '0', tokensIn: 0 })).toEqual({ minutes: '0' });
  });
});

describe('a fingerprint', () => {
  test('is the same for the same amount however it was written, and no other', () => {
    const of = (amount: string): string => fingerprintOf(1, 'event speech', parseQuantity(amount)!);
    expect(of('1.50')).toBe(of('1.5'));
    expect(of('1.500001')).not.toBe(of('1.5'));
  });

  test('tells users, events, features and amounts apart', () => {
    const what = fc.constantFrom('event speech', 'event note', 'hold speech', 'hold note');
    const said = fc.tuple(fc.nat({ max: 20 }), what, fc.nat({ max: 20 }));
    fc.assert(
      fc.property(said, said, (one, other) => {
        const [a, b] = [one, other].map(([user, about, amount]) =>
          fingerprintOf(user, about, units(amount)),
        );
        expect(a === b).toBe(JSON.stringify(one) === JSON.stringify(other));
      }),
    );
  });
});
