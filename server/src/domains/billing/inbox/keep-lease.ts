import { setTimeout as wait } from 'node:timers/promises';
import type { Executor } from '../../../platform/database.ts';
import { renewLease, type Lease } from './store-leases.ts';

export interface Keeping {
  readonly lease: Lease;
  readonly leaseMs: number;
  /** So long at most: what takes longer may be overtaken. */
  readonly longestMs: number;
}

/** Of a lease, so much passes before it is renewed; two renewals may fail. */
const RENEWALS_A_LEASE = 3;

/** Keeps a lease while something is asked for, however slowly it answers. */
export async function whileKept<T>(
  executor: Executor,
  keeping: Keeping,
  ask: () => Promise<T>,
): Promise<T> {
  const answered = new AbortController();
  const renewing = renew(executor, keeping, answered.signal);
  try {
    return await ask();
  } finally {
    answered.abort();
    await renewing;
  }
}

async function renew(
  executor: Executor,
  { lease, leaseMs, longestMs }: Keeping,
  signal: AbortSignal,
): Promise<void> {
  const everyMs = leaseMs / RENEWALS_A_LEASE;
  for (let elapsedMs = everyMs; elapsedMs <= longestMs; elapsedMs += everyMs) {
    const isOver = await wait(everyMs, false, { signal }).catch(() => true);
    if (isOver) return;
    // Where the database is away, the next time may do; and what the token fences, it fences.
    const isOurs = await renewLease(executor, lease, leaseMs).catch(() => true);
    if (!isOurs) return;
  }
}
