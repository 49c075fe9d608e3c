import { describe, expect, test } from 'vitest';
import { randomText } from './ids.ts';

describe('random text', () => {
  test('has the length asked for and only characters that people do not confuse', () => {
    for (const length of [0, 1, 26, 5_000]) {
      expect(randomText(length)).toMatch(new RegExp(`^[0-9a-hjkmnp-tv-z]{${length}}$`));
    }
  });

  test('does not repeat, also across refills of its pool', () => {
    const texts = new Set(Array.from({ length: 20_000 }, () => randomText(20)));
    expect(texts.size).toBe(20_000);
  });

  test('uses all characters about equally', () => {
    const counts = new Map<string, number>();
    for (const character of randomText(64_000)) {
      counts.set(character, (counts.get(character) ?? 0) + 1);
    }
    expect(counts.size).toBe(32);
    // 2,000 expected each, with a standard deviation of 44: nine of them is never chance.
    for (const count of counts.values()) expect(Math.abs(count - 2_000)).toBeLessThan(400);
  });
});
