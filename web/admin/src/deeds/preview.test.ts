import { expect, test } from 'vitest';
import { billOf, tellPreview } from './preview.ts';

const line = { description: '1 × Pro', amount_minor: 1_900 };

test('the lines of a bill come to what is due, whatever discounts and credit make of it', () => {
  const bill = billOf({
    lines: [line],
    currency: 'usd',
    total_minor: 1_425,
    amount_due_minor: 425,
  });
  expect(bill).toEqual({
    lines: [
      line,
      { description: 'Discounts and tax', amount_minor: -475 },
      { description: 'Credit', amount_minor: -1_000 },
    ],
    currency: 'usd',
    totalMinor: 425,
  });
  expect(billOf({ lines: [line], currency: 'usd' })).toMatchObject({
    lines: [line],
    totalMinor: 1_900,
  });
});

test('what is billed later comes to its price, of which nothing is due yet', () => {
  const preview = { lines: [line], currency: 'usd', total_minor: 1_710, amount_due_minor: 0 };
  expect(billOf(preview, true)).toEqual({
    lines: [line, { description: 'Discounts and tax', amount_minor: -190 }],
    currency: 'usd',
    totalMinor: 1_710,
  });
});

test('where nothing is billed there is no bill', () => {
  expect(billOf({ lines: [], currency: 'usd' })).toBeUndefined();
  expect(billOf({ lines: [line], currency: null })).toBeUndefined();
  const limit = { feature: 'audio_minutes', before: 60, after: null };
  expect(billOf({ lines: [limit], currency: 'usd' })).toBeUndefined();
});

test('limits are told first, and each side in the words that are given for it', () => {
  const lines = [{ feature: 'audio_minutes', before: 60, after: null }, line];
  const told = tellPreview({ lines, before: { n: 1 }, after: { n: 2 } }, (side) => ({
    number: (side as { n: number }).n,
  }));
  expect(told).toEqual([
    { what: 'Audio minutes', before: '60', after: 'unlimited' },
    { what: 'Number', before: '1', after: '2' },
  ]);
  const features = [{ feature: 'audio_minutes', name: 'Minutes of audio' }];
  expect(tellPreview({ lines }, undefined, features)).toMatchObject([{ what: 'Minutes of audio' }]);
});
