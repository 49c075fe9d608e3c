// pure

const MOST = 10;
const ONE_PERCENT = 100;

/**
 * How many customers with a live subscription may lose it in one reconciliation: one percent of
 * them, ten at most. Below a hundred that would be none, and the first customer who is deleted at
 * Stripe would stop everything, so that one may go.
 */
export function mostDisappearing(liveCustomers: number): number {
  return Math.max(1, Math.min(MOST, Math.floor(liveCustomers / ONE_PERCENT)));
}

/**
 * Whether what disappears looks like another account of Stripe or an emptied sandbox, and not like
 * customers who go. That everybody goes never looks like customers, however few there are.
 */
export function isSuspicious(disappearing: number, liveCustomers: number): boolean {
  if (disappearing === 0) return false;
  return disappearing > mostDisappearing(liveCustomers) || disappearing >= liveCustomers;
}
