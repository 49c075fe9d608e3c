/** How long something took that was done many times. */
export interface Spread {
  readonly count: number;
  readonly p50Ms: number;
  readonly p95Ms: number;
  readonly slowestMs: number;
}

export function spreadOf(taken: readonly number[]): Spread {
  const sorted = taken.toSorted((a, b) => a - b);
  const at = (share: number): number => sorted[Math.floor(sorted.length * share)] ?? 0;
  const slowestMs = sorted.at(-1) ?? 0;
  return { count: sorted.length, p50Ms: at(0.5), p95Ms: at(0.95), slowestMs };
}
