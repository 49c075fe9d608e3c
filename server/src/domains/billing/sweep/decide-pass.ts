// pure

/** How far it is known here what Stripe has told of. */
export interface SweepState {
  /** Up to when every event is known here; `null` before the first run. */
  readonly sweptToMs: number | null;
  /** A pass that was interrupted. */
  readonly pass: Pass | null;
}

/** One way through the events of Stripe, which are listed newest first. */
export interface Pass {
  /** How far back it goes. */
  readonly sinceMs: number;
  /** When the newest event was made that it has met; `null` where it has met none. */
  readonly toMs: number | null;
  /** The event after which it goes on; `null` begins with the newest. */
  readonly after: string | null;
}

/** Events may become listed a little after the instant that they carry. */
export const OVERLAP_MS = 15 * 60_000;
/** What a first run looks through; what was before it is not looked for unless asked. */
export const FIRST_WINDOW_MS = 60 * 60_000;

/** What a run goes through: what was asked for, what was left undone, or what came since. */
export function decidePass(
  { sweptToMs, pass }: SweepState,
  { nowMs, askedSinceMs }: { readonly nowMs: number; readonly askedSinceMs: number | null },
): Pass {
  const fresh = (sinceMs: number): Pass => ({
    sinceMs: Math.max(0, sinceMs),
    toMs: null,
    after: null,
  });
  if (askedSinceMs !== null) return fresh(Math.min(askedSinceMs, pass?.sinceMs ?? askedSinceMs));
  if (pass !== null) return pass;
  return fresh(sweptToMs === null ? nowMs - FIRST_WINDOW_MS : sweptToMs - OVERLAP_MS);
}

/**
 * Up to when a pass has met an event: that of the newest, but never ahead of our own clock, since
 * one that runs fast, as test clocks do, would have everything skipped up to its time.
 */
export function metUpTo(
  { toMs }: Pass,
  events: readonly { readonly createdMs: number }[],
  nowMs: number,
): number | null {
  const met = events.map(({ createdMs }) => Math.min(createdMs, nowMs));
  const all = toMs === null ? met : [...met, toMs];
  return all.length === 0 ? null : Math.max(...all);
}
