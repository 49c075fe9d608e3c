import { expect, test } from 'vitest';
import { createRecentAnswers } from './recent-answers.ts';

test('an answer is given again for twenty seconds, and a failure is not', async () => {
  const time = { ms: 0 };
  const recent = createRecentAnswers<number>(() => time.ms);
  let asked = 0;
  const ask = (): Promise<number> => Promise.resolve((asked += 1));
  expect(await recent.get('a', ask)).toBe(1);
  expect(await recent.get('a', ask)).toBe(1);
  expect(await recent.get('b', ask)).toBe(2);
  time.ms = 20_000;
  expect(await recent.get('a', ask)).toBe(3);
  await expect(recent.get('c', () => Promise.reject(new Error('no')))).rejects.toThrow('no');
  expect(await recent.get('c', ask)).toBe(4);
});

test('the oldest answers make room', async () => {
  const recent = createRecentAnswers<number>(() => 0);
  for (let key = 0; key <= 1_000; key += 1) await recent.get(`${key}`, () => Promise.resolve(key));
  expect(await recent.get('1000', () => Promise.resolve(-1))).toBe(1_000);
  expect(await recent.get('0', () => Promise.resolve(-1))).toBe(-1);
});
