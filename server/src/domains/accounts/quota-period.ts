// pure
import { monthlyPeriodAt, type Period } from '@whisperforge/kernel/period';
import { assert } from '@whisperforge/kernel/assert';

/** The quota periods that contain the instants from one to another, both included. */
export function quotaPeriodsWithin(
  anchorsMs: readonly number[],
  span: { readonly fromMs: number; readonly toMs: number },
): Period[] {
  const periods: Period[] = [];
  for (let atMs = span.fromMs; atMs <= span.toMs; atMs = periods.at(-1)!.endMs) {
    periods.push(quotaPeriodAt(anchorsMs, atMs));
  }
  return periods;
}

/**
 * The quota period that contains an instant: a month counted from the anchor that was in force
 * then, cut short where a later anchor takes over. `anchorsMs` is ascending and not empty; before
 * the first anchor, months are counted back from it.
 */
export function quotaPeriodAt(anchorsMs: readonly number[], atMs: number): Period {
  let index = anchorsMs.length - 1;
  while (index > 0 && anchorsMs[index]! > atMs) index -= 1;
  const anchorMs = anchorsMs[index];
  assert(anchorMs !== undefined, 'an account has an anchor');
  const period = monthlyPeriodAt(anchorMs, atMs);
  const nextAnchorMs = anchorsMs[index + 1];
  const isCut = nextAnchorMs !== undefined && atMs < nextAnchorMs && nextAnchorMs < period.endMs;
  return isCut ? { startMs: period.startMs, endMs: nextAnchorMs } : period;
}
