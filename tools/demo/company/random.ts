// pure
import { DAY_MS } from '@whisperforge/kernel/period';
import type { Days } from './story.ts';

/** Chance that comes out the same for the same seed. */
export interface Random {
  /** From 0 up to 1, without it. */
  next(): number;
  chance(probability: number): boolean;
  /** A whole number, both ends included. */
  integer(least: number, most: number): number;
  pick<T>(choices: readonly T[]): T;
  /** As often as its weight says among all of them. */
  weighted<T>(choices: readonly (readonly [T, number])[]): T;
  /** How long until something that comes about every so often. */
  wait(mean: number): number;
}

export function randomOf(seed: string): Random {
  let state = hash(seed);
  // Mulberry32: its period is far longer than what one person needs.
  const next = (): number => {
    state = (state + 0x6d2b79f5) | 0;
    let mixed = Math.imul(state ^ (state >>> 15), 1 | state);
    mixed = (mixed + Math.imul(mixed ^ (mixed >>> 7), 61 | mixed)) ^ mixed;
    return ((mixed ^ (mixed >>> 14)) >>> 0) / 2 ** 32;
  };
  const integer = (least: number, most: number): number =>
    least + Math.floor(next() * (most - least + 1));
  return {
    next,
    integer,
    chance: (probability) => next() < probability,
    pick: (choices) => choices[integer(0, choices.length - 1)]!,
    weighted(choices) {
      let rest = next() * choices.reduce((sum, [, weight]) => sum + weight, 0);
      return (choices.find(([, weight]) => (rest -= weight) < 0) ?? choices.at(-1)!)[0];
    },
    wait: (mean) => -Math.log(1 - next()) * mean,
  };
}

/** FNV-1a, whose last bits are stirred so that neighbouring seeds have nothing in common. */
function hash(text: string): number {
  let value = 0x811c9dc5;
  for (let at = 0; at < text.length; at += 1) {
    value = Math.imul(value ^ text.charCodeAt(at), 0x01000193);
  }
  value = Math.imul(value ^ (value >>> 16), 0x85ebca6b);
  return value ^ (value >>> 13);
}

/** To the minute. */
export function instantWithin({ startMs, endMs }: Days, random: Random): number {
  return startMs + Math.floor((random.next() * (endMs - startMs)) / 60_000) * 60_000;
}

const MONTH_MS = 30.4 * DAY_MS;

/** How much of a month a span is, for what happens so often a month. */
export function monthsIn({ startMs, endMs }: Days): number {
  return (endMs - startMs) / MONTH_MS;
}
