// pure
import type { Balance } from '../api/contract.ts';

export interface Fill {
  readonly usedPercent: number;
  readonly heldPercent: number;
  readonly isFull: boolean;
}

/** How far a meter is filled; what is used beyond the limit fills it and no more. */
export function fillOf({ limit, used, reserved, remaining }: Balance): Fill {
  if (limit === null) return { usedPercent: 0, heldPercent: 0, isFull: false };
  const share = (amount: number): number => (limit === 0 ? 100 : (amount / limit) * 100);
  const usedPercent = Math.min(100, share(used));
  const heldPercent = Math.min(100 - usedPercent, share(reserved));
  return { usedPercent, heldPercent, isFull: (remaining ?? 1) <= 0 };
}

export interface Metered {
  /** Those with a limit first, which people look for; of the others those that are used. */
  readonly balances: readonly Balance[];
  /** When they start anew: one instant for all of them, or nothing where they differ. */
  readonly resetsAt: string | null;
}

export function meteredOf(balances: readonly Balance[]): Metered {
  const limited = balances.filter(({ limit }) => limit !== null);
  const unlimited = balances.filter(({ limit, used }) => limit === null && used > 0);
  const ends = new Set(limited.flatMap(({ period_end: end }) => end ?? []));
  const [resetsAt = null] = ends;
  return { balances: [...limited, ...unlimited], resetsAt: ends.size === 1 ? resetsAt : null };
}
