// pure
import { DAY_MS, dayIn, UTC } from '@whisperforge/kernel/period';
import { daysBetween } from '../company.ts';
import { randomOf } from '../random.ts';
import type { Days, Story } from '../story.ts';
import type { ToldLine } from './told-line.ts';

const USUAL = 1.09;
/** It goes up and down by so much, in waves of so many days. */
const WAVES = [
  [0.055, 410],
  [0.018, 97],
  [0.006, 23],
] as const;
const A_DAY = 0.004;

/** What a euro is worth in dollars on each day of a span. */
export function ratesOf(span: Days, { beginMs }: Story): ToldLine[] {
  return daysBetween(span.startMs, span.endMs).map(({ startMs }) => {
    const age = (startMs - beginMs) / DAY_MS;
    const waves = WAVES.map(([height, days]) => height * Math.sin((2 * Math.PI * age) / days));
    const noise = (randomOf(`rate ${startMs}`).next() - 0.5) * A_DAY;
    const rate = waves.reduce((sum, wave) => sum + wave, USUAL + noise);
    return { day: dayIn(UTC, startMs), currency: 'eur', rate: rate.toFixed(4) };
  });
}
