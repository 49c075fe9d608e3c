import type { Figures } from './measure.ts';

export function median(values: readonly number[]): number {
  const sorted = values.toSorted((a, b) => a - b);
  const middle = Math.floor(sorted.length / 2);
  if (sorted.length % 2 === 1) return sorted[middle]!;
  return (sorted[middle - 1]! + sorted[middle]!) / 2;
}

/** Medians of each figure, but of peaks the highest. */
export function medianFigures(of: readonly Figures[]): Figures {
  const middle = (read: (figures: Figures) => number): number => median(of.map(read));
  return {
    perSecond: middle((figures) => figures.perSecond),
    latencies: {
      p50Ms: middle((figures) => figures.latencies.p50Ms),
      p99Ms: middle((figures) => figures.latencies.p99Ms),
      maxMs: Math.max(...of.map((figures) => figures.latencies.maxMs)),
    },
    serverMs: middle((figures) => figures.serverMs),
    postgresMs: middle((figures) => figures.postgresMs),
    loadMs: middle((figures) => figures.loadMs),
    peakMemoryMiB: Math.max(...of.map((figures) => figures.peakMemoryMiB)),
  };
}
