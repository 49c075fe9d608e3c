// pure

const UNITS = [
  { unit: 'year', ms: 365 * 86_400_000 },
  { unit: 'month', ms: 30 * 86_400_000 },
  { unit: 'day', ms: 86_400_000 },
  { unit: 'hour', ms: 3_600_000 },
  { unit: 'minute', ms: 60_000 },
] as const;

const words = new Intl.RelativeTimeFormat('en', { numeric: 'auto' });

/** `in 3 days`, `2 minutes ago`, `just now`: whole units, never more than has passed. */
export function showRelative(atMs: number, nowMs: number): string {
  const sinceMs = atMs - nowMs;
  for (const { unit, ms } of UNITS) {
    const count = Math.trunc(sinceMs / ms);
    if (count !== 0) return words.format(count, unit);
  }
  return 'just now';
}
