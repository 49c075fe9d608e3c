import { describe, expect, test } from 'vitest';
import { decideLines, type NumberedLine } from './decide-lines.ts';
import type { HistoryLine } from './history-line.ts';

function stretch(startsOn: string, endsOn: string | null, said: Partial<HistoryLine> = {}) {
  return {
    customerKey: 'c1',
    subscriptionKey: 's1',
    plan: 'pro',
    startsOn,
    endsOn,
    amount: '1900',
    currency: 'usd',
    interval: 'month',
    intervalCount: 1,
    isTrial: false,
    country: '',
    source: '',
    attributes: {},
    ...said,
  } satisfies HistoryLine;
}

function lines(...all: readonly HistoryLine[]): NumberedLine[] {
  return all.map((line, index) => ({ number: index + 2, line }));
}

const stored = [{ id: 1, ...stretch('2024-01-01', '2024-03-01') }];

describe('lines against what is on record', () => {
  test('are known where they tell nothing new of it, and nothing is as good as empty', () => {
    const saas = { attributes: { industry: 'saas', size: '' } };
    const known = [stretch('2024-01-01', '2024-03-01', saas)];
    const told = (attributes: Record<string, string>) =>
      decideLines(known, lines(stretch('2024-01-01', '2024-03-01', { attributes }))).known;
    expect(told({})).toBe(1);
    expect(told({ industry: 'saas', region: '' })).toBe(1);
    expect(told({ industry: 'law' })).toBe(0);
    expect(told({ industry: '' })).toBe(0);
  });

  test('that say the same count once, be it on record or in the file', () => {
    const same = stretch('2024-01-01', '2024-03-01');
    expect(decideLines(stored, lines(same, same))).toMatchObject({ taken: [], known: 2 });
    expect(decideLines([], lines(same, same))).toMatchObject({ taken: [{ number: 2 }], known: 1 });
  });

  test('may begin on the day on which another ends, and not before', () => {
    const meets = stretch('2024-03-01', null);
    const overlaps = stretch('2024-02-29', null);
    const { taken, refused } = decideLines(stored, lines(overlaps, meets));
    expect(taken.map(({ number }) => number)).toEqual([3]);
    expect(refused).toMatchObject([{ number: 2, faults: [{ field: 'started_on' }] }]);
  });

  test('that overlap an earlier line of the file are refused', () => {
    const all = lines(stretch('2024-01-01', null), stretch('2024-06-01', null));
    expect(decideLines([], all).refused).toMatchObject([{ number: 3 }]);
  });

  test('with the same start tell the stretch anew, such as with its end', () => {
    const ended = stretch('2024-01-01', '2024-02-15');
    expect(decideLines(stored, lines(ended)).taken).toMatchObject([{ line: ended }]);
  });

  test('of the same subscription and another customer are refused', () => {
    const other = stretch('2025-01-01', null, { customerKey: 'c2' });
    expect(decideLines(stored, lines(other)).refused).toMatchObject([
      { faults: [{ field: 'customer_id' }] },
    ]);
  });
});
