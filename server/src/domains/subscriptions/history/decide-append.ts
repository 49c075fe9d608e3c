import { isSameChange, type SubscriptionChange } from './change.ts';

/** The last word on one instant of a subscription's history; `null` where it was retracted. */
export interface StoredWord {
  readonly id: number;
  readonly effectiveMs: number;
  readonly change: SubscriptionChange | null;
}

/** A row to append: a change, or `null` to retract the one of its instant. */
export interface AppendedWord {
  readonly effectiveMs: number;
  readonly change: SubscriptionChange | null;
  readonly supersedes: number | null;
}

/**
 * What is to be appended so that a history says what is derived now: nothing where it says so
 * already. Only up to `untilMs` is compared, so that a process whose clock is behind retracts
 * nothing that it cannot derive yet.
 */
export function decideAppend(
  stored: readonly StoredWord[],
  derived: readonly SubscriptionChange[],
  untilMs: number,
): AppendedWord[] {
  const words = new Map(stored.map((word) => [word.effectiveMs, word]));
  const instants = new Set(derived.map(({ effectiveMs }) => effectiveMs));
  const wrong = stored.filter(
    ({ change, effectiveMs }) =>
      change !== null && effectiveMs <= untilMs && !instants.has(effectiveMs),
  );
  const told = derived.flatMap((change): AppendedWord[] => {
    const { effectiveMs } = change;
    const word = words.get(effectiveMs);
    if (word?.change && isSameChange(word.change, change)) return [];
    return [{ effectiveMs, change, supersedes: word?.id ?? null }];
  });
  const retracted = wrong.map(({ id, effectiveMs }) => ({
    effectiveMs,
    change: null,
    supersedes: id,
  }));
  return [...told, ...retracted].toSorted(
    (first, second) => first.effectiveMs - second.effectiveMs,
  );
}
