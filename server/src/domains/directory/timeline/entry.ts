// pure

/** What a timeline tells of. Of the same instant, those further down come first. */
export const TIMELINE_KINDS = [
  'usage',
  'webhook',
  'mail',
  'invoice',
  'payment',
  'plan',
  'override',
  'note',
  'staff',
] as const;
export type TimelineKind = (typeof TIMELINE_KINDS)[number];

/** One thing that happened, as the tables say. */
export interface TimelineRow {
  readonly atMs: number;
  readonly kind: TimelineKind;
  /** Unlike that of any other of its kind and account. */
  readonly id: string;
  /** Such as `started`, `paid`, `access.quota_boosted`. */
  readonly what: string;
  readonly detail: Readonly<Record<string, unknown>>;
  readonly amountMinor: number | null;
  readonly currency: string | null;
  readonly actor: {
    readonly kind: string;
    readonly id: string | null;
    readonly name: string | null;
  } | null;
}

/** After which entry a page begins. */
export interface TimelinePosition {
  readonly atMs: number;
  readonly rank: number;
  readonly id: string;
}

export function rankOf(kind: TimelineKind): number {
  return TIMELINE_KINDS.indexOf(kind);
}

export function positionOf({ atMs, kind, id }: TimelineRow): TimelinePosition {
  return { atMs, rank: rankOf(kind), id };
}

/** Latest first. */
export function compareRows(first: TimelineRow, second: TimelineRow): number {
  const [a, b] = [positionOf(first), positionOf(second)];
  if (a.atMs !== b.atMs) return b.atMs - a.atMs;
  if (a.rank !== b.rank) return b.rank - a.rank;
  return a.id < b.id ? 1 : -1;
}
