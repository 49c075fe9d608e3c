import { expect, test } from 'vitest';
import { Histogram } from './histogram.ts';

test('quantiles are never lower than what was counted', () => {
  const histogram = new Histogram();
  for (let duration = 1; duration <= 1_000; duration += 1) histogram.add(duration / 10);
  const { p50Ms, p99Ms, maxMs } = histogram.summarize();
  expect(p50Ms).toBeCloseTo(50, 1);
  expect(p50Ms).toBeGreaterThanOrEqual(50);
  expect(p99Ms).toBeCloseTo(99, 1);
  expect(p99Ms).toBeGreaterThanOrEqual(99);
  expect(maxMs).toBe(100);
});

test('what took longer than the scale still counts, and is the highest', () => {
  const histogram = new Histogram();
  histogram.add(1);
  histogram.add(60_000);
  expect(histogram.summarize()).toEqual({ p50Ms: 1.01, p99Ms: 60_000, maxMs: 60_000 });
});
