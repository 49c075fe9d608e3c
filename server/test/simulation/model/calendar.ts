/**
 * The model's own calendar: periods are found by walking month by month from an anchor, without
 * the kernel's arithmetic.
 */
export interface ModelSpan {
  readonly startMs: number;
  readonly endMs: number;
}

export const DAY = 86_400_000;

/** The same day and time so many months later, or the month's last day where it is shorter. */
export function monthsLater(anchorMs: number, months: number): number {
  const anchor = new Date(anchorMs);
  const year = anchor.getUTCFullYear();
  const month = anchor.getUTCMonth() + months;
  // Day 0 of a month is the last of the one before.
  const length = new Date(Date.UTC(year, month + 1, 0)).getUTCDate();
  const day = Math.min(anchor.getUTCDate(), length);
  return Date.UTC(year, month, day) + (anchorMs - Math.floor(anchorMs / DAY) * DAY);
}

/** The quota period that contains an instant: a month from the anchor in force, cut by the next. */
export function periodAt(anchors: readonly number[], atMs: number): ModelSpan {
  const past = anchors.filter((anchor) => anchor <= atMs);
  const anchor = past.length > 0 ? Math.max(...past) : Math.min(...anchors);
  let months = 0;
  while (monthsLater(anchor, months) > atMs) months -= 1;
  while (monthsLater(anchor, months + 1) <= atMs) months += 1;
  const coming = anchors.filter((other) => other > atMs);
  const endMs = Math.min(monthsLater(anchor, months + 1), ...coming);
  return { startMs: monthsLater(anchor, months), endMs };
}
