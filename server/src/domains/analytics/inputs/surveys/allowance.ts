// pure

export interface Allowance {
  /** Whether one more is let through. */
  take(who: string, nowMs: number): boolean;
}

const MOST_KNOWN = 10_000;

/**
 * So many from one address in each span of time, counted by the process. Who cannot be remembered
 * any more because there are too many is let through: links are signed, and this only keeps noise
 * away.
 */
export function createAllowance(limit: {
  readonly requests: number;
  readonly spanMs: number;
}): Allowance {
  let counts = new Map<string, number>();
  let span = -1;
  return {
    take(who, nowMs) {
      const present = Math.floor(nowMs / limit.spanMs);
      if (present !== span) {
        span = present;
        counts = new Map();
      }
      const count = (counts.get(who) ?? 0) + 1;
      if (count > 1 || counts.size < MOST_KNOWN) counts.set(who, count);
      return count <= limit.requests;
    },
  };
}
